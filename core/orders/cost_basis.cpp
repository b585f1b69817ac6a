#include "core/orders/cost_basis.hpp"

#include <algorithm>

namespace tradesh::orders {
namespace {

// As the paper exchange rounds, so that both come to the same cents.
constexpr int cost_scale = 12;
constexpr int average_scale = 8;

/// `cost` x closed / open. In whole numbers of the smallest step of both, because a product of many decimals would be
/// rounded before it is divided.
Decimal part_of(Decimal cost, Decimal closed, Decimal open) {
    const int scale = std::max(closed.normalized().scale(), open.normalized().scale());
    const auto steps = [scale](Decimal quantity) {
        return Decimal::of(quantity.rescaled(scale, Rounding::down).coefficient(), 0);
    };
    return Decimal::divide(cost * steps(closed), steps(open), cost_scale, Rounding::half_even).normalized();
}

} // namespace

Decimal CostBasis::trade(Side side, Decimal quantity, Decimal price, Decimal multiplier) {
    const bool reduces = !quantity_.is_zero() && quantity_.is_negative() != (side == Side::sell);
    Decimal realised;
    if (reduces) {
        const Decimal open = quantity_.abs();
        const Decimal closed = std::min(open, quantity);
        const Decimal part = closed == open ? cost_ : part_of(cost_, closed, open);
        const bool was_long = quantity_.is_positive();
        const Decimal proceeds = price * closed;
        realised = ((was_long ? proceeds - part : part - proceeds) * multiplier).normalized();
        cost_ -= part;
        quantity_ = (was_long ? quantity_ - closed : quantity_ + closed).normalized();
        quantity -= closed;
    }
    if (quantity.is_positive()) {
        cost_ = (cost_ + price * quantity).normalized();
        quantity_ = (side == Side::buy ? quantity_ + quantity : quantity_ - quantity).normalized();
    }
    return realised;
}

Decimal CostBasis::average_price() const {
    return quantity_.is_zero()
               ? Decimal(0)
               : Decimal::divide(cost_, quantity_.abs(), average_scale, Rounding::half_even).normalized();
}

Decimal CostBasis::unrealised(Decimal mark, Decimal multiplier) const {
    const Decimal cost = quantity_.is_negative() ? -cost_ : cost_;
    return ((mark * quantity_ - cost) * multiplier).normalized();
}

} // namespace tradesh::orders
