#pragma once

#include "core/base/error.hpp"
#include "core/base/money.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The limits of a profile: what they are called, what they are when nobody sets them, and which one is in force.
///
/// Every name ends in its unit; `_max`, `_min` stand before it. Amounts of money carry their currency as the unit:
/// `order_notional_max_usd`, `order_notional_max_eur`. A value equal to its limit passes. "none" does not limit, and is
/// refused under the rules of live trading. `order_quantity_max` and `open_orders_max` count and need no unit.
///
///     name                         paper   live      what it limits
///     order_quantity_max           none    100000    quantity of one order
///     order_notional_max_CUR       none    25000 usd price * quantity * multiplier of one order
///     order_notional_min_CUR       none    1 usd     the same, from below
///     position_quantity_max        none    100000    position once every open order on its side has filled
///     position_notional_max_CUR    none    100000 usd its value
///     gross_exposure_max_CUR       none    250000 usd sum of the values of all positions, long and short, filled alike
///     concentration_max_pct        none    50        value of one symbol, of net liquidation
///     open_orders_max              none    50        open orders
///     open_orders_per_symbol_max   none    10        open orders in one symbol
///     orders_per_second_max        none    5         orders sent within a second; one with its exits is one
///     orders_per_minute_max        none    60        orders sent within a minute
///     duplicate_window_s           2       10        same symbol, side, quantity and price without a key
///     quote_age_max_s              10      2         age of the quote that an order is measured by
///     price_band_pct               none    5         distance of a limit from the middle of the quote
///     spread_max_pct               none    2         spread that a market order may meet, of the middle
///     daily_loss_max_CUR           none    2500 usd  realised and unrealised loss since the day began (UTC)
///     drawdown_max_pct             none    10        fall of net liquidation from its highest since the last resume
///     rates_age_max_days           30      4         age of a currency rate
///     short_selling                yes     no        may an order open a short position
///     halt_errors_max              none    5         orders not sent or unknown, within halt_errors_window_s
///     halt_errors_window_s         60      60
///     halt_rejects_max             none    5         orders that the venue rejected, within halt_rejects_window_s
///     halt_rejects_window_s        60      60
///     halt_feed_stale_s            none    60        age of the quote of a symbol with open orders
///     halt_on_mismatch             no      yes       a position that journal and venue do not agree on
namespace tradesh::orders {

enum class Limit : std::uint8_t {
    order_quantity_max,
    order_notional_max,
    order_notional_min,
    position_quantity_max,
    position_notional_max,
    gross_exposure_max,
    concentration_max_pct,
    open_orders_max,
    open_orders_per_symbol_max,
    orders_per_second_max,
    orders_per_minute_max,
    duplicate_window_s,
    quote_age_max_s,
    price_band_pct,
    spread_max_pct,
    daily_loss_max,
    drawdown_max_pct,
    rates_age_max_days,
    short_selling,
    halt_errors_max,
    halt_errors_window_s,
    halt_rejects_max,
    halt_rejects_window_s,
    halt_feed_stale_s,
    halt_on_mismatch,
};
inline constexpr std::size_t limit_count = static_cast<std::size_t>(Limit::halt_on_mismatch) + 1;

enum class LimitUnit : std::uint8_t { quantity, money, percent, count, seconds, days, yes_no };

struct LimitSpec {
    Limit limit;
    std::string_view name; ///< of money without the currency: "order_notional_max"
    LimitUnit unit;
    bool higher_is_tighter = false; ///< minimums and windows; for yes_no: "yes" is the tighter word
    bool per_symbol = false;        ///< may be set for one symbol
    std::string_view paper;         ///< defaults, as they would be written; "none" does not limit
    std::string_view live;
    std::string_view help;
};
/// In the order of `Limit`.
std::span<const LimitSpec> limit_specs();
const LimitSpec& spec_of(Limit limit);

/// A limit by the name that a person or a file gives it, with the currency where the name ends in one. Error usage,
/// "risk.unknown_limit", with the nearest name.
struct NamedLimit {
    Limit limit;
    Currency currency; ///< of money
};
Result<NamedLimit> parse_limit_name(std::string_view name);

/// What one limit is set to.
struct LimitValue {
    std::optional<Decimal> number; ///< nullopt: does not limit; yes and no are 1 and 0
    Currency currency;             ///< of money
    /// "config.toml:12 profiles.live.risk.order_notional_max_usd", "risk set, 2026-11-21 09:31 UTC: reason", "default"
    std::string source;

