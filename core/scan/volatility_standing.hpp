#pragma once

#include "core/market/option_chain.hpp"

#include <cstddef>
#include <optional>
#include <span>

namespace tradesh::scan {

/// The implied volatility of a chain at the money, about 30 calendar days ahead; 0.2 is 20 %. Of each expiry it is what
/// model_leg finds, interpolated between the strikes on either side of the forward; between the expiries on either side
/// of 30 days the variance is interpolated. Where all of them lie on one side it is that of the nearest. Nullopt
/// where no quote near the money can be trusted.
std::optional<double> at_the_money_volatility(const OptionChain& chain);

/// Where an implied volatility stands among those of past trading days.
struct VolatilityStanding {
    std::optional<double> current{};
    std::optional<double> rank{};       ///< 0 at the least of the days, 100 at the most
    std::optional<double> percentile{}; ///< percent of the days on which it was strictly lower
    std::size_t days = 0;               ///< that are known
};

/// Trading days that are looked at, and how many there must be to tell anything.
inline constexpr std::size_t standing_days = 252;
inline constexpr std::size_t standing_days_min = 20;

/// Rank and percentile are unknown without a current volatility or with too few days; the rank also where all days were
/// alike.
VolatilityStanding standing_among(std::optional<double> current, std::span<const double> days);

} // namespace tradesh::scan
