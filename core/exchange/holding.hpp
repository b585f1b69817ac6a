#pragma once

#include "core/exchange/order_book.hpp"

namespace tradesh::exchange {

/// What an account holds of one instrument. The cost is kept as an exact total, so that profits add up to the cash that
/// moved however often the average is not a round number.
struct Holding {
    Lots quantity = 0; ///< negative when short
    Decimal cost;      ///< price x units of what is open, always >= 0, without the multiplier
    Decimal realised;  ///< of what was closed, with the multiplier, without fees
    Decimal fees;

    /// Books a trade of `lots` at `price`; a trade through zero closes first and opens with the rest.
    void trade(Side side, Lots lots, Decimal price, Decimal lot, Decimal multiplier);

    /// Zero when flat.
    Decimal average_price(Decimal lot) const;

    bool operator==(const Holding&) const = default;
};

} // namespace tradesh::exchange
