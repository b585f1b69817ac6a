#pragma once

#include "core/orders/order_form.hpp"

namespace tradesh::orders {

/// The price of a form in canonical words: "limit bid+1t", "stop 95 limit 94". Part of `to_text` of the whole form.
std::string to_text(const PriceForm& price);

} // namespace tradesh::orders
