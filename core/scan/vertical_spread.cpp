#include "core/scan/vertical_spread.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

namespace tradesh::scan {
namespace {

constexpr std::array<std::string_view, 4> kind_names{"bull-call", "bear-put", "bull-put", "bear-call"};

bool gains_above(SpreadKind kind) { return buys_lower(kind); }
bool of_calls(SpreadKind kind) { return kind == SpreadKind::bull_call || kind == SpreadKind::bear_call; }

options::Greeks difference(const options::Greeks& a, const options::Greeks& b) {
    return {.delta = a.delta - b.delta,
            .gamma = a.gamma - b.gamma,
            .theta = a.theta - b.theta,
            .vega = a.vega - b.vega,
            .rho = a.rho - b.rho};
}

/// Nullopt: too near to tell in doubles.
std::optional<bool> lies_between(double premium, double width) {
    constexpr double doubt = 1e-6;
    if (premium > doubt && premium < width - doubt) {
        return true;
    }
    return premium < -doubt || premium > width + doubt ? std::optional(false) : std::nullopt;
}

/// A premium of all the width leaves nothing to gain, or to lose.
bool has_two_ends(const VerticalSpread& spread) {
    if (const std::optional<bool> sure = lies_between(spread.premium, spread.width)) {
        return *sure;
    }
    const ExactSpread exact_spread = exact(spread);
    return exact_spread.max_profit.is_positive() && exact_spread.max_loss.is_positive();
}

double volatility_at(double level, const OptionLeg& lower, const OptionLeg& higher) {
    const double share = std::clamp((level - lower.strike) / (higher.strike - lower.strike), 0.0, 1.0);
    return std::lerp(lower.volatility, higher.volatility, share);
}

} // namespace

std::string_view name_of(SpreadKind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

Result<SpreadKind> parse_spread_kind(std::string_view text) {
    const auto found = std::ranges::find(kind_names, text);
    if (found == kind_names.end()) {
        return fail(Error(ErrorKind::usage, "spread.kind_unknown", "'" + std::string(text) + "' is no kind of spread")
                        .advise("use bull-call, bear-put, bull-put or bear-call"));
    }
    return static_cast<SpreadKind>(found - kind_names.begin());
}

std::optional<VerticalSpread> enter_spread(SpreadKind kind, const OptionLeg& lower, const OptionLeg& higher) {
    const OptionLeg& bought = buys_lower(kind) ? lower : higher;
    const OptionLeg& sold = buys_lower(kind) ? higher : lower;
    const double paid = bought.ask - sold.bid;
    const double width = higher.strike - lower.strike;
    const double premium = is_credit(kind) ? -paid : paid;
    const double rest = width - premium;
    const VerticalSpread spread{.kind = kind,
                                .long_leg = &bought,
                                .short_leg = &sold,
                                .width = width,
                                .premium = premium,
                                .max_profit = is_credit(kind) ? premium : rest,
                                .max_loss = is_credit(kind) ? rest : premium,
                                .breakeven = of_calls(kind) ? lower.strike + premium : higher.strike - premium};
    return has_two_ends(spread) ? std::optional(spread) : std::nullopt;
}

void value_spread(VerticalSpread& spread, const OptionChain& chain) {
    const OptionLeg& bought = *spread.long_leg;
    const OptionLeg& sold = *spread.short_leg;
    const OptionLeg& lower = buys_lower(spread.kind) ? bought : sold;
    const OptionLeg& higher = buys_lower(spread.kind) ? sold : bought;
    const double above = options::probability_above(terms_of(lower, chain),
                                                    volatility_at(spread.breakeven, lower, higher), spread.breakeven);
    spread.probability_of_profit = gains_above(spread.kind) ? above : 1 - above;
    spread.expected_value =
        spread.max_profit * spread.probability_of_profit - spread.max_loss * (1 - spread.probability_of_profit);
    spread.greeks = difference(bought.greeks, sold.greeks);
}

ExactSpread exact(const VerticalSpread& spread) {
    const OptionQuote& bought = *spread.long_leg->quote;
    const OptionQuote& sold = *spread.short_leg->quote;
    const bool credit = is_credit(spread.kind);
    const Decimal paid = *bought.ask - *sold.bid;
    const Decimal premium = credit ? -paid : paid;
    const Decimal low = std::min(bought.option.strike, sold.option.strike);
    const Decimal high = std::max(bought.option.strike, sold.option.strike);
    const Decimal rest = high - low - premium;
    return {.premium = premium,
            .max_profit = credit ? premium : rest,
            .max_loss = credit ? rest : premium,
            .breakeven = of_calls(spread.kind) ? low + premium : high - premium};
}

} // namespace tradesh::scan
