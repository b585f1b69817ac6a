#include "core/engine/stored_bars.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace tradesh::engine {
namespace {

Result<std::vector<std::string>> symbols_with(store::MarketFile& file, Timeframe timeframe) {
    const Result<std::vector<store::SeriesInfo>> series = file.bars.list();
    if (!series) {
        return fail(series.error());
    }
    const Result<std::vector<Instrument>> instruments = file.instruments.list();
    if (!instruments) {
        return fail(instruments.error());
    }
    std::set<InstrumentId> wanted;
    for (const store::SeriesInfo& info : *series) {
        if (info.key.timeframe == timeframe) {
            wanted.insert(info.key.instrument);
        }
    }
    std::vector<std::string> symbols;
    for (const Instrument& instrument : *instruments) {
        if (wanted.contains(instrument.id)) {
            symbols.push_back(instrument.symbol);
        }
    }
    return symbols;
}

Result<Bars> read_last(store::MarketFile& file, const std::string& symbol, Timeframe timeframe, std::size_t count) {
    const Result<std::optional<Instrument>> instrument = file.instruments.find(symbol);
    if (!instrument) {
        return fail(instrument.error());
    }
    if (!*instrument) {
        return Bars{};
    }
    Result<std::vector<store::SeriesInfo>> series = file.bars.list((*instrument)->id);
    if (!series) {
        return fail(std::move(series.error()));
    }
    std::erase_if(*series, [&](const store::SeriesInfo& info) { return info.key.timeframe != timeframe; });
    const auto rank = [](const store::SeriesInfo& info) {
        return std::pair(info.key.basis == PriceBasis::raw, info.last);
    };
    const auto best = std::ranges::max_element(*series, {}, rank);
    return best == series->end() ? Result<Bars>(Bars{}) : file.bars.last(best->key, count);
}

} // namespace

Result<StoredBars::Connection> StoredBars::connect() {
    if (std::optional<Connection> idle = pool_.take()) {
        return std::move(*idle);
    }
    return store::MarketFile::open_for_reading(market_path_);
}

Result<std::vector<std::string>> StoredBars::symbols(Timeframe timeframe) {
    Result<Connection> connection = connect();
    if (!connection) {
        return fail(std::move(connection.error()));
    }
    Result<std::vector<std::string>> symbols = symbols_with(**connection, timeframe);
    pool_.put(std::move(*connection));
    return symbols;
}

Result<Bars> StoredBars::last_bars(const std::string& symbol, Timeframe timeframe, std::size_t count) {
    Result<Connection> connection = connect();
    if (!connection) {
        return fail(std::move(connection.error()));
    }
    Result<Bars> bars = read_last(**connection, symbol, timeframe, count);
    pool_.put(std::move(*connection));
    return bars;
}

} // namespace tradesh::engine
