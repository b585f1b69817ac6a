#pragma once

#include "core/market/order.hpp"

namespace tradesh::orders {

/// One position at average cost. The cost is kept as a total, as exact as it comes, so that what is realised adds up to
/// the cash that moved however often the average is not a round number.
class CostBasis {
public:
    /// Books a trade; one through zero closes first and opens with the rest. Returns what it realised, fees not
    /// included.
    Decimal trade(Side side, Decimal quantity, Decimal price, Decimal multiplier);

    Decimal quantity() const { return quantity_; } ///< negative when short
    /// Rounded half-even to 8 decimals; zero when flat.
    Decimal average_price() const;
    /// What closing all of it at `mark` would realise.
    Decimal unrealised(Decimal mark, Decimal multiplier) const;

private:
    Decimal quantity_;
    Decimal cost_; ///< price x quantity of what is open, without the multiplier
};

} // namespace tradesh::orders
