#include "core/exchange/fee_model.hpp"

#include <algorithm>

namespace tradesh::exchange {

Decimal FeeModel::due(Decimal quantity, Decimal value) const {
    const Decimal by_quantity = std::max(per_unit * quantity, minimum);
    return std::min(by_quantity, share_max * value).rescaled(2, Rounding::half_up);
}

} // namespace tradesh::exchange
