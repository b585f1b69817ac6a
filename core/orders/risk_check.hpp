#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tradesh::orders {

enum class Verdict : std::uint8_t {
    pass,
    deny,       ///< the order does not go out
    warn,       ///< it goes out, and the person is told
    not_limited ///< nothing is set to compare with
};
/// "pass", "deny", "warn", "not limited": also their names in the journal.
std::string_view name_of(Verdict verdict);

/// One check with the numbers that decided it.
struct RiskCheck {
    std::string name;
    Verdict verdict = Verdict::pass;
    std::string value;
    std::string limit;
    std::string source{}; ///< where the limit was set
    bool operator==(const RiskCheck&) const = default;
};

} // namespace tradesh::orders
