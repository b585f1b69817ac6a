#include "core/scan/forming_bar.hpp"

#include <algorithm>

namespace tradesh::scan {

using indicators::Column;
using indicators::index_of;

std::optional<double> price_of(const Quote& quote) {
    if (quote.last) {
        return quote.last->to_double();
    }
    if (quote.bid && quote.ask) {
        return (quote.bid->to_double() + quote.ask->to_double()) / 2.0;
    }
    return std::nullopt;
}

const BarInProgress& FormingBar::update(const Slot& slot, double price, std::optional<Instant> before) {
    if (!bar_ || bar_->open_time != slot.open_time) {
        const std::optional<Instant> follows = bar_ ? std::optional(bar_->open_time) : before;
        bar_ = BarInProgress{.open_time = slot.open_time, .complete_at = slot.end, .follows = follows};
        bar_->values.fill(price);
        bar_->values[index_of(Column::volume)] = indicators::unknown;
    }
    double& high = bar_->values[index_of(Column::high)];
    double& low = bar_->values[index_of(Column::low)];
    high = std::max(high, price);
    low = std::min(low, price);
    bar_->values[index_of(Column::close)] = price;
    return *bar_;
}

} // namespace tradesh::scan
