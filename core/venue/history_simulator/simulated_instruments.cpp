#include "core/venue/history_simulator/simulated_instruments.hpp"

#include "core/venue/history_simulator/draw.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <string>

namespace tradesh::venue::history_simulator {
namespace {

/// What one unit is worth in US dollars, roughly.
struct Worth {
    std::string_view code;
    double usd;
};
constexpr std::array<Worth, 17> currencies{{{"USD", 1},
                                            {"EUR", 1.1},
                                            {"GBP", 1.28},
                                            {"JPY", 0.0068},
                                            {"CHF", 1.12},
                                            {"CAD", 0.73},
                                            {"AUD", 0.66},
                                            {"NZD", 0.61},
                                            {"SEK", 0.096},
                                            {"NOK", 0.094},
                                            {"DKK", 0.147},
                                            {"PLN", 0.25},
                                            {"HKD", 0.128},
                                            {"SGD", 0.75},
                                            {"CNH", 0.139},
                                            {"MXN", 0.054},
                                            {"ZAR", 0.055}}};
constexpr std::array<Worth, 10> coins{{{"BTC", 60'000},
                                       {"ETH", 3'000},
                                       {"SOL", 140},
                                       {"XRP", 0.6},
                                       {"LTC", 80},
                                       {"BCH", 400},
                                       {"ADA", 0.45},
                                       {"DOT", 6},
                                       {"LINK", 14},
                                       {"DOGE", 0.12}}};

struct FutureRule {
    std::string_view root;
    double level;
    Decimal tick;
    std::int64_t multiplier;
};
const std::array<FutureRule, 4> futures{{{"ES", 5'000, Decimal::of(25, 2), 50},
                                         {"NQ", 18'000, Decimal::of(25, 2), 20},
                                         {"YM", 39'000, Decimal(1), 5},
                                         {"RTY", 2'100, Decimal::of(1, 1), 50}}};

/// Foreign stocks: the suffix of the symbol says where.
struct SuffixRule {
    std::string_view suffix;
    std::string_view exchange;
    bool digits; ///< their codes are numbers
    Decimal tick;
    std::int64_t lot;
    double price_min;
    double price_max;
};
const std::array<SuffixRule, 4> suffixes{{{".T", "TSE", true, Decimal(1), 100, 800, 8'000},
                                          {".L", "LSE", false, Decimal::of(1, 2), 1, 5, 100},
                                          {".DE", "XETRA", false, Decimal::of(1, 2), 1, 10, 250},
                                          {".HK", "HKFE", true, Decimal::of(1, 2), 100, 10, 300}}};

constexpr std::array<std::string_view, 20> nyse{"KO",  "IBM", "GE", "F",  "T",  "JPM", "BAC", "WMT", "XOM", "JNJ",
                                                "PFE", "DIS", "BA", "HD", "PG", "CVX", "MCD", "NKE", "CAT", "ORCL"};
constexpr std::array<std::string_view, 4> arca{"SPY", "IWM", "GLD", "DIA"};
constexpr std::array<std::string_view, 4> nasdaq{"QQQ", "AMD", "MU", "TLT"};

bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

const Worth* find_worth(std::span<const Worth> all, std::string_view code) {
    const auto found = std::ranges::find(all, code, &Worth::code);
    return found == all.end() ? nullptr : &*found;
}

Instrument on_exchange(std::string_view symbol, InstrumentKind kind, std::string_view exchange_name) {
    const Exchange* exchange = find_exchange(exchange_name);
    Instrument instrument;
    instrument.symbol = symbol;
    instrument.kind = std::move(kind);
    instrument.exchange = exchange->name;
    instrument.zone = exchange->zone;
    instrument.currency = Currency(exchange->currency);
    return instrument;
}

double between(double low, double high, double share) { return low * std::pow(high / low, share); }

SimulatedInstrument stock(Instrument instrument, double price_min, double price_max, std::uint64_t seed) {
    const std::uint64_t stream = stream_of(seed, instrument.symbol);
    const double level = between(price_min, price_max, draw(stream, "level"));
    const double usd = find_worth(currencies, instrument.currency.code())->usd;
    return SimulatedInstrument{.instrument = std::move(instrument),
                               .level = level,
                               .volatility = between(0.6, 1.6, draw(stream, "volatility")),
                               .drift_a_year = 0.04,
                               .minute_turnover = between(5e4, 2e6, draw(stream, "turnover")) / usd};
}

std::optional<SimulatedInstrument> find_stock(std::string_view symbol, std::uint64_t seed) {
    for (const SuffixRule& rule : suffixes) {
        if (!symbol.ends_with(rule.suffix)) {
            continue;
        }
        const std::string_view code = symbol.substr(0, symbol.size() - rule.suffix.size());
        if (code.empty() || code.size() > 5 || !std::ranges::all_of(code, rule.digits ? is_digit : is_letter)) {
            return std::nullopt;
        }
        Instrument instrument = on_exchange(symbol, Stock{}, rule.exchange);
        instrument.tick = rule.tick;
        instrument.lot = rule.lot;
        return stock(std::move(instrument), rule.price_min, rule.price_max, seed);
    }
    if (symbol.empty() || symbol.size() > 5 || !std::ranges::all_of(symbol, is_letter)) {
        return std::nullopt;
    }
    const auto is_in = [symbol](const auto& list) { return std::ranges::find(list, symbol) != list.end(); };
    // As a rule of thumb symbols of four letters and more are of NASDAQ.
    const std::string_view exchange = is_in(arca)                           ? "ARCA"
                                      : is_in(nyse)                         ? "NYSE"
                                      : is_in(nasdaq) || symbol.size() > 3U ? "NASDAQ"
                                                                            : "NYSE";
    return stock(on_exchange(symbol, Stock{}, exchange), 20, 250, seed);
}

std::optional<SimulatedInstrument> find_pair(std::string_view symbol) {
    if (symbol.size() < 6) {
        return std::nullopt;
    }
    const std::string_view base = symbol.substr(0, symbol.size() - 3);
    const Worth* quote = find_worth(currencies, symbol.substr(symbol.size() - 3));
    const Worth* money = find_worth(currencies, base);
    const Worth* coin = find_worth(coins, base);
    if (quote == nullptr || quote == money || (money == nullptr && coin == nullptr)) {
        return std::nullopt;
    }
    SimulatedInstrument pair;
    if (coin != nullptr) {
        pair.instrument = on_exchange(symbol, Crypto{.base = Currency(base)}, "CRYPTO");
        pair.instrument.lot = Decimal::of(1, 4);
        pair.volatility = 2;
        pair.minute_turnover = 1e6 / quote->usd;
    } else {
        pair.instrument = on_exchange(symbol, Forex{.base = Currency(base)}, "FOREX");
        pair.volatility = 0.3;
        pair.minute_turnover = 2e7 / quote->usd;
    }
    pair.instrument.currency = Currency(quote->code);
    pair.level = (coin != nullptr ? coin : money)->usd / quote->usd;
    pair.instrument.tick = pair.level < 20     ? Decimal::of(1, 5)
                           : pair.level < 1000 ? Decimal::of(1, 3)
                                               : Decimal::of(1, 2);
    return pair;
}

/// Contracts of these futures end on the third Friday of March, June, September and December.
std::chrono::year_month_day front_expiry(std::chrono::sys_days today) {
    using namespace std::chrono;
    const year_month_day date(today);
    year_month month = date.year() / date.month();
    while (unsigned(month.month()) % 3 != 0 || sys_days(month / Friday[3]) < today) {
        month += months(1);
    }
    return sys_days(month / Friday[3]);
}

std::optional<SimulatedInstrument> find_future(std::string_view symbol, std::chrono::sys_days today) {
    const auto rule = std::ranges::find(futures, symbol, &FutureRule::root);
    if (rule == futures.end()) {
        return std::nullopt;
    }
    SimulatedInstrument future;
    future.instrument =
        on_exchange(symbol, Future{.root = std::string(symbol), .expiry = front_expiry(today)}, "GLOBEX");
    future.instrument.tick = rule->tick;
    future.instrument.multiplier = rule->multiplier;
    future.level = rule->level;
    future.volatility = 0.7;
    future.minute_turnover = 2e8;
    return future;
}

} // namespace

Result<SimulatedInstrument> find_simulated_instrument(std::string_view symbol, std::uint64_t seed,
                                                      std::chrono::sys_days today) {
    std::optional<SimulatedInstrument> found = find_future(symbol, today);
    if (!found) {
        found = find_pair(symbol);
    }
    if (!found) {
        found = find_stock(symbol, seed);
    }
    if (!found) {
        return fail(Error(ErrorKind::not_found, "history.unknown_symbol", "the simulated history has no such symbol")
                        .attempting("look up the instrument")
                        .on(symbol)
                        .from_venue("SIM-200", "no security definition has been found")
                        .advise("it makes up stocks such as AAPL or 7203.T, pairs such as EURUSD or BTCUSD, and the "
                                "futures ES NQ YM RTY"));
    }
    return std::move(*found);
}

} // namespace tradesh::venue::history_simulator
