#include "core/engine/scan_desk.hpp"

#include <utility>

namespace tradesh::engine {

using runtime::Task;

Task<Result<scan::ScanResult>> ScanDesk::run(expression::Program program, ScanWanted wanted,
                                             std::function<void(const scan::SymbolOutcome&)> on_outcome) {
    Result<scan::Universe> universe = scan::parse_universe(wanted.universe);
    if (!universe) {
        co_return fail(std::move(universe.error()));
    }
    Result<std::vector<std::string>> symbols =
        co_await scan::resolve_universe(workers_, bars_, std::move(*universe), wanted.timeframe);
    if (!symbols) {
        co_return fail(std::move(symbols.error()));
    }
    scan::ScanRequest request{.program = std::move(program),
                              .symbols = std::move(*symbols),
                              .timeframe = wanted.timeframe,
                              .limits = {},
                              .stop = {}};
    Result<scan::ScanResult> result =
        co_await scan::run_scan(loop_, workers_, bars_, std::move(request), std::move(on_outcome));
    co_return result;
}

} // namespace tradesh::engine
