#pragma once

#include "core/engine/trigger.hpp"
#include "core/market/quote.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::engine {

/// What an exit that the core keeps is decided by. All of one moment.
struct ExitView {
    Instant now;
    Decimal closed{};              ///< by earlier lines of this exit, or on its way to be, or by others
    std::vector<Fill> fills{};     ///< of the order, oldest first
    bool order_ended = false;      ///< it fills no more
    std::optional<Quote> quote{};  ///< a fresh one; prices decide nothing without it
    std::optional<Decimal> best{}; ///< the best price seen so far, for a trailing stop
};

/// One execution in the symbol since the order's first: what it did to the position, counted in the direction of the
/// order.
struct Movement {
    enum class Of : std::uint8_t { entry, exit, other };
    Of of = Of::other;
    Decimal quantity{};   ///< above zero: more is held
    std::string keeper{}; ///< the exit whose order or closing it was
};
/// How much of what the order of `keeper` filled others have closed since. Shares carry no name: those that no exit
/// keeps are closed first, then those of the order that filled first; so what all exits still keep is never more than
/// is held. `position` is the one now, in the direction of the order.
Decimal closed_by_others(std::string_view keeper, Decimal position, const std::vector<Movement>& movements);

struct ExitDecision {
    Decimal quantity{};             ///< to close now; zero: wait
    std::optional<Decimal> limit{}; ///< at this price or better, else at the market
    std::string reason{};           ///< "target 950 reached at 950.10"
    bool over = false;              ///< everything is closed that the order will ever have filled
    std::optional<Decimal> best{};  ///< as it now stands
};

/// One exit of several cancels the others by itself: whatever is reached first closes what the order has filled and was
/// not closed yet, and only that is left to the others.
///
/// Prices are those at which the position could be closed: the bid of a long one, the ask of a short one. A target is
/// sent as a limit order at its price, everything else at the market. A trailing stop counts from the first quote after
/// the first fill. Pure.
ExitDecision decide(const ExitOf& exit, const ExitView& view);

} // namespace tradesh::engine
