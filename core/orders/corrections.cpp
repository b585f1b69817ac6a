#include "core/orders/corrections.hpp"

namespace tradesh::orders {

std::optional<Fill> Corrections::current(Fill fill) const {
    // A correction may itself be corrected; a venue that corrects in a circle must not hold us.
    for (std::size_t step = 0; step < instead_.size(); ++step) {
        const auto found = instead_.find(fill.execution);
        if (found == instead_.end()) {
            break;
        }
        const Instant traded = fill.time;
        fill = found->second;
        fill.time = traded;
    }
    return fill.quantity.is_zero() ? std::nullopt : std::optional(std::move(fill));
}

} // namespace tradesh::orders
