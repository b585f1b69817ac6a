#include "core/engine/made_series.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace tradesh::engine {

using store::SeriesInfo;

namespace {

constexpr std::size_t singly_max = 50; // from so many on all instruments are read at once

using SeriesByInstrument = std::unordered_map<std::int64_t, std::vector<SeriesInfo>>;

Result<std::vector<InstrumentId>> find_all(store::MarketFile& market, std::span<const std::string> symbols) {
    std::vector<InstrumentId> found;
    for (const std::string& symbol : symbols) {
        const Result<std::optional<Instrument>> instrument = market.instruments.find(symbol);
        if (!instrument) {
            return fail(instrument.error());
        }
        if (*instrument) {
            found.push_back((*instrument)->id);
        }
    }
    return found;
}

/// The instruments with bars of other timeframes only; of adjusted prices all.
Result<std::vector<InstrumentId>> candidates(store::MarketFile& market, const store::SeriesCatalogue& stored,
                                             Timeframe timeframe, PriceBasis basis,
                                             std::span<const std::string> symbols) {
    if (!symbols.empty() && symbols.size() <= singly_max) {
        return find_all(market, symbols);
    }
    const Result<std::size_t> series = store::SeriesCatalogue::series_count(market.database);
    if (!series) {
        return fail(series.error());
    }
    if (basis == PriceBasis::raw && *series == stored.all().size()) { // as mostly: there is nothing else
        return std::vector<InstrumentId>();
    }
    Result<std::vector<InstrumentId>> all = store::SeriesCatalogue::instruments(
        market.database, basis == PriceBasis::adjusted ? std::nullopt : std::optional(timeframe));
    if (!all || basis == PriceBasis::adjusted || all->empty()) {
        return all;
    }
    std::unordered_set<std::int64_t> known;
    for (const store::ChosenSeries& each : stored.all()) {
        known.insert(each.instrument.value);
    }
    std::erase_if(*all, [&](InstrumentId instrument) { return known.contains(instrument.value); });
    return all;
}

Result<SeriesByInstrument> read_series_of(store::MarketFile& market, const std::vector<InstrumentId>& instruments) {
    SeriesByInstrument found;
    const auto take = [&](std::optional<InstrumentId> instrument) -> Result<void> {
        Result<std::vector<SeriesInfo>> series = market.bars.list(instrument);
        if (!series) {
            return fail(std::move(series.error()));
        }
        for (SeriesInfo& each : *series) {
            found[each.key.instrument.value].push_back(std::move(each));
        }
        return {};
    };
    if (instruments.size() > singly_max) {
        Result<void> taken = take(std::nullopt);
        return taken ? Result<SeriesByInstrument>(std::move(found)) : fail(std::move(taken.error()));
    }
    for (const InstrumentId instrument : instruments) {
        if (Result<void> taken = take(instrument); !taken) {
            return fail(std::move(taken.error()));
        }
    }
    return found;
}

/// Raw prices before adjusted ones, as with stored bars.
std::optional<BarsRecipe> recipe_of(const std::vector<SeriesInfo>& stored, Timeframe timeframe, PriceBasis basis) {
    const BarsWanted wanted{.symbol = {}, .timeframe = timeframe, .basis = basis};
    if (std::optional<BarsRecipe> recipe = find_recipe(stored, wanted); recipe || basis == PriceBasis::adjusted) {
        return recipe;
    }
    return find_recipe(stored, {.symbol = {}, .timeframe = timeframe, .basis = PriceBasis::adjusted});
}

} // namespace

Result<MadeCatalogue> MadeCatalogue::read(store::MarketFile& market, const store::SeriesCatalogue& stored,
                                          Timeframe timeframe, PriceBasis basis, std::span<const std::string> symbols) {
    MadeCatalogue catalogue;
    catalogue.revision_ = stored.revision();
    const Result<std::vector<InstrumentId>> instruments = candidates(market, stored, timeframe, basis, symbols);
    if (!instruments) {
        return fail(instruments.error());
    }
    if (instruments->empty()) {
        return catalogue;
    }
    const Result<SeriesByInstrument> series = read_series_of(market, *instruments);
    if (!series) {
        return fail(series.error());
    }
    Result<std::vector<Instrument>> described = market.instruments.find_all(*instruments);
    if (!described) {
        return fail(std::move(described.error()));
    }
    for (Instrument& instrument : *described) {
        const auto found = series->find(instrument.id.value);
        if (found == series->end()) {
            continue;
        }
        if (std::optional<BarsRecipe> recipe = recipe_of(found->second, timeframe, basis)) {
            const std::string symbol = instrument.symbol;
            catalogue.all_.emplace(symbol, MadeSeries{.instrument = std::move(instrument), .recipe = *recipe});
        }
    }
    return catalogue;
}

const MadeSeries* MadeCatalogue::find(const std::string& symbol) const {
    const auto found = all_.find(symbol);
    return found == all_.end() ? nullptr : &found->second;
}

Result<TimedBars> read_made(store::MarketFile& market, const MadeSeries& series, const BarCompletion& completion,
                            const scan::BarsWanted& wanted, std::optional<Instant> complete_by) {
    const SeriesInfo& base = series.recipe.base;
    const Timeframe timeframe = series.recipe.resample_to.value_or(base.key.timeframe);
    BarsWanted shown{.symbol = series.instrument.symbol, .timeframe = timeframe, .to = wanted.before};
    if (complete_by) { // what opens then is not complete
        shown.to = std::min(*complete_by, shown.to.value_or(*complete_by));
    }
    if (!wanted.from) {
        shown.last_count = wanted.bars + incomplete_max;
    }
    std::optional<BarsFound> found;
    for (unsigned doubled = 0; !found; ++doubled) {
        // The moment only tells absent bars from late ones, which nobody asks for here.
        Result<BarsRead> read = read_for(market, series.recipe, shown, doubled, {.now = base.last, .source = {}});
        if (!read) {
            return fail(std::move(read.error()));
        }
        BarsRecipe recipe = series.recipe;
        if (wanted.complete_by) {
            const std::size_t later = std::erase_if(
                read->actions, [&](const CorporateAction& action) { return action.ex_date > *wanted.complete_by; });
            recipe.adjust = recipe.adjust && (later == 0 || !read->actions.empty());
        }
        Result<std::optional<BarsFound>> made = make_bars(series.instrument, recipe, shown, std::move(*read));
        if (!made && made.error().code == "bars.none_in_range") {
            return TimedBars{};
        }
        if (!made) {
            return fail(std::move(made.error()));
        }
        found = std::move(*made);
    }
    TimedBars timed{.bars = std::move(found->bars), .complete_at = {}};
    timed.complete_at = completion.of(timeframe, timed.bars.open_time);
    std::optional<Instant> until = complete_by;
    if (series.recipe.resample_to) {
        const Instant reached = completion.of(base.key.timeframe, base.last);
        until = std::min(reached, complete_by.value_or(reached));
    }
    choose_rows(timed, wanted, until);
    if (timed.end - timed.begin > wanted.bars_max) {
        return fail(Error(ErrorKind::usage, "bars.too_many",
                          "more than " + std::to_string(wanted.bars_max) + " bars would have to be made")
                        .advise("ask for a shorter range or for fewer values"));
    }
    return timed;
}

} // namespace tradesh::engine
