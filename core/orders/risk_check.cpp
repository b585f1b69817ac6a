#include "core/orders/risk_check.hpp"

#include <array>

namespace tradesh::orders {

std::string_view name_of(Verdict verdict) {
    constexpr std::array<std::string_view, 4> names{"pass", "deny", "warn", "not limited"};
    return names[static_cast<std::size_t>(verdict)];
}

} // namespace tradesh::orders
