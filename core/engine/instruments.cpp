#include "core/engine/instruments.hpp"

#include "core/base/suggestion.hpp"
#include "core/market/option_contract.hpp"
#include "core/orders/spread_legs.hpp"

#include <algorithm>

namespace tradesh::engine {

using runtime::Task;

namespace {

Error unknown_symbol(const std::string& symbol, const std::vector<Instrument>& known) {
    std::vector<std::string_view> symbols;
    for (const Instrument& instrument : known) {
        symbols.push_back(instrument.symbol);
    }
    std::string hint = did_you_mean(symbol, symbols);
    if (hint.empty()) {
        hint = "import its history first: data import FILE --symbol " + symbol;
    }
    return Error(ErrorKind::not_found, "instrument.unknown", "nothing is known of " + symbol)
        .attempting("look up the instrument")
        .on(symbol)
        .advise(hint + "; 'data list' shows what is there");
}

/// What closing a position needs. The steps are the finest that do not contradict what is held; a venue refuses what is
/// finer than its own.
Instrument instrument_of(const Position& position) {
    Instrument instrument;
    instrument.symbol = position.symbol;
    if (const std::optional<Option> option = parse_option_symbol(position.symbol)) {
        instrument.kind = *option;
    }
    instrument.zone = "UTC";
    instrument.currency = position.currency;
    const Decimal quantity = position.quantity.normalized();
    instrument.lot = Decimal::of(1, quantity.scale());
    instrument.multiplier = position.multiplier;
    instrument.assumed = {.kind = std::holds_alternative<Stock>(instrument.kind),
                          .exchange = true,
                          .zone = true,
                          .tick = true,
                          .lot = true};
    return instrument;
}

} // namespace

Task<Result<Instrument>> Instruments::find_traded(std::string symbol) {
    Result<Instrument> stored = co_await find(symbol);
    if (stored || venue_ == nullptr) {
        co_return stored;
    }
    Result<std::optional<Instrument>> told = co_await find_at_venue(std::move(symbol));
    if (told && *told) {
        co_return std::move(**told);
    }
    co_return stored; // that the venue does not tell either adds nothing
}

Task<Result<std::optional<Instrument>>> Instruments::find_at_venue(std::string symbol) {
    Result<std::optional<Instrument>> told = co_await venue_->describe(symbol);
    if (told && *told) {
        co_return told;
    }
    const Result<venue::TradingSnapshot> snapshot = co_await venue_->trading().snapshot(Instant::max());
    if (!snapshot) {
        co_return fail(snapshot.error());
    }
    const auto held = std::ranges::find(snapshot->positions, symbol, &Position::symbol);
    const bool is_held = held != snapshot->positions.end() && !held->quantity.is_zero();
    co_return is_held ? std::optional(instrument_of(*held)) : std::nullopt;
}

Task<Result<Instrument>> Instruments::find(std::string symbol) {
    if (const auto known = known_.find(symbol); known != known_.end()) {
        co_return known->second;
    }
    auto look_up = [&symbol](store::MarketFile& file) { return file.instruments.find(symbol); };
    Result<std::optional<Instrument>> found = co_await store_.read(look_up);
    if (!found) {
        co_return fail(std::move(found.error()));
    }
    const std::optional<Option> option = *found ? std::nullopt : parse_option_symbol(symbol);
    if (option) {
        const Result<Instrument> underlying = co_await find(option->underlying);
        if (!underlying) {
            co_return underlying;
        }
        co_return orders::contract_of(*underlying, std::move(symbol), *option);
    }
    if (!*found) {
        const Result<std::vector<Instrument>> known = co_await list();
        co_return fail(unknown_symbol(symbol, known.value_or(std::vector<Instrument>())));
    }
    known_.emplace(symbol, **found);
    co_return std::move(**found);
}

Task<Result<void>> Instruments::keep(Instrument spread) {
    auto add = [&spread](store::MarketFile& file) -> Result<void> {
        const Result<std::optional<Instrument>> known = file.instruments.find(spread.symbol);
        if (!known || *known) {
            return known ? Result<void>() : fail(known.error());
        }
        const Result<Instrument> added = file.instruments.add(std::move(spread));
        return added ? Result<void>() : fail(added.error());
    };
    const Result<void> kept = co_await store_.write(add);
    co_return kept;
}

Task<Result<std::vector<Instrument>>> Instruments::list() {
    auto look_up = [](store::MarketFile& file) { return file.instruments.list(); };
    Result<std::vector<Instrument>> all = co_await store_.read(look_up);
    co_return all;
}

Task<Result<Bar>> Instruments::last_bar(Instrument instrument) {
    auto look_up = [&instrument](store::MarketFile& file) -> Result<std::optional<Bar>> {
        Result<std::vector<store::SeriesInfo>> series = file.bars.list(instrument.id);
        if (!series) {
            return fail(std::move(series.error()));
        }
        const auto rank = [](const store::SeriesInfo& info) {
            return std::pair(info.key.basis == PriceBasis::raw, info.last);
        };
        const auto newest = std::ranges::max_element(*series, {}, rank);
        if (newest == series->end()) {
            return std::nullopt;
        }
        const Result<Bars> bars = file.bars.last(newest->key, 1);
        if (!bars) {
            return fail(bars.error());
        }
        return bars->empty() ? std::nullopt : std::optional(bars->at(0));
    };
    Result<std::optional<Bar>> bar = co_await store_.read(look_up);
    if (!bar) {
        co_return fail(std::move(bar.error()));
    }
    if (!*bar) {
        co_return fail(Error(ErrorKind::not_found, "bars.none", "there are no bars of " + instrument.symbol)
                           .attempting("find the last close")
                           .on(instrument.symbol)
                           .advise("import its history: data import FILE --symbol " + instrument.symbol));
    }
    co_return **bar;
}

} // namespace tradesh::engine
