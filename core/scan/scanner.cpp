#include "core/scan/scanner.hpp"

#include "core/runtime/event.hpp"
#include "core/runtime/task_scope.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace tradesh::scan {
namespace {

using runtime::Task;
using runtime::TaskInfo;

/// One run: as many lanes as groups of symbols may be under way, each taking the next group when it is free. Loop
/// thread only.
class Run {
public:
    Run(runtime::Loop& loop, runtime::Workers& workers, ScanBars& bars, const ScanRequest& request,
        const OnOutcome& on_outcome)
        : workers_(workers),
          bars_(bars),
          request_(request),
          on_outcome_(on_outcome),
          outcomes_(request.symbols.size()),
          all_done_(loop),
          lanes_(loop) {}

    Task<ScanResult> run() {
        const std::size_t allowed = std::max<std::size_t>(1, request_.symbols_at_a_time);
        running_ = std::min(allowed, bars_.groups().size());
        for (std::size_t i = 0; i < running_; ++i) {
            lanes_.spawn("scan lane " + std::to_string(i + 1), [this](TaskInfo& info) { return lane(info); });
        }
        if (running_ > 0) {
            const runtime::Wake wake = co_await all_done_.wait();
            cancelled_ = wake == runtime::Wake::cancelled;
        }
        co_await lanes_.join();
        co_return collect();
    }

private:
    bool stopping() const { return cancelled_ || request_.stop.stop_requested(); }

    Task<void> lane(TaskInfo& info) {
        while (next_ < bars_.groups().size() && !stopping()) {
            const SymbolGroup& group = bars_.groups()[next_++];
            info.awaits = "bars of " + request_.symbols[group.members.front().position];
            auto work = [this, &group] {
                return scan_group(request_.program, bars_, group, request_.symbols, request_.program.timeframe());
            };
            std::vector<SymbolOutcome> done = co_await workers_.run(work);
            for (SymbolOutcome& outcome : done) {
                std::optional<SymbolOutcome>& kept = outcomes_[outcome.position];
                kept.emplace(std::move(outcome));
                if (on_outcome_) {
                    const Result<void> told = co_await on_outcome_(*kept);
                    (void)told;
                }
            }
        }
        if (--running_ == 0) {
            all_done_.set();
        }
    }

    ScanResult collect() {
        ScanResult result;
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
    ScanBars& bars_;
    const ScanRequest& request_;
    const OnOutcome& on_outcome_;
    std::vector<std::optional<SymbolOutcome>> outcomes_;
    std::size_t next_ = 0;
    std::size_t running_ = 0;
    bool cancelled_ = false;
    runtime::Event all_done_;
    runtime::TaskScope lanes_;
};

/// `work()`, a Result, with an exception made an error.
template <class Work>
std::invoke_result_t<Work> without_exceptions(std::string_view attempted, Work work) {
    try {
        return work();
    } catch (const std::exception& exception) {
        return fail(Error(ErrorKind::failed, "scan.crashed", exception.what()).attempting(attempted));
    }
}

} // namespace

Task<Result<ScanResult>> run_scan(runtime::Loop& loop, runtime::Workers& workers, BarsSource& source,
                                  ScanRequest request, OnOutcome on_outcome) {
    auto open = [&] {
        return without_exceptions("open the stored bars", [&] {
            return source.open(request.symbols, bars_wanted(request.program, request.program.timeframe()));
        });
    };
    Result<std::unique_ptr<ScanBars>> bars = co_await workers.run(open);
    if (!bars) {
        co_return fail(std::move(bars.error()));
    }
    Run run(loop, workers, **bars, request, on_outcome);
    ScanResult result = co_await run.run();
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
