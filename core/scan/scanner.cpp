#include "core/scan/scanner.hpp"

#include "core/runtime/event.hpp"
#include "core/runtime/task_scope.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

namespace tradesh::scan {
namespace {

using runtime::Task;
using runtime::TaskInfo;

/// `work()`, a Result, with an exception made an error.
template <class Work>
std::invoke_result_t<Work> without_exceptions(std::string_view attempted, Work work) {
    try {
        return work();
    } catch (const std::exception& exception) {
        return fail(Error(ErrorKind::failed, "scan.crashed", exception.what()).attempting(attempted));
    }
}

/// Groups of a block that a lane takes at a time: they take some 10 us each, no more than a way to a worker and back.
constexpr std::size_t groups_at_a_time = 8;

/// Symbols that may be read before one that comes earlier in the universe has been told.
constexpr std::size_t positions_ahead = 512;

/// One run: as many lanes as groups of symbols may be under way, each taking the next group when it is free, and one
/// task that tells what they found in the order of the universe. Loop thread only.
class Run {
public:
    /// `scan` is null where every symbol is prepared and read on its own.
    Run(runtime::Loop& loop, runtime::Workers& workers, BarsSource& source, const ProgramScan* scan,
        const ScanRequest& request, const OnOutcome& on_outcome)
        : workers_(workers),
          source_(source),
          scan_(scan),
          request_(request),
          on_outcome_(on_outcome),
          outcomes_(request.symbols.size()),
          found_(loop),
          told_some_(loop),
          all_told_(loop),
          lanes_(loop),
          teller_(loop) {}

    Task<Result<ScanResult>> run() {
        const std::size_t allowed = request_.one_by_one ? 1 : std::max<std::size_t>(1, request_.symbols_at_a_time);
        running_ = std::min(allowed, items());
        for (std::size_t i = 0, lanes = running_; i < lanes; ++i) {
            lanes_.spawn("scan lane " + std::to_string(i + 1), [this](TaskInfo& info) { return lane(info); });
        }
        teller_.spawn("scan teller", [this](TaskInfo& info) { return tell(info); });
        const runtime::Wake wake = co_await all_told_.wait();
        if (wake == runtime::Wake::cancelled) {
            cancelled_ = true;
            lanes_.cancel();
        }
        co_await lanes_.join();
        co_await teller_.join();
        if (refused_) {
            co_return fail(std::move(*refused_));
        }
        co_return collect();
    }

private:
    bool stopping() const { return cancelled_ || refused_.has_value() || request_.stop.stop_requested(); }

    std::size_t items() const { return scan_ != nullptr ? scan_->groups().size() : request_.symbols.size(); }
    std::size_t first_position(std::size_t item) const {
        return scan_ != nullptr ? scan_->groups()[item].members.front().position : item;
    }
    /// Items come in the order of their first positions, so the one that the teller waits for has begun, or is next.
    bool too_far_ahead(std::size_t item) const {
        return first_position(item) > told_ + (request_.one_by_one ? 0 : positions_ahead);
    }

    Task<void> lane(TaskInfo& info) {
        while (next_ < items() && !stopping()) {
            if (too_far_ahead(next_)) {
                info.awaits = "what was found being told";
                told_some_.reset();
                co_await told_some_.wait();
                continue;
            }
            if (scan_ != nullptr) {
                co_await scan_groups(take_groups(), info);
            } else {
                co_await prepare_and_scan(next_++, info);
            }
            found_.set();
        }
        --running_;
        found_.set();
    }

    /// The next groups: one that has to be read symbol by symbol goes alone, because that may take long.
    std::span<const SymbolGroup> take_groups() {
        const std::span<const SymbolGroup> left = std::span(scan_->groups()).subspan(next_);
        const std::size_t most = request_.one_by_one ? 1 : std::min(groups_at_a_time, left.size());
        std::size_t taken = 1;
        while (taken < most && left[taken - 1].members.size() > 1) {
            ++taken;
        }
        next_ += taken;
        return left.first(taken);
    }

    Task<void> scan_groups(std::span<const SymbolGroup> groups, TaskInfo& info) {
        info.awaits = "bars of " + request_.symbols[groups.front().members.front().position];
        auto work = [this, groups] {
            std::vector<SymbolOutcome> done;
            for (const SymbolGroup& group : groups) {
                std::ranges::move(scan_->scan(group), std::back_inserter(done));
            }
            return done;
        };
        std::vector<SymbolOutcome> done = co_await workers_.run(work);
        keep(std::move(done));
    }