    bool operator==(const LimitValue&) const = default;
};
/// "25000 USD", "5 %", "10 s", "yes", "none".
std::string to_text(Limit limit, const LimitValue& value);
/// Reads "25000", "none", "yes". Error usage, "risk.limit_value", with what fits there.
Result<LimitValue> parse_limit_value(const NamedLimit& name, std::string_view text, std::string source);
/// Nothing may be unlimited, and no automatic halt switched off, under the rules of live trading: error refused,
/// "risk.unlimited".
Result<void> check_switched_off(Limit limit, const LimitValue& value, bool live_rules);
/// The name with its currency: "order_notional_max_usd".
std::string name_of(Limit limit, Currency currency);

/// Where a limit holds: everywhere, on one account, for one symbol. Only one of them is given.
struct LimitScope {
    std::string account{};
    std::string symbol{};
    auto operator<=>(const LimitScope&) const = default;
};
/// "profile", "account DU12", "symbol GOOG".
std::string to_text(const LimitScope& scope);

struct ScopedLimit {
    LimitScope scope;
    LimitValue value;
};

/// Every limit of a profile, as set and as defaulted.
///
/// Of the values set in scopes that apply the tightest is in force, so a scope can tighten and never loosen another;
/// amounts in unlike currencies are compared by nobody and are all in force. A default holds while nothing is set.
class RiskLimits {
public:
    RiskLimits() : RiskLimits(false) {}
    /// The defaults of paper trading or those of the rules of live trading.
    explicit RiskLimits(bool live_rules);

    void set(Limit limit, LimitScope scope, LimitValue value);
    /// Values that limit the symbol on the account: one for most limits, one for each currency of those in money. Empty
    /// when nothing does.
    std::vector<LimitValue> in_force(Limit limit, std::string_view account, std::string_view symbol) const;
    /// The same for limits that are not money: the one in force, or none.
    std::optional<LimitValue> find(Limit limit, std::string_view account, std::string_view symbol = "") const;
    /// What was set in exactly this scope; null when nothing was.
    const LimitValue* set_in(Limit limit, const LimitScope& scope, Currency currency) const;
    /// Everything that was set of the limit; the profile's own scope is { }.
    std::vector<ScopedLimit> set_values(Limit limit) const;
    const LimitValue& default_of(Limit limit) const { return defaults_[static_cast<std::size_t>(limit)]; }

    /// True when somebody has set at least one limit: what the first live order needs.
    bool any_set() const { return !set_.empty(); }
    bool live_rules() const { return live_rules_; }

    std::map<std::string, std::string, std::less<>> restricted_symbols; ///< never traded; with where that was set
    std::optional<std::set<std::string, std::less<>>> allowed_symbols;  ///< when given, nothing else is traded
    std::string allowed_symbols_source;
    std::string source; ///< the table of the file where limits belong, for hints

private:
    struct Key {
        Limit limit;
        LimitScope scope;
        Currency currency;
        auto operator<=>(const Key&) const = default;
    };
    bool live_rules_ = false;
    std::array<LimitValue, limit_count> defaults_;
    std::map<Key, LimitValue> set_;
};

/// True when something that was limited `before` is limited less or not at all: what `risk set` asks about.
bool loosens(Limit limit, const std::vector<LimitValue>& before, const std::vector<LimitValue>& after);

} // namespace tradesh::orders
