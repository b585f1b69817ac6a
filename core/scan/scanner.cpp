#include "core/scan/scanner.hpp"

#include "core/runtime/event.hpp"
#include "core/runtime/task_scope.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace tradesh::scan {
namespace {

using runtime::Task;
using runtime::TaskInfo;

/// One run: as many lanes as symbols may be under way, each taking the next symbol when it is free. Loop thread only.
class Run {
public:
    Run(runtime::Loop& loop, runtime::Workers& workers, BarsSource& source, const ScanRequest& request,
        const std::function<void(const SymbolOutcome&)>& on_outcome)
        : workers_(workers),
          source_(source),
          request_(request),
          on_outcome_(on_outcome),
          outcomes_(request.symbols.size()),
          all_done_(loop),
          lanes_(loop) {}

    Task<ScanResult> run() {
        const std::size_t allowed = std::max<std::size_t>(1, request_.limits.max_concurrent_symbols);
        running_ = std::min(allowed, request_.symbols.size());
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
        while (next_ < request_.symbols.size() && !stopping()) {
            const std::size_t position = next_++;
            const std::string& symbol = request_.symbols[position];
            info.awaits = "bars of " + symbol;
            auto work = [this, &symbol] { return scan_symbol(request_.program, source_, symbol, request_.timeframe); };
            Result<ScanRow> row = co_await workers_.run(work);
            outcomes_[position].emplace(SymbolOutcome{position, symbol, std::move(row)});
            if (on_outcome_) {
                on_outcome_(*outcomes_[position]);
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
    BarsSource& source_;
    const ScanRequest& request_;
    const std::function<void(const SymbolOutcome&)>& on_outcome_;
    std::vector<std::optional<SymbolOutcome>> outcomes_;
    std::size_t next_ = 0;
    std::size_t running_ = 0;
    bool cancelled_ = false;
    runtime::Event all_done_;
    runtime::TaskScope lanes_;
};

} // namespace

Task<ScanResult> run_scan(runtime::Loop& loop, runtime::Workers& workers, BarsSource& source, ScanRequest request,
                          std::function<void(const SymbolOutcome&)> on_outcome) {
    Run run(loop, workers, source, request, on_outcome);
    ScanResult result = co_await run.run();
    co_return result;
}

Task<Result<std::vector<std::string>>> resolve_universe(runtime::Workers& workers, BarsSource& source,
                                                        Universe universe, Timeframe timeframe) {
    if (!universe.needs_known_symbols()) {
        co_return resolve(universe, {});
    }
    auto ask = [&]() -> Result<std::vector<std::string>> {
        try {
            const Result<std::vector<std::string>> known = source.symbols(timeframe);
            if (!known) {
                return std::unexpected(known.error());
            }
            return resolve(universe, *known);
        } catch (const std::exception& exception) {
            return fail(Error(ErrorKind::failed, "scan.crashed", exception.what()).attempting("list symbols"));
        }
    };
    Result<std::vector<std::string>> symbols = co_await workers.run(ask);
    co_return symbols;
}

} // namespace tradesh::scan
