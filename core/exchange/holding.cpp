#include "core/exchange/holding.hpp"

#include <algorithm>

namespace tradesh::exchange {
namespace {

constexpr int cost_scale = 12;
constexpr int average_scale = 8;

} // namespace

void Holding::trade(Side side, Lots lots, Decimal price, Decimal lot, Decimal multiplier) {
    const int sign = sign_of(side);
    const bool reduces = quantity != 0 && (quantity > 0) != (sign > 0);
    if (reduces) {
        const Lots open = std::abs(quantity);
        const Lots closed = std::min(open, lots);
        const Decimal part =
            closed == open ? cost : Decimal::divide(cost * closed, open, cost_scale, Rounding::half_even).normalized();
        const Decimal gain = quantity > 0 ? price * lot * closed - part : part - price * lot * closed;
        realised = (realised + gain * multiplier).normalized();
        cost = cost - part;
        quantity += sign * closed;
        lots -= closed;
    }
    if (lots > 0) {
        cost = (cost + price * lot * lots).normalized();
        quantity += sign * lots;
    }
}

Decimal Holding::average_price(Decimal lot) const {
    if (quantity == 0) {
        return 0;
    }
    return Decimal::divide(cost, lot * std::abs(quantity), average_scale, Rounding::half_even).normalized();
}

} // namespace tradesh::exchange
