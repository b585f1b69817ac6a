#include "core/engine/data_desk.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::engine {

using runtime::Task;
using store::SeriesInfo;

namespace {

std::string describe(const BarsWanted& wanted) {
    std::string text = wanted.symbol;
    if (wanted.timeframe) {
        text += " " + std::string(name_of(*wanted.timeframe));
    }
    return text + (wanted.basis == PriceBasis::adjusted ? " adjusted" : "");
}

Error no_bars(const BarsWanted& wanted, const std::vector<SeriesInfo>& stored) {
    std::string there;
    for (const SeriesInfo& info : stored) {
        there += (there.empty() ? "" : ", ") + std::string(name_of(info.key.timeframe)) + " " +
                 std::string(name_of(info.key.basis));
    }
    return Error(ErrorKind::not_found, "bars.none", "there are no such bars")
        .attempting("show bars")
        .on(describe(wanted))
        .advise(there.empty() ? "import them: data import FILE --symbol " + wanted.symbol : "stored: " + there);
}

/// The series that a wish means, see BarsWanted.
const SeriesInfo* choose(const std::vector<SeriesInfo>& stored, const BarsWanted& wanted) {
    const SeriesInfo* best = nullptr;
    const auto rank = [](const SeriesInfo& info) { return std::pair(info.key.timeframe == Timeframe::d1, info.last); };
    for (const SeriesInfo& info : stored) {
        const bool fits =
            info.key.basis == wanted.basis && (!wanted.timeframe || info.key.timeframe == *wanted.timeframe);
        if (fits && (best == nullptr || rank(info) > rank(*best))) {
            best = &info;
        }
    }
    return best;
}

Result<Bars> read_bars(store::BarStore& bars, const store::SeriesKey& key, const BarsWanted& wanted) {
    if (!wanted.from && !wanted.to) {
        return bars.last(key, wanted.last_count.value_or(SIZE_MAX));
    }
    Result<Bars> range = bars.range(key, wanted.from.value_or(Instant::min()), wanted.to.value_or(Instant::max()));
    if (!range || !wanted.last_count || range->size() <= *wanted.last_count) {
        return range;
    }
    Bars tail;
    for (std::size_t i = range->size() - *wanted.last_count; i < range->size(); ++i) {
        if (Result<void> pushed = tail.push_back(range->at(i)); !pushed) {
            return fail(std::move(pushed.error()));
        }
    }
    return tail;
}

} // namespace

Task<Result<BarsFound>> DataDesk::show(BarsWanted wanted) {
    Result<Instrument> instrument = co_await instruments_.find(wanted.symbol);
    if (!instrument) {
        co_return fail(std::move(instrument.error()).attempting("show bars"));
    }
    auto read = [&instrument, &wanted](store::MarketFile& file) -> Result<BarsFound> {
        const Result<std::vector<SeriesInfo>> stored = file.bars.list(instrument->id);
        if (!stored) {
            return fail(stored.error());
        }
        const SeriesInfo* series = choose(*stored, wanted);
        if (series == nullptr) {
            return fail(no_bars(wanted, *stored));
        }
        Result<Bars> bars = read_bars(file.bars, series->key, wanted);
        if (!bars) {
            return fail(std::move(bars.error()));
        }
        if (bars->empty()) {
            return fail(Error(ErrorKind::not_found, "bars.none_in_range", "there are no bars in that range")
                            .attempting("show bars")
                            .on(describe(wanted))
                            .advise("stored: " + to_rfc3339(series->first) + " to " + to_rfc3339(series->last)));
        }
        return BarsFound{.instrument = *instrument, .series = *series, .bars = std::move(*bars)};
    };
    Result<BarsFound> found = co_await store_.read(read);
    co_return found;
}

Task<Result<std::vector<InstrumentSeries>>> DataDesk::list() {
    auto read = [](store::MarketFile& file) -> Result<std::vector<InstrumentSeries>> {
        Result<std::vector<Instrument>> instruments = file.instruments.list();
        if (!instruments) {
            return fail(std::move(instruments.error()));
        }
        const Result<std::vector<SeriesInfo>> series = file.bars.list();
        if (!series) {
            return fail(series.error());
        }
        std::vector<InstrumentSeries> all;
        for (Instrument& instrument : *instruments) {
            InstrumentSeries& entry = all.emplace_back();
            std::ranges::copy_if(*series, std::back_inserter(entry.series),
                                 [&](const SeriesInfo& info) { return info.key.instrument == instrument.id; });
            entry.instrument = std::move(instrument);
        }
        return all;
    };
    Result<std::vector<InstrumentSeries>> all = co_await store_.read(read);
    co_return all;
}

Task<Result<InstrumentSeries>> DataDesk::info(std::string symbol) {
    instruments_.forget(symbol); // another profile may have changed it
    Result<Instrument> instrument = co_await instruments_.find(std::move(symbol));
    if (!instrument) {
        co_return fail(std::move(instrument.error()));
    }
    auto read = [&instrument](store::MarketFile& file) { return file.bars.list(instrument->id); };
    Result<std::vector<SeriesInfo>> series = co_await store_.read(read);
    if (!series) {
        co_return fail(std::move(series.error()));
    }
    co_return InstrumentSeries{.instrument = std::move(*instrument), .series = std::move(*series)};
}

Task<Result<history::BarImportReport>> DataDesk::import(history::BarImportRequest request,
                                                        history::BlockSource source) {
    const std::string symbol = request.instrument.symbol;
    Result<history::BarImportReport> report =
        co_await history::import_bars(store_, workers_, std::move(request), std::move(source));
    instruments_.forget(symbol);
    co_return report;
}

} // namespace tradesh::engine