    Task<void> prepare_and_scan(std::size_t position, TaskInfo& info) {
        const std::string& symbol = request_.symbols[position];
        info.awaits = "what " + symbol + " needs";
        Result<void> prepared = co_await request_.prepare(symbol);
        if (!prepared && cancelled_) {
            co_return; // not reached
        }
        if (!prepared) {
            keep(position, fail(std::move(prepared.error()).on(symbol)));
            co_return;
        }
        info.awaits = "bars of " + symbol;
        auto work = [this, position] { return scan_one(position); };
        Result<std::vector<ScanRow>> rows = co_await workers_.run(work);
        keep(position, std::move(rows));
    }

    /// On a worker.
    Result<std::vector<ScanRow>> scan_one(std::size_t position) const {
        const std::string& symbol = request_.symbols[position];
        const auto open = [&] {
            return ProgramScan::open(source_, request_.program, {&symbol, 1}, {request_.as_of, request_.range});
        };
        const Result<ProgramScan> scan = without_exceptions("open the stored bars", open);
        if (!scan) {
            return fail(scan.error());
        }
        return std::move(scan->scan(scan->groups().front()).front().rows);
    }

    void keep(std::size_t position, Result<std::vector<ScanRow>> rows) {
        outcomes_[position].emplace(SymbolOutcome{position, request_.symbols[position], std::move(rows)});
    }
    void keep(std::vector<SymbolOutcome> done) {
        for (SymbolOutcome& outcome : done) {
            outcomes_[outcome.position].emplace(std::move(outcome));
        }
    }

    /// Not a lane, so that cancelling leaves it the time to tell what was found.
    Task<void> tell(TaskInfo& info) {
        for (;;) {
            while (told_ < outcomes_.size() && outcomes_[told_] && !refused_) {
                co_await tell_one(told_);
                ++told_;
                told_some_.set();
            }
            if (running_ == 0) {
                break;
            }
            info.awaits = "what the lanes find";
            found_.reset();
            co_await found_.wait();
        }
        for (std::size_t i = told_; i < outcomes_.size() && !refused_; ++i) { // what lies behind a gap
            if (outcomes_[i]) {
                co_await tell_one(i);
            }
        }
        all_told_.set();
    }

    Task<void> tell_one(std::size_t position) {
        if (!on_outcome_) {
            co_return;
        }
        Result<void> told = co_await on_outcome_(*outcomes_[position]);
        if (!told) {
            refused_ = std::move(told.error());
            told_some_.set();
        }
    }

    ScanResult collect() {
        ScanResult result;
        result.outcomes.reserve(outcomes_.size());
        for (std::optional<SymbolOutcome>& outcome : outcomes_) {
            if (outcome) {
                result.outcomes.push_back(std::move(*outcome));
            }
        }
        result.not_reached = outcomes_.size() - result.outcomes.size();
        result.cancelled = stopping();
        return result;
    }

    runtime::Workers& workers_;
    BarsSource& source_;
    const ProgramScan* scan_;
    const ScanRequest& request_;
    const OnOutcome& on_outcome_;
    std::vector<std::optional<SymbolOutcome>> outcomes_; ///< by position
    std::size_t next_ = 0;                               ///< item
    std::size_t told_ = 0;                               ///< all before this position have been told
    std::size_t running_ = 0;                            ///< lanes
    bool cancelled_ = false;
    std::optional<Error> refused_; ///< by the listener
    runtime::Event found_;
    runtime::Event told_some_;
    runtime::Event all_told_;
    runtime::TaskScope lanes_;
    runtime::TaskScope teller_;
};

} // namespace

Task<Result<ScanResult>> run_scan(runtime::Loop& loop, runtime::Workers& workers, BarsSource& source,
                                  ScanRequest request, OnOutcome on_outcome) {
    std::optional<ProgramScan> scan;
    if (!request.prepare) {
        auto open = [&] {
            return without_exceptions("open the stored bars", [&] {
                return ProgramScan::open(source, request.program, request.symbols, {request.as_of, request.range});
            });
        };
        Result<ProgramScan> opened = co_await workers.run(open);
        if (!opened) {
            co_return fail(std::move(opened.error()));
        }
        scan.emplace(std::move(*opened));
    }
    Run run(loop, workers, source, scan ? &*scan : nullptr, request, on_outcome);
    Result<ScanResult> result = co_await run.run();
    co_return result;
}

Task<Result<std::vector<std::string>>> resolve_universe(runtime::Workers& workers, BarsSource& source,
                                                        Universe universe, Timeframe timeframe) {
    if (!universe.needs_known_symbols()) {
        co_return resolve(universe, {});
    }
    auto ask = [&] {
        return without_exceptions("list symbols", [&]() -> Result<std::vector<std::string>> {
            const Result<std::vector<std::string>> known = source.symbols(timeframe);
            if (!known) {
                return std::unexpected(known.error());
            }
            return resolve(universe, *known);
        });
    };
    Result<std::vector<std::string>> symbols = co_await workers.run(ask);
    co_return symbols;
}

} // namespace tradesh::scan
