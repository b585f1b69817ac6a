#include "core/engine/scan_desk.hpp"

#include <utility>

namespace tradesh::engine {

using runtime::Task;

Task<Result<scan::ScanResult>> ScanDesk::run(ScanWanted wanted, scan::OnOutcome on_outcome) {
    Result<scan::Universe> universe = scan::parse_universe(wanted.universe);
    if (!universe) {
        co_return fail(std::move(universe.error()));
    }
    Result<std::vector<std::string>> symbols =
        co_await scan::resolve_universe(workers_, bars_, std::move(*universe), wanted.program.timeframe());
    if (!symbols) {
        co_return fail(std::move(symbols.error()));
    }
    scan::ScanRequest request{.program = std::move(wanted.program),
                              .symbols = std::move(*symbols),
                              .as_of = wanted.as_of,
                              .range = wanted.range,
                              .symbols_at_a_time = wanted.symbols_at_a_time,
                              .one_by_one = wanted.one_by_one};
    Result<scan::ScanResult> result =
        co_await scan::run_scan(loop_, workers_, bars_, std::move(request), std::move(on_outcome));
    co_return result;
}

} // namespace tradesh::engine
