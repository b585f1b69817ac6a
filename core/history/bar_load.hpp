#pragma once

#include "core/history/fetch_plan.hpp"
#include "core/runtime/log.hpp"
#include "core/runtime/loop.hpp"
#include "core/runtime/task.hpp"
#include "core/store/market_store.hpp"
#include "core/venue/history.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::history {

/// What to load for one instrument.
struct LoadRequest {
    Instrument instrument; ///< as stored, with its id
    Timeframe timeframe = Timeframe::d1;
    PriceBasis basis = PriceBasis::raw;
    Hours hours = Hours::regular;
    LoadMode mode = LoadMode::tail;
    std::optional<Instant> from; ///< open times; left away: the head of the series, in tail mode after the last stored
                                 ///< bar or 30 days ago. Tail with it is full: who says from when wants all from there
    std::optional<Instant> to;   ///< now, and never later; both are cut to whole minutes, on which bars open
    bool actions = false;        ///< brings splits and dividends of the range along, where any bar is asked for
    bool recheck = false;        ///< asks again for slots that the source had no bar for
    bool one_by_one = false;     ///< one request at a time, in order (--sync)
    std::string correlation;     ///< for the log
};

/// A request that got no answer in the end.
struct FailedSegment {
    Segment segment;
    Error error;
    std::uint32_t attempts = 0;
};

struct LoadReport {
    Instrument instrument;
    store::SeriesKey series;
    Instant from; ///< the range that was looked at
    Instant to;
    std::size_t planned = 0;  ///< requests
    std::size_t requests = 0; ///< sent, retries included
    store::MergeCounts bars;
    std::int64_t actions = 0;  ///< splits and dividends that were new
    std::size_t no_trades = 0; ///< slots that turned out to have no bar
    std::size_t delayed = 0;   ///< slots that the source has not published yet
    std::vector<FailedSegment> failed;
    std::size_t abandoned = 0; ///< requests not sent because the load was cancelled
    bool shared = false;       ///< another load of the same was under way, and this is its outcome
    Duration took{0};
    std::vector<std::string> notes; ///< "the history of AAPL 1d begins on 1980-12-12"
};

/// What a load is about to do, for `--plan`.
struct LoadPlan {
    Instrument instrument;
    store::SeriesKey series;
    Instant from;
    Instant to;
    Coverage coverage;
    std::vector<Segment> segments;
    PlanCost cost;
    std::vector<std::string> notes;
};

struct LoadProgress {
    std::string symbol;
    std::size_t segments_done = 0;
    std::size_t segments = 0;
    std::int64_t bars = 0;
    Duration remaining{0}; ///< estimated from what is left and the pace of the source
};
using OnProgress = std::function<void(const LoadProgress&)>;

/// Loads history from one source into the store: plans, keeps the source's pace, retries, saves every segment as it
/// arrives. One of these serves all commands of a core, so that the pace holds for all of them together; across
/// processes it is kept in the store's request log. Loop thread only.
///
/// A segment is answered, then its bars and the fact that the source has answered for it are stored in one transaction.
/// Whatever interrupts a load, what was saved stays, and the next load of its mode asks for the rest (what failed for
/// good is left to `full`). No bar is stored that was not asked for, lies on no slot of the calendar, or may still
/// change. A request that fails with a
/// kind that may pass (connection, timeout, rate_limited) is retried 3 times after 1, 2 and 4 seconds (or when the
/// source says); one that does not, or keeps failing, is reported and the others go on.
class BarLoader {
public:
    struct Parts {
        runtime::Loop& loop;
        runtime::Log& log;
        runtime::Workers& workers; ///< for planning: calendars read files and walk years
        store::MarketStore& store;
        venue::History& source;
    };
    explicit BarLoader(Parts parts);
    /// Nothing may be under way: await `stop` first.
    ~BarLoader();
    /// Ends every load: what waits is abandoned, what is in flight given up. The log of requests stays.
    runtime::Task<void> stop();

    /// What the source knows of a symbol; paced like every request.
    runtime::Task<Result<Instrument>> describe(std::string symbol);

    /// Asks for the head of the series if it is not known, but for no bars.
    runtime::Task<Result<LoadPlan>> plan(LoadRequest request);

    /// Loads; an equal load under way is joined instead of repeated. Cancelling the caller ends the load after the
    /// segments in flight were saved (a joined load goes on while others wait for it). An Error only where nothing
    /// could be attempted; failed segments are in the report.
    runtime::Task<Result<LoadReport>> load(LoadRequest request, OnProgress on_progress);

    /// What those segments take, at the source's pace and after what was sent before.
    runtime::Task<Result<PlanCost>> price(std::vector<Segment> segments, bool one_by_one);

    const venue::HistoryLimits& limits() const;
    /// For `status`: requests sent by this process, waiting for their turn, in flight.
    struct Traffic {
        std::uint64_t sent = 0;
        std::size_t waiting = 0;
        std::size_t in_flight = 0;
    };
    Traffic traffic() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace tradesh::history
