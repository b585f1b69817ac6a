#include "core/history/instrument_guess.hpp"

#include "core/market/zone.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace tradesh::history {
namespace {

constexpr std::array<std::string_view, 32> currencies{
    "AUD", "BRL", "CAD", "CHF", "CNH", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "INR", "ISK", "JPY",
    "KRW", "MXN", "NOK", "NZD", "PLN", "RON", "RUB", "SEK", "SGD", "THB", "TRY", "TWD", "USD", "XAG", "XAU", "ZAR"};

bool is_currency(std::string_view code) { return std::ranges::find(currencies, code) != currencies.end(); }

/// "EURUSD", "EUR/USD" or "EUR.USD".
std::optional<std::pair<Currency, Currency>> currency_pair(std::string_view symbol) {
    if (symbol.size() != 6 && !(symbol.size() == 7 && (symbol[3] == '/' || symbol[3] == '.'))) {
        return std::nullopt;
    }
    const std::string_view base = symbol.substr(0, 3);
    const std::string_view quote = symbol.substr(symbol.size() - 3);
    if (!is_currency(base) || !is_currency(quote) || base == quote) {
        return std::nullopt;
    }
    return std::pair(Currency(base), Currency(quote));
}

struct CryptoPair {
    Currency base;
    std::optional<Currency> quote;
};

/// "BTC-USD", "BTC/USD", "BTC.USD", "BTCUSD" where the last letters are a known currency, or the base alone.
std::optional<CryptoPair> crypto_pair(std::string_view symbol) {
    const std::size_t mark = symbol.find_first_of("-/.");
    const std::string_view tail = symbol.substr(symbol.size() - std::min<std::size_t>(symbol.size(), 3));
    const bool joined = mark == std::string_view::npos && symbol.size() > 3 && is_currency(tail);
    const Result<Currency> base =
        Currency::parse(joined ? symbol.substr(0, symbol.size() - 3) : symbol.substr(0, mark));
    if (!base) {
        return std::nullopt;
    }
    const bool quoted = joined || (mark != std::string_view::npos && is_currency(symbol.substr(mark + 1)));
    return CryptoPair{.base = *base, .quote = quoted ? std::optional(Currency(tail)) : std::nullopt};
}

/// "ESZ6", "CLF27", "FGBLH2027": a root, the letter of a month and a year.
bool names_a_future(std::string_view symbol) {
    constexpr std::string_view digits = "0123456789";
    constexpr std::string_view months = "FGHJKMNQUVXZ";
    const std::size_t last = symbol.find_last_not_of(digits);
    if (last == std::string_view::npos || last == 0 || months.find(symbol[last]) == std::string_view::npos) {
        return false;
    }
    const std::string_view year = symbol.substr(last + 1);
    const bool is_soon = year < "50"; // STOXX50 is an index
    return year.size() == 1 || (year.size() == 2 && is_soon) || (year.size() == 4 && year.starts_with("20"));
}

/// Where something trades tells what it is.
std::optional<InstrumentKind> kind_on(const Exchange* exchange, std::string_view symbol) {
    constexpr std::array<std::string_view, 4> of_futures{"CME", "GLOBEX", "EUREX", "HKFE"};
    if (exchange == nullptr) {
        return std::nullopt;
    }
    if (exchange->name == "CRYPTO") {
        return Crypto{};
    }
    if (std::ranges::find(of_futures, exchange->name) != of_futures.end() && names_a_future(symbol)) {
        return Future{};
    }
    return std::nullopt;
}

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

Result<const Exchange*> exchange_of(const InstrumentStatement& statement) {
    if (!statement.exchange) {
        return nullptr;
    }
    if (const Exchange* exchange = find_exchange(upper(*statement.exchange))) {
        return exchange;
    }
    std::string known;
    for (const std::string_view name : exchange_names()) {
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    return fail(Error(ErrorKind::usage, "exchange.unknown", "'" + *statement.exchange + "' is no exchange known here")
                    .advise("use one of " + known + ", or give the zone with --tz"));
}

Decimal usual_tick(const InstrumentKind& kind, Currency currency) {
    const bool forex = std::holds_alternative<Forex>(kind);
    if (currency == Currency("JPY")) {
        return forex ? Decimal::of(1, 3) : Decimal(1);
    }
    return forex ? Decimal::of(1, 5) : Decimal::of(1, 2);
}

/// The usual tick, or a hundredth of it at the finest where the prices seen need more digits. Old prices in eighths or
/// adjusted ones with six digits say little about how the instrument trades now.
Decimal tick_of(Decimal usual, std::optional<Decimal> step) {
    Decimal tick = usual;
    for (int finer = 0; finer < 2 && step && step->is_positive() && !step->is_multiple_of(tick); ++finer) {
        tick = tick * Decimal::of(1, 1);
    }
    return tick;
}

Result<void> check_stated(const InstrumentStatement& statement) {
    using Step = std::pair<std::string_view, std::optional<Decimal>>;
    for (const auto& [name, value] :
         {Step("tick", statement.tick), Step("lot", statement.lot), Step("multiplier", statement.multiplier)}) {
        if (value && !value->is_positive()) {
            return fail(ErrorKind::usage, "instrument.step",
                        "the " + std::string(name) + " is above zero, not " + value->to_string());
        }
    }
    if (statement.zone && !is_known_zone(*statement.zone)) {
        return fail(Zone::find(*statement.zone).error());
    }
    return {};
}

void set_kind_and_currency(Instrument& instrument, const InstrumentStatement& statement, const Exchange* exchange) {
    const auto pair = currency_pair(instrument.symbol);
    instrument.assumed.kind = !statement.kind;
    instrument.assumed.currency = !statement.currency;
    const InstrumentKind usual = pair ? InstrumentKind(Forex{}) : InstrumentKind(Stock{});
    instrument.kind = statement.kind.value_or(kind_on(exchange, instrument.symbol).value_or(usual));
    if (exchange != nullptr) {
        instrument.currency = Currency(exchange->currency);
    }
    if (std::holds_alternative<Forex>(instrument.kind) && pair) {
        instrument.kind = Forex{.base = pair->first};
        instrument.currency = pair->second;
    }
    const std::optional<CryptoPair> crypto = crypto_pair(instrument.symbol);
    if (std::holds_alternative<Crypto>(instrument.kind) && crypto) {
        instrument.kind = Crypto{.base = crypto->base};
        instrument.currency = crypto->quote.value_or(instrument.currency);
    }
    instrument.currency = statement.currency.value_or(instrument.currency);
}

} // namespace

Result<Instrument> guess_instrument(const InstrumentStatement& statement, std::optional<Decimal> price_step) {
    Result<std::string> symbol = parse_symbol(statement.symbol);
    if (!symbol) {
        return fail(std::move(symbol.error()));
    }
    if (Result<void> sound = check_stated(statement); !sound) {
        return fail(std::move(sound.error()));
    }
    const Result<const Exchange*> exchange = exchange_of(statement);
    if (!exchange) {
        return fail(exchange.error());
    }
    Instrument instrument;
    instrument.symbol = std::move(*symbol);
    set_kind_and_currency(instrument, statement, *exchange);
    instrument.exchange = *exchange != nullptr ? std::string((*exchange)->name) : "";
    instrument.zone = *exchange != nullptr ? std::string((*exchange)->zone) : statement.zone.value_or("UTC");
    instrument.tick = statement.tick.value_or(tick_of(usual_tick(instrument.kind, instrument.currency), price_step));
    instrument.lot = statement.lot.value_or(1);
    instrument.multiplier = statement.multiplier.value_or(1);
    instrument.assumed.exchange = *exchange == nullptr;
    instrument.assumed.zone = *exchange == nullptr && !statement.zone;
    instrument.assumed.tick = !statement.tick;
    instrument.assumed.lot = !statement.lot;
    instrument.assumed.multiplier = !statement.multiplier;
    return instrument;
}

namespace {

/// Fills one field in; false when something else was stated before and that holds.
template <class Value>
bool settle(Value& field, bool& assumed, const std::optional<Value>& stated, bool holds) {
    if (!stated) {
        return true;
    }
    if (holds && !assumed && field != *stated) {
        return false;
    }
    field = *stated;
    assumed = false;
    return true;
}

/// A kind by the same name keeps the details that are known of it.
bool settle_kind(Instrument& instrument, const std::optional<InstrumentKind>& stated, bool holds) {
    if (!stated || stated->index() == instrument.kind.index()) {
        instrument.assumed.kind = instrument.assumed.kind && !stated;
        return true;
    }
    if (!settle(instrument.kind, instrument.assumed.kind, stated, holds)) {
        return false;
    }
    const auto pair = currency_pair(instrument.symbol);
    if (std::holds_alternative<Forex>(instrument.kind) && pair) {
        instrument.kind = Forex{.base = pair->first};
        instrument.currency = instrument.assumed.currency ? pair->second : instrument.currency;
    }
    return true;
}

} // namespace

Result<Instrument> apply_statement(const Instrument& known, const InstrumentStatement& statement, bool has_bars) {
    if (Result<void> sound = check_stated(statement); !sound) {
        return fail(std::move(sound.error()));
    }
    const Result<const Exchange*> exchange = exchange_of(statement);
    if (!exchange) {
        return fail(exchange.error());
    }
    Instrument instrument = known;
    AssumedFields& assumed = instrument.assumed;
    std::optional<std::string> exchange_name;
    std::optional<std::string> zone;
    if (*exchange != nullptr) {
        exchange_name = (*exchange)->name;
        zone = (*exchange)->zone;
    }
    std::string differing;
    const auto check = [&differing](std::string_view name, bool settled) {
        differing += settled ? "" : (differing.empty() ? "" : ", ") + std::string(name);
    };
    if (*exchange != nullptr && assumed.currency && !std::holds_alternative<Forex>(known.kind)) {
        instrument.currency = Currency((*exchange)->currency);
    }
    if (assumed.kind && !statement.kind) {
        instrument.kind = kind_on(*exchange, known.symbol).value_or(instrument.kind);
    }
    check("kind", settle_kind(instrument, statement.kind, has_bars));
    check("exchange", settle(instrument.exchange, assumed.exchange, exchange_name, has_bars));
    check("zone", settle(instrument.zone, assumed.zone, zone, has_bars));
    check("currency", settle(instrument.currency, assumed.currency, statement.currency, has_bars));
    check("tick", settle(instrument.tick, assumed.tick, statement.tick, has_bars));
    check("lot", settle(instrument.lot, assumed.lot, statement.lot, has_bars));
    check("multiplier", settle(instrument.multiplier, assumed.multiplier, statement.multiplier, has_bars));
    if (!differing.empty()) {
        return fail(
            Error(ErrorKind::usage, "instrument.conflict",
                  known.symbol + " is already stored with another " + differing)
                .advise("see `data info " + known.symbol + "`; it can be stated anew while no bars of it are stored"));
    }
    return instrument;
}

} // namespace tradesh::history
