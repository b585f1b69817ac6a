#include "core/orders/risk_limits.hpp"

#include "core/base/suggestion.hpp"

#include <algorithm>
#include <cassert>

namespace tradesh::orders {
namespace {

using enum LimitUnit;
constexpr bool lower = false;
constexpr bool higher = true;
constexpr bool profile_only = false;
constexpr bool per_symbol = true;

constexpr std::array<LimitSpec, limit_count> specs{{
    {Limit::order_quantity_max, "order_quantity_max", quantity, lower, per_symbol, "none", "100000",
     "quantity of one order"},
    {Limit::order_notional_max, "order_notional_max", money, lower, per_symbol, "none", "25000",
     "price * quantity * multiplier of one order"},
    {Limit::order_notional_min, "order_notional_min", money, higher, per_symbol, "none", "1",
     "least notional of one order"},
    {Limit::position_quantity_max, "position_quantity_max", quantity, lower, per_symbol, "none", "100000",
     "position once every open order on its side has filled"},
    {Limit::position_notional_max, "position_notional_max", money, lower, per_symbol, "none", "100000",
     "value of that position"},
    {Limit::gross_exposure_max, "gross_exposure_max", money, lower, profile_only, "none", "250000",
     "values of all positions, long and short, with open orders filled"},
    {Limit::concentration_max_pct, "concentration_max_pct", percent, lower, per_symbol, "none", "50",
     "value of one symbol, of net liquidation"},
    {Limit::open_orders_max, "open_orders_max", count, lower, profile_only, "none", "50", "open orders"},
    {Limit::open_orders_per_symbol_max, "open_orders_per_symbol_max", count, lower, per_symbol, "none", "10",
     "open orders in one symbol"},
    {Limit::orders_per_second_max, "orders_per_second_max", count, lower, profile_only, "none", "5",
     "orders sent within a second; one with its exits is one, changes and cancels do not count"},
    {Limit::orders_per_minute_max, "orders_per_minute_max", count, lower, profile_only, "none", "60",
     "orders sent within a minute, counted alike"},
    {Limit::duplicate_window_s, "duplicate_window_s", seconds, higher, per_symbol, "2", "10",
     "same symbol, side, quantity and price again, without a key"},
    {Limit::quote_age_max_s, "quote_age_max_s", seconds, lower, per_symbol, "10", "2",
     "age of the quote that an order is measured by"},
    {Limit::price_band_pct, "price_band_pct", percent, lower, per_symbol, "none", "5",
     "distance of a limit price from the middle of the quote"},
    {Limit::spread_max_pct, "spread_max_pct", percent, lower, per_symbol, "none", "2",
     "spread that a market order may meet, of the middle"},
    {Limit::daily_loss_max, "daily_loss_max", money, lower, profile_only, "none", "2500",
     "realised and unrealised loss since the day began (UTC)"},
    {Limit::drawdown_max_pct, "drawdown_max_pct", percent, lower, profile_only, "none", "10",
     "fall of net liquidation from its highest since the last resume"},
    {Limit::rates_age_max_days, "rates_age_max_days", days, lower, profile_only, "30", "4", "age of a currency rate"},
    {Limit::short_selling, "short_selling", yes_no, lower, per_symbol, "yes", "no",
     "may an order open a short position"},
    {Limit::halt_errors_max, "halt_errors_max", count, lower, profile_only, "none", "5",
     "orders not sent or unknown within halt_errors_window_s, before trading halts"},
    {Limit::halt_errors_window_s, "halt_errors_window_s", seconds, higher, profile_only, "60", "60",
     "window of halt_errors_max"},
    {Limit::halt_rejects_max, "halt_rejects_max", count, lower, profile_only, "none", "5",
     "orders rejected by the venue within halt_rejects_window_s, before trading halts"},
    {Limit::halt_rejects_window_s, "halt_rejects_window_s", seconds, higher, profile_only, "60", "60",
     "window of halt_rejects_max"},
    {Limit::halt_feed_stale_s, "halt_feed_stale_s", seconds, lower, profile_only, "none", "60",
     "age of the quote of a symbol with open orders, before trading halts"},
    {Limit::halt_on_mismatch, "halt_on_mismatch", yes_no, higher, profile_only, "no", "yes",
     "trading halts when journal and venue disagree on a position"},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < specs.size(); ++i) {
        if (static_cast<std::size_t>(specs[i].limit) != i) {
            return false;
        }
    }
    return true;
}
static_assert(in_order());

std::unexpected<Error> unknown_limit(std::string_view name) {
    std::vector<std::string_view> names;
    for (const LimitSpec& spec : specs) {
        names.push_back(spec.name);
    }
    const std::string nearest = did_you_mean(name, names);
    return fail(Error(ErrorKind::usage, "risk.unknown_limit", "there is no limit '" + std::string(name) + "'")
                    .advise(nearest.empty() ? "'risk show' lists the limits" : nearest));
}

std::string_view fitting(LimitUnit unit) {
    switch (unit) {
    case yes_no: return "yes or no";
    case count: return "a whole number above zero";
    case seconds: return "a whole number of seconds above zero";
    case days: return "a whole number of days above zero";
    case percent: return "a percentage above zero, without its sign";
    case money: return "an amount above zero, without its currency";
    case quantity: return "a number above zero";
    }
    return "";
}

bool is_whole(LimitUnit unit) { return unit == count || unit == seconds || unit == days; }

/// Whichever lets less through; "none" lets everything through.
bool is_tighter(Limit limit, const LimitValue& a, const LimitValue& b) {
    if (!a.number || !b.number) {
        return a.number.has_value() && !b.number;
    }
    return spec_of(limit).higher_is_tighter ? *a.number > *b.number : *a.number < *b.number;
}

LimitValue default_value(const LimitSpec& spec, bool live_rules) {
    const NamedLimit name{.limit = spec.limit, .currency = spec.unit == money ? Currency("USD") : Currency()};
    Result<LimitValue> value = parse_limit_value(name, live_rules ? spec.live : spec.paper, "default");
    assert(value);
    return *value;
}

} // namespace

std::span<const LimitSpec> limit_specs() { return specs; }

const LimitSpec& spec_of(Limit limit) { return specs[static_cast<std::size_t>(limit)]; }

Result<NamedLimit> parse_limit_name(std::string_view name) {
    for (const LimitSpec& spec : specs) {
        if (spec.unit != money && name == spec.name) {
            return NamedLimit{.limit = spec.limit, .currency = {}};
        }
        const bool has_unit = name.starts_with(spec.name) && name.substr(spec.name.size()).starts_with('_');
        if (spec.unit != money || !has_unit) {
            continue;
        }
        std::string code(name.substr(spec.name.size() + 1));
        std::ranges::transform(code, code.begin(),
                               [](char c) { return 'a' <= c && c <= 'z' ? static_cast<char>(c - 32) : c; });
        if (const Result<Currency> currency = Currency::parse(code)) {
            return NamedLimit{.limit = spec.limit, .currency = *currency};
        }
    }
    const auto unitless = std::ranges::find(specs, name, &LimitSpec::name);
    if (unitless != specs.end()) {
        return fail(Error(ErrorKind::usage, "risk.unknown_limit",
                          "'" + std::string(name) + "' needs its currency, which is its unit")
                        .advise("write " + std::string(name) + "_usd"));
    }
    return unknown_limit(name);
}

Result<LimitValue> parse_limit_value(const NamedLimit& name, std::string_view text, std::string source) {
    const LimitSpec& spec = spec_of(name.limit);
    LimitValue value{.number = std::nullopt, .currency = name.currency, .source = std::move(source)};
    if (spec.unit == yes_no) {
        if (text == "yes" || text == "no") {
            value.number = text == "yes" ? 1 : 0;
            return value;
        }
    } else if (text == "none") {
        return value;
    } else if (const Result<Decimal> number = Decimal::parse(text);
               number && number->is_positive() && (!is_whole(spec.unit) || number->is_multiple_of(1))) {
        value.number = *number;
        return value;
    }
    return fail(Error(ErrorKind::usage, "risk.limit_value",
                      name_of(name.limit, name.currency) + " cannot be '" + std::string(text) + "'")
                    .advise("it must be " + std::string(fitting(spec.unit)) +
                            (spec.unit == yes_no ? "" : ", or none on paper")));
}

Result<void> check_switched_off(Limit limit, const LimitValue& value, bool live_rules) {
    const bool is_off = !value.number || (limit == Limit::halt_on_mismatch && value.number->is_zero());
    if (!live_rules || !is_off) {
        return {};
    }
    return fail(Error(ErrorKind::refused, "risk.unlimited",
                      name_of(limit, value.currency) + " cannot be '" + to_text(limit, value) +
                          "' under the rules of live trading")
                    .advise("give it a value that is large enough: nothing is unlimited where money is at stake"));
}

std::string to_text(Limit limit, const LimitValue& value) {
    const LimitUnit unit = spec_of(limit).unit;
    if (!value.number) {
        return "none";
    }
    if (unit == yes_no) {
        return value.number->is_zero() ? "no" : "yes";
    }
    const std::string number = value.number->normalized().to_string();
    switch (unit) {
    case money: return number + " " + std::string(value.currency.code());
    case percent: return number + " %";
    case seconds: return number + " s";
    case days: return number + (*value.number == 1 ? " day" : " days");
    default: return number;
    }
}

std::string name_of(Limit limit, Currency currency) {
    std::string name(spec_of(limit).name);
    if (currency.is_set()) {
        std::string code(currency.code());
        std::ranges::transform(code, code.begin(),
                               [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        name += "_" + code;
    }
    return name;
}

std::string to_text(const LimitScope& scope) {
    if (!scope.symbol.empty()) {
        return "symbol " + scope.symbol;
    }
    return scope.account.empty() ? "profile" : "account " + scope.account;
}

RiskLimits::RiskLimits(bool live_rules) : live_rules_(live_rules) {
    for (const LimitSpec& spec : specs) {
        defaults_[static_cast<std::size_t>(spec.limit)] = default_value(spec, live_rules);
    }
}

void RiskLimits::set(Limit limit, LimitScope scope, LimitValue value) {
    const Currency currency = value.currency;
    set_.insert_or_assign(Key{.limit = limit, .scope = std::move(scope), .currency = currency}, std::move(value));
}

std::vector<LimitValue> RiskLimits::in_force(Limit limit, std::string_view account, std::string_view symbol) const {
    std::map<Currency, LimitValue> tightest;
    bool is_set = false;
    for (const ScopedLimit& each : set_values(limit)) {
        const bool applies = (each.scope.account.empty() || each.scope.account == account) &&
                             (each.scope.symbol.empty() || each.scope.symbol == symbol);
        if (!applies) {
            continue;
        }
        is_set = true;
        const auto [known, added] = tightest.try_emplace(each.value.currency, each.value);
        if (!added && is_tighter(limit, each.value, known->second)) {
            known->second = each.value;
        }
    }
    if (!is_set) {
        tightest.emplace(default_of(limit).currency, default_of(limit));
    }
    std::vector<LimitValue> values;
    for (auto& [currency, value] : tightest) {
        if (value.number) {
            values.push_back(std::move(value));
        }
    }
    return values;
}

std::optional<LimitValue> RiskLimits::find(Limit limit, std::string_view account, std::string_view symbol) const {
    std::vector<LimitValue> values = in_force(limit, account, symbol);
    return values.empty() ? std::nullopt : std::optional(std::move(values.front()));
}

const LimitValue* RiskLimits::set_in(Limit limit, const LimitScope& scope, Currency currency) const {
    const auto found = set_.find(Key{.limit = limit, .scope = scope, .currency = currency});
    return found == set_.end() ? nullptr : &found->second;
}

std::vector<ScopedLimit> RiskLimits::set_values(Limit limit) const {
    std::vector<ScopedLimit> values;
    for (auto at = set_.lower_bound(Key{.limit = limit, .scope = {}, .currency = {}});
         at != set_.end() && at->first.limit == limit; ++at) {
        values.push_back({.scope = at->first.scope, .value = at->second});
    }
    return values;
}

bool loosens(Limit limit, const std::vector<LimitValue>& before, const std::vector<LimitValue>& after) {
    return std::ranges::any_of(before, [&](const LimitValue& was) {
        return std::ranges::none_of(after, [&](const LimitValue& is) {
            return is.currency == was.currency && (is.number == was.number || is_tighter(limit, is, was));
        });
    });
}

} // namespace tradesh::orders
