#pragma once

#include "core/base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tradesh::orders {

/// What an account may do.
enum class TradingState : std::uint8_t {
    active,
    reducing, ///< only orders that reduce a position
    halted,   ///< only cancels
};
/// "ACTIVE", "REDUCING", "HALTED".
std::string_view name_of(TradingState state);

/// The state with what led to it. It survives restarts: the journal has every change.
struct TradingStanding {
    TradingState state = TradingState::active;
    Instant since{};
    std::string reason{};
    std::string cause{};    ///< "user", or the stable name of what tripped: "daily_loss", "reject_burst"
    std::int64_t halts = 0; ///< how often trading was halted, this time included
    bool operator==(const TradingStanding&) const = default;
};

} // namespace tradesh::orders
