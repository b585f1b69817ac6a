#include "core/exchange/option_chain_model.hpp"

#include "core/base/noise.hpp"
#include "core/market/option_contract.hpp"
#include "core/market/option_pricing.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tradesh::exchange {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr int weekly_expiries = 8;
constexpr int days_of_expiries = 365;
constexpr double days_of_year = 365;

/// So that a chain reaches about a third of the price to either side, however dear the underlying is.
double strike_step(double spot) {
    if (spot < 100) {
        return spot < 25 ? 0.5 : 1;
    }
    const double magnitude = std::pow(10, std::floor(std::log10(spot)));
    return spot < 2.5 * magnitude ? magnitude / 40 : spot < 5 * magnitude ? magnitude / 20 : magnitude / 10;
}

/// Options trade in nickels from 3 on, in pennies below.
Decimal tick_of(double price) { return price < 3 ? Decimal::of(1, 2) : Decimal::of(5, 2); }

bool is_third_friday(sys_days friday) {
    const auto day = static_cast<unsigned>(std::chrono::year_month_day(friday).day());
    return day >= 15 && day <= 21;
}

/// Smooth noise between -1 and 1 with a knot every `period` days.
double wave(std::uint64_t stream, sys_days date, int period) {
    const auto day = static_cast<std::int64_t>(date.time_since_epoch().count());
    const std::int64_t knot = (day >= 0 ? day : day - period + 1) / period;
    const auto at_knot = [&](std::int64_t number) {
        return 2 * noise::uniform(noise::mix(stream ^ noise::mix(static_cast<std::uint64_t>(number)))) - 1;
    };
    const double share = static_cast<double>(day - knot * period) / period;
    return std::lerp(at_knot(knot), at_knot(knot + 1), share * share * (3 - 2 * share));
}

/// How far the log of the volatility of a day is from its usual level: by weeks, months and seasons.
double drift(std::uint64_t stream, sys_days date) {
    return 0.18 * wave(noise::mix(stream ^ 1), date, 83) + 0.12 * wave(noise::mix(stream ^ 2), date, 19) +
           0.06 * wave(noise::mix(stream ^ 3), date, 5) + 0.02 * wave(noise::mix(stream ^ 4), date, 1);
}

/// The session at whose close the options of a Friday expire; nullopt where the whole week is unknown or closed.
std::optional<Session> last_session(const SessionCalendar& calendar, sys_days friday) {
    const Result<std::vector<Session>> week = calendar.sessions(friday - days(6), friday + days(1), Hours::regular);
    return week && !week->empty() ? std::optional(week->back()) : std::nullopt;
}

sys_days local_date(const SessionCalendar& calendar, Instant time) {
    return sys_days(std::chrono::floor<days>(calendar.zone().to_local(time)).time_since_epoch());
}

} // namespace

double OptionChainModel::level(const Instrument& underlying, sys_days date) const {
    return smile(underlying, date).level;
}

double OptionChainModel::volatility(const Instrument& underlying, sys_days date, double log_strike_over_forward,
                                    double years) const {
    return smile(underlying, date).volatility(log_strike_over_forward, years);
}

OptionChainModel::Smile OptionChainModel::smile(const Instrument& underlying, sys_days date) const {
    const std::uint64_t stream = noise::mix(options_.seed ^ noise::hash_of(underlying.symbol));
    const double usual = 0.16 + 0.34 * noise::uniform(stream);
    return {.level = usual * std::exp(drift(stream, date)), .skew = -0.05 - 0.10 * noise::uniform(noise::mix(stream))};
}

double OptionChainModel::Smile::volatility(double log_strike_over_forward, double years) const {
    const double distance = log_strike_over_forward / std::sqrt(std::max(years, 1 / days_of_year)) / level;
    const double near = std::clamp(distance, -4.0, 4.0); // the smile is flat beyond four standard deviations
    return level * std::max(0.5, 1 + skew * near + 0.03 * near * near);
}

