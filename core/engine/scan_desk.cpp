#include "core/engine/scan_desk.hpp"

#include "core/engine/scan_splits.hpp"

#include <utility>

namespace tradesh::engine {

using runtime::Task;

Task<Result<scan::Universe>> ScanDesk::expand(scan::Universe universe) {
    if (!universe.names_lists()) {
        co_return universe;
    }
    const Result<std::vector<store::SavedItem>> items = co_await parts_.saved.list(store::SavedKind::watchlist);
    if (!items) {
        co_return fail(items.error());
    }
    std::vector<scan::NamedList> lists;
    for (const store::SavedItem& item : *items) {
        lists.push_back({.name = item.name, .text = item.text});
    }
    co_return scan::expand(universe, lists);
}

Task<Result<std::vector<std::string>>> ScanDesk::resolve(std::string text, Timeframe timeframe, PriceBasis basis) {
    Result<scan::Universe> universe = scan::parse_universe(text);
    if (!universe) {
        co_return fail(std::move(universe.error()));
    }
    Result<scan::Universe> expanded = co_await expand(std::move(*universe));
    if (!expanded) {
        co_return fail(std::move(expanded.error()));
    }
    Result<std::vector<std::string>> symbols =
        co_await scan::resolve_universe(parts_.workers, bars_of(basis), std::move(*expanded), timeframe);
    co_return symbols;
}

ScanLoader ScanDesk::loader_for(const ScanWanted& wanted) {
    return ScanLoader({.history = parts_.history,
                       .clock = parts_.loop.clock(),
                       .program = wanted.program,
                       .times = {wanted.as_of, wanted.range},
                       .basis = wanted.basis,
                       .one_by_one = wanted.one_by_one,
                       .correlation = wanted.correlation});
}

Task<Result<scan::ScanResult>> ScanDesk::run(ScanWanted wanted, scan::OnOutcome on_outcome) {
    Result<std::vector<std::string>> symbols =
        co_await resolve(wanted.universe, wanted.program.timeframe(), wanted.basis);
    if (!symbols) {
        co_return fail(std::move(symbols.error()));
    }
    scan::ScanRequest request{.program = wanted.program,
                              .symbols = std::move(*symbols),
                              .as_of = wanted.as_of,
                              .range = wanted.range,
                              .symbols_at_a_time = wanted.symbols_at_a_time,
                              .one_by_one = wanted.one_by_one};
    ScanLoader loader = loader_for(wanted);
    if (wanted.load_first) {
        Result<void> others = co_await loader.load_others();
        if (!others) {
            co_return fail(std::move(others.error()));
        }
        request.prepare = [&loader](const std::string& symbol) { return loader.load_symbol(symbol); };
    }
    Result<scan::ScanResult> result = co_await scan::run_scan(parts_.loop, parts_.workers, bars_of(wanted.basis),
                                                              std::move(request), std::move(on_outcome));
    if (!result || wanted.basis == PriceBasis::adjusted) {
        co_return result;
    }
    auto look = [&] { return splits_inside(bars_, wanted.program, {wanted.as_of, wanted.range}, result->outcomes); };
    Result<std::vector<std::string>> splits = co_await parts_.workers.run(look);
    if (!splits) {
        co_return fail(std::move(splits.error()));
    }
    result->splits_inside = std::move(*splits);
    co_return result;
}

Task<Result<WatchSummary>> ScanDesk::watch(ScanWanted wanted, WatchWanted how, OnNews on_news) {
    if (wanted.as_of || wanted.range) {
        co_return fail(Error(ErrorKind::usage, "watch.past", "a watch looks at what comes, not at a time that has been")
                           .attempting("watch")
                           .advise("leave the time away, or use scan run"));
    }
    Result<std::vector<std::string>> symbols =
        co_await resolve(wanted.universe, wanted.program.timeframe(), wanted.basis);
    if (!symbols) {
        co_return fail(std::move(symbols.error()));
    }
    if (how.live && symbols->size() > live_symbols_max) {
        co_return fail(Error(ErrorKind::usage, "watch.too_many_live",
                             "quotes of at most " + std::to_string(live_symbols_max) +
                                 " symbols can be followed, and there are " + std::to_string(symbols->size()))
                           .attempting("watch")
                           .advise("name fewer symbols, or follow their stored bars without --live"));
    }
    const FindInstrument find = [this](std::string symbol) { return parts_.instruments.find(std::move(symbol)); };
    const FindSymbols find_symbols = [this, &wanted] {
        return resolve(wanted.universe, wanted.program.timeframe(), wanted.basis);
    };
    const bool may_grow = wanted.universe.find_first_of("*?") != std::string::npos;
    ScanLoader loader = loader_for(wanted);
    const WatchLoads loads{.others = [&loader] { return loader.load_others(); },
                           .symbol = [&loader](std::string symbol) { return loader.load_symbol(std::move(symbol)); },
                           .asked_in_vain = [&loader] { return loader.asked_in_vain(); },
                           .publish_delay = loader.publish_delay()};
    ScanWatcher watcher({.loop = parts_.loop,
                         .workers = parts_.workers,
                         .source = bars_of(wanted.basis),
                         .quotes = parts_.quotes,
                         .loads = wanted.load_first ? std::optional(loads) : std::nullopt,
                         .program = wanted.program,
                         .symbols = std::move(*symbols),
                         .at_a_time = wanted.one_by_one ? 1 : wanted.symbols_at_a_time,
                         .find_instrument = how.live ? find : FindInstrument(),
                         .find_symbols = may_grow && !how.live ? find_symbols : FindSymbols(),
                         .how = how,
                         .on_news = std::move(on_news),
                         .quote_times = quote_times_});
    Result<WatchSummary> summary = co_await watcher.run();
    co_return summary;
}

} // namespace tradesh::engine
