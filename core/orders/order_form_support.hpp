#pragma once

#include "core/orders/order_form.hpp"
#include "core/venue/venue.hpp"

#include <string_view>

namespace tradesh::orders {

/// What a venue cannot do is refused before anything is sent: error refused, "order.unsupported", with what comes
/// nearest among the things that it can do.
Result<void> check_supported(const OrderForm& form, const venue::Capabilities& capabilities, std::string_view venue);

} // namespace tradesh::orders
