#include "core/market/quote.hpp"

#include <algorithm>
#include <array>

namespace tradesh {

std::string_view name_of(QuoteKind kind) {
    constexpr std::array<std::string_view, 4> names{"realtime", "delayed", "frozen", "simulated"};
    return names[static_cast<std::size_t>(kind)];
}

Duration age_of(const Quote& quote, const Clock& clock) {
    return std::max(Duration(0), clock.elapsed() - quote.received_elapsed);
}

} // namespace tradesh
