#include "core/scan/vertical_spread.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace tradesh::scan {
namespace {

constexpr std::array<std::string_view, 4> kind_names{"bull-call", "bear-put", "bull-put", "bear-call"};

bool buys_lower(SpreadKind kind) { return kind == SpreadKind::bull_call || kind == SpreadKind::bull_put; }
bool gains_above(SpreadKind kind) { return buys_lower(kind); }

options::Greeks difference(const options::Greeks& a, const options::Greeks& b) {
    return {.delta = a.delta - b.delta,
            .gamma = a.gamma - b.gamma,
            .theta = a.theta - b.theta,
            .vega = a.vega - b.vega,
            .rho = a.rho - b.rho};
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

double VerticalSpread::theta_gamma() const {
    return greeks.gamma == 0 ? std::numeric_limits<double>::infinity() : std::abs(greeks.theta / greeks.gamma);
}

std::optional<VerticalSpread> make_spread(SpreadKind kind, const OptionLeg& lower, const OptionLeg& higher,
                                          const OptionChain& chain) {
    const OptionLeg& bought = buys_lower(kind) ? lower : higher;
    const OptionLeg& sold = buys_lower(kind) ? higher : lower;
    const double paid = bought.ask - sold.bid;
    VerticalSpread spread{.kind = kind, .long_leg = &bought, .short_leg = &sold};
    spread.width = higher.strike - lower.strike;
    spread.premium = is_credit(kind) ? -paid : paid;
    if (spread.premium <= 0 || spread.premium >= spread.width) {
        return std::nullopt;
    }
    const double rest = spread.width - spread.premium;
    spread.max_profit = is_credit(kind) ? spread.premium : rest;
    spread.max_loss = is_credit(kind) ? rest : spread.premium;
    const bool call = kind == SpreadKind::bull_call || kind == SpreadKind::bear_call;
    spread.breakeven = call ? lower.strike + spread.premium : higher.strike - spread.premium;
    const double above = options::probability_above(terms_of(lower, chain),
                                                    volatility_at(spread.breakeven, lower, higher), spread.breakeven);
    spread.probability_of_profit = gains_above(kind) ? above : 1 - above;
    spread.expected_value =
        spread.max_profit * spread.probability_of_profit - spread.max_loss * (1 - spread.probability_of_profit);
    spread.greeks = difference(bought.greeks, sold.greeks);
    return spread;
}

Decimal exact_premium(const VerticalSpread& spread) {
    const Decimal paid = *spread.long_leg->quote->ask - *spread.short_leg->quote->bid;
    return is_credit(spread.kind) ? -paid : paid;
}

} // namespace tradesh::scan
