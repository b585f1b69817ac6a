#pragma once

#include "core/scan/option_leg.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tradesh::scan {

/// Two options of one expiry and right, one bought and one sold. A debit spread is paid for, a credit spread pays.
enum class SpreadKind : std::uint8_t {
    bull_call, ///< debit: long the lower call, short the higher
    bear_put,  ///< debit: long the higher put, short the lower
    bull_put,  ///< credit: short the higher put, long the lower
    bear_call, ///< credit: short the lower call, long the higher
};
std::string_view name_of(SpreadKind kind); // "bull-call"
Result<SpreadKind> parse_spread_kind(std::string_view text);
constexpr bool is_credit(SpreadKind kind) { return kind == SpreadKind::bull_put || kind == SpreadKind::bear_call; }
/// The lower strike is bought and the higher one sold.
constexpr bool buys_lower(SpreadKind kind) { return kind == SpreadKind::bull_call || kind == SpreadKind::bull_put; }

/// What a spread can gain and lose, for one unit of the underlying, at prices that can be had at once: the long leg at
/// its ask, the short leg at its bid. Greeks are those of the position: long minus short.
struct VerticalSpread {
    SpreadKind kind = SpreadKind::bull_call;
    const OptionLeg* long_leg = nullptr; ///< legs outlive the spread
    const OptionLeg* short_leg = nullptr;
    double width = 0;                 ///< distance of the strikes
    double premium = 0;               ///< paid for a debit spread, received for a credit spread; above zero
    double max_profit = 0;            ///< debit: width - premium; credit: premium
    double max_loss = 0;              ///< debit: premium; credit: width - premium
    double breakeven = 0;             ///< call: lower strike + premium; put: higher strike - premium
    double probability_of_profit = 0; ///< N(d2) at the break-even, or 1 - N(d2) where the profit lies below it
    double expected_value = 0;        ///< profit * probability - loss * (1 - probability)
    options::Greeks greeks{};

    /// The leg that the spread is about: sold in a credit spread, bought in a debit spread.
    const OptionLeg& primary() const { return is_credit(kind) ? *short_leg : *long_leg; }
    double reward_to_risk() const { return max_profit / max_loss; }
};

/// What it takes to enter the spread: everything but probability, expected value and Greeks, which `value_spread` adds.
/// Nullopt where it could not be entered with a chance to win and to lose: a premium that is not between zero and the
/// width. Premium and width are compared exactly.
std::optional<VerticalSpread> enter_spread(SpreadKind kind, const OptionLeg& lower, const OptionLeg& higher);

/// The volatility at the break-even is interpolated between the legs.
void value_spread(VerticalSpread& spread, const OptionChain& chain);

/// The amounts of a spread exactly, in the currency of the chain and for one unit of the underlying.
struct ExactSpread {
    Decimal premium;
    Decimal max_profit;
    Decimal max_loss;
    Decimal breakeven;
};
ExactSpread exact(const VerticalSpread& spread);

} // namespace tradesh::scan
