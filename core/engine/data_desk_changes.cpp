#include "core/engine/data_desk.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

// The changes that DataDesk makes by hand: bars erased, splits and dividends added and removed.

namespace tradesh::engine {

using runtime::Task;
using store::SeriesInfo;

namespace {

constexpr std::array all_sources{BarSource::import, BarSource::paper,   BarSource::tws,
                                 BarSource::alpaca, BarSource::stellar, BarSource::ib_host};

Error several_series(const BarsWanted& wanted, const std::vector<SeriesInfo>& fitting) {
    return Error(ErrorKind::usage, "delete.ambiguous", "several series fit, and none was deleted")
        .attempting("delete bars")
        .on(describe(wanted))
        .advise("name one by timeframe and --source: " + list_of(fitting));
}

Result<std::int64_t> erase_all(store::MarketFile& file, const SeriesInfo& series, SeriesRange range, bool whole) {
    Result<std::int64_t> erased = file.bars.erase(series.key, range.from, range.to);
    if (!erased) {
        return erased;
    }
    if (Result<void> forgotten = file.coverage.erase(series.key, range.from, range.to); !forgotten) {
        return fail(std::move(forgotten.error()));
    }
    if (whole) {
        if (Result<void> forgotten = file.coverage.erase_head(series.key); !forgotten) {
            return fail(std::move(forgotten.error()));
        }
    }
    return erased;
}

} // namespace

Task<Result<ErasedBars>> DataDesk::erase(BarsWanted wanted, bool rehearse) {
    const Result<InstrumentSeries> known = co_await find(wanted.symbol, {});
    if (!known) {
        co_return fail(known.error());
    }
    const std::vector<SeriesInfo> series = fitting(known->series, wanted);
    if (series.empty()) {
        co_return fail(no_bars(wanted, known->series, false).attempting("delete bars"));
    }
    if (series.size() > 1) {
        co_return fail(several_series(wanted, series));
    }
    const bool whole = !wanted.from && !wanted.to;
    const SeriesRange range{.from = wanted.from.value_or(Instant::min()), .to = wanted.to.value_or(Instant::max())};
    ErasedBars outcome{.series = series.front()};
    if (rehearse) {
        auto count = [&](store::MarketFile& file) { return file.bars.range(outcome.series.key, range.from, range.to); };
        const Result<Bars> bars = co_await parts_.store.read(count);
        if (!bars) {
            co_return fail(bars.error());
        }
        outcome.bars = static_cast<std::int64_t>(bars->size());
    } else {
        auto erase = [&](store::MarketFile& file) { return erase_all(file, outcome.series, range, whole); };
        const Result<std::int64_t> erased = co_await parts_.store.write(erase);
        if (!erased) {
            co_return fail(erased.error());
        }
        outcome.bars = *erased;
    }
    if (outcome.bars == 0) {
        co_return fail(none_in_range(wanted, outcome.series).attempting("delete bars"));
    }
    co_return outcome;
}

Task<Result<std::vector<KnownAction>>> DataDesk::actions(std::string symbol) {
    const Result<Instrument> instrument = co_await parts_.instruments.find(std::move(symbol));
    if (!instrument) {
        co_return fail(instrument.error());
    }
    auto read = [&instrument](store::MarketFile& file) -> Result<std::vector<KnownAction>> {
        std::vector<KnownAction> all;
        for (const BarSource source : all_sources) {
            const Result<std::vector<CorporateAction>> some = file.actions.list(instrument->id, source);
            if (!some) {
                return fail(some.error());
            }
            std::ranges::transform(*some, std::back_inserter(all),
                                   [source](const CorporateAction& action) { return KnownAction{action, source}; });
        }
        std::ranges::sort(all, {}, [](const KnownAction& known) {
            return std::tuple(known.action.ex_date, known.action.what.index(), known.source);
        });
        return all;
    };
    Result<std::vector<KnownAction>> all = co_await parts_.store.read(read);
    co_return all;
}

Task<Result<bool>> DataDesk::add_action(std::string symbol, CorporateAction action) {
    const Result<Instrument> instrument = co_await parts_.instruments.find(std::move(symbol));
    if (!instrument) {
        co_return fail(instrument.error());
    }
    if (const Dividend* dividend = std::get_if<Dividend>(&action.what)) {
        if (dividend->amount.currency != instrument->currency) {
            co_return fail(
                Error(ErrorKind::usage, "actions.currency",
                      "its prices are in " + std::string(instrument->currency.code()) + ", and rates are not known")
                    .attempting("add a dividend")
                    .on(instrument->symbol)
                    .advise("give the amount in the currency of the prices"));
        }
    }
    auto put = [&](store::MarketFile& file) {
        return file.actions.put(instrument->id, BarSource::import, std::span(&action, 1));
    };
    const Result<std::int64_t> changed = co_await parts_.store.write(put);
    if (!changed) {
        co_return fail(changed.error());
    }
    co_return *changed > 0;
}

Task<Result<std::int64_t>> DataDesk::remove_actions(std::string symbol, TradingDate ex_date) {
    const Result<Instrument> instrument = co_await parts_.instruments.find(std::move(symbol));
    if (!instrument) {
        co_return fail(instrument.error());
    }
    auto erase = [&](store::MarketFile& file) {
        return file.actions.erase(instrument->id, BarSource::import, ex_date);
    };
    Result<std::int64_t> removed = co_await parts_.store.write(erase);
    if (removed && *removed == 0) {
        co_return fail(Error(ErrorKind::not_found, "actions.none", "none made by hand has that date")
                           .attempting("remove splits and dividends")
                           .on(instrument->symbol + " " + to_date_text(ex_date))
                           .advise("see them: data actions " + instrument->symbol +
                                   "; those of a venue are overruled by adding one of the same date"));
    }
    co_return removed;
}

} // namespace tradesh::engine
