#pragma once

#include "core/market/bars.hpp"
#include "core/market/corporate_action.hpp"
#include "core/market/instrument.hpp"
#include "core/market/session_calendar.hpp"
#include "core/runtime/task.hpp"
#include "core/venue/connection_info.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tradesh::venue {

/// At most `requests` within any `window`.
struct Pace {
    std::size_t requests = 0;
    Duration window{0};
    bool operator==(const Pace&) const = default;
};

/// What a source of history allows. The caller keeps to it; the source counts, and punishes who does not.
struct HistoryLimits {
    BarSource source = BarSource::paper; ///< under which its bars are stored
    std::vector<Timeframe> timeframes;   ///< that it has
    std::vector<PriceBasis> bases;       ///< that it has
    std::size_t bars_per_request_max = 2'000;
    std::size_t requests_in_flight_max = 10;
    std::vector<Pace> paces;                     ///< all of them hold; every call of History counts as one request
    Duration publish_delay{0};                   ///< how long after its end a bar may still be absent
    Duration timeout = std::chrono::seconds(30); ///< an answer that takes longer is given up
    Duration usual_latency = std::chrono::milliseconds(500); ///< of one request, for estimates
    bool simulated = false;                                  ///< made up: said wherever its bars are shown
};

/// Bars with from <= open time < to.
struct HistoryRequest {
    Instrument instrument;
    Timeframe timeframe = Timeframe::d1;
    PriceBasis basis = PriceBasis::raw;
    Hours hours = Hours::regular;
    Instant from;
    Instant to;
};

struct HistoryAnswer {
    Bars bars;
    /// The answer has every bar of the request that opens before this moment: it is the request's `to`, or less where
    /// the source cut it short or has not published the rest.
    Instant complete_before;
};

/// Price history from one source. Errors say whether a retry can help by their kind: connection, timeout and
/// rate_limited can; rejected and not_found cannot.
class History {
public:
    virtual ~History() = default;

    virtual const HistoryLimits& limits() const = 0;
    /// What the source knows of a symbol, without our id. Error not_found.
    virtual runtime::Task<Result<Instrument>> instrument(std::string symbol) = 0;
    /// The open time of the oldest bar there is; nullopt when there is none.
    virtual runtime::Task<Result<std::optional<Instant>>> head(Instrument instrument, Timeframe timeframe) = 0;
    virtual runtime::Task<Result<HistoryAnswer>> bars(HistoryRequest request) = 0;
    /// Splits and dividends with from <= ex date < to.
    virtual runtime::Task<Result<std::vector<CorporateAction>>> actions(Instrument instrument, TradingDate from,
                                                                        TradingDate to) = 0;
    /// What it keeps open besides the connections of its venue.
    virtual std::vector<ConnectionInfo> connections() const { return {}; }
};

} // namespace tradesh::venue
