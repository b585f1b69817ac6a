#pragma once

#include "core/base/decimal.hpp"

namespace tradesh::exchange {

/// Commission of an order, in the instrument's currency, rounded to cents. The defaults are those of a common fixed
/// retail tariff: 0.005 a unit, at least 1.00, at most 1 % of the value.
struct FeeModel {
    Decimal per_unit = Decimal::of(5, 3);
    Decimal minimum = 1;
    Decimal share_max = Decimal::of(1, 2); ///< of the traded value; wins over the minimum

    /// What an order owes in all, once `quantity` of it worth `value` has traded. It never falls as the order fills, so
    /// a fill is charged the difference, and splitting an order into many fills costs nothing.
    Decimal due(Decimal quantity, Decimal value) const;

    bool operator==(const FeeModel&) const = default;
};

} // namespace tradesh::exchange