void OptionChainModel::fill_quote(OptionQuote& quote, const OptionChain& chain, const Smile& smile,
                                  bool monthly) const {
    const Option& option = quote.option;
    const double spot = chain.spot.to_double();
    const options::Terms terms{.right = option.right,
                               .spot = spot,
                               .strike = option.strike.to_double(),
                               .years = years_to_expiry(quote, chain),
                               .rate = chain.rate,
                               .dividend_yield = chain.dividend_yield};
    const double forward = spot * std::exp((terms.rate - terms.dividend_yield) * terms.years);
    const double distance = std::log(terms.strike / forward);
    const double fair = options::price(terms, smile.volatility(distance, terms.years));
    const double half_width = 0.005 + 0.006 * fair + 0.02 * std::abs(distance);
    const Decimal tick = tick_of(fair);
    const Decimal bid = Decimal::from_double(std::max(fair - half_width, 0.0), 6).rounded_to(tick, Rounding::floor);
    quote.ask = Decimal::from_double(fair + half_width, 6).rounded_to(tick, Rounding::ceiling);
    if (bid.is_positive()) {
        quote.bid = bid;
    }
    const std::uint64_t stream = noise::mix(options_.seed ^ noise::hash_of(quote.symbol));
    const bool round_strike = option.strike.is_multiple_of(spot < 100 ? 5 : 10);
    const double interest = 4'000 * std::exp(-25 * distance * distance) * (round_strike ? 2.5 : 1) * (monthly ? 3 : 1) *
                            (0.3 + 1.4 * noise::uniform(stream));
    const auto day = static_cast<std::uint64_t>(chain.today.time_since_epoch().count());
    quote.open_interest = std::llround(interest);
    quote.volume = std::llround(interest * 0.4 * noise::uniform(noise::mix(stream ^ day)));
}

void OptionChainModel::add_expiry(OptionChain& chain, const Smile& smile, const Session& last, bool monthly) const {
    const double spot = chain.spot.to_double();
    const double step = strike_step(spot);
    const auto middle = std::llround(spot / step);
    const auto reach = static_cast<long long>(options_.strikes_each_side);
    for (const OptionRight right : {OptionRight::call, OptionRight::put}) {
        for (long long number = std::max(middle - reach, 1LL); number <= middle + reach; ++number) {
            OptionQuote quote{.symbol = {},
                              .option = {.underlying = chain.underlying,
                                         .expiry = last.date,
                                         .strike = Decimal::from_double(static_cast<double>(number) * step, 1),
                                         .right = right},
                              .expires = last.close,
                              .bid = {},
                              .ask = {}};
            quote.symbol = option_symbol(quote.option);
            fill_quote(quote, chain, smile, monthly);
            chain.options.push_back(std::move(quote));
        }
    }
}

OptionChain OptionChainModel::empty_chain(const Instrument& underlying, Decimal spot, Instant time,
                                          const SessionCalendar& calendar) const {
    return OptionChain{.underlying = underlying.symbol,
                       .spot = spot,
                       .time = time,
                       .today = local_date(calendar, time),
                       .kind = QuoteKind::simulated,
                       .rate = options_.rate,
                       .dividend_yield = options_.dividend_yield,
                       .options = {}};
}

OptionQuote OptionChainModel::quote(const Instrument& underlying, Decimal spot, Instant time,
                                    const SessionCalendar& calendar, const Option& option, Instant expires) const {
    const OptionChain chain = empty_chain(underlying, spot, time, calendar);
    OptionQuote quote{.symbol = option_symbol(option), .option = option, .expires = expires, .bid = {}, .ask = {}};
    const sys_days expiry(option.expiry);
    const sys_days friday = expiry + (std::chrono::Friday - std::chrono::weekday(expiry));
    fill_quote(quote, chain, smile(underlying, chain.today), is_third_friday(friday));
    return quote;
}

OptionChain OptionChainModel::chain(const Instrument& underlying, Decimal spot, Instant time,
                                    const SessionCalendar& calendar) const {
    OptionChain chain = empty_chain(underlying, spot, time, calendar);
    const Smile of_today = smile(underlying, chain.today);
    sys_days friday = chain.today + (std::chrono::Friday - std::chrono::weekday(chain.today));
    for (int weeks = 0; friday < chain.today + days(days_of_expiries); friday += days(7)) {
        if (weeks >= weekly_expiries && !is_third_friday(friday)) {
            continue;
        }
        const std::optional<Session> last = last_session(calendar, friday);
        if (last && last->close > time) {
            add_expiry(chain, of_today, *last, is_third_friday(friday));
            ++weeks;
        }
    }
    return chain;
}

} // namespace tradesh::exchange
