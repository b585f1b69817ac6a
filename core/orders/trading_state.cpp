#include "core/orders/trading_state.hpp"

#include <array>

namespace tradesh::orders {

std::string_view name_of(TradingState state) {
    constexpr std::array<std::string_view, 3> names{"ACTIVE", "REDUCING", "HALTED"};
    return names[static_cast<std::size_t>(state)];
}

} // namespace tradesh::orders
