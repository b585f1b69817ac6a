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
    std::string name; ///< stable: "order_size"
    Verdict verdict = Verdict::pass;
    std::string value;     ///< what was found, with its unit, or words where there is no number
    std::string limit;     ///< empty where there is none
    std::string source{};  ///< where the limit was set
    std::string measure{}; ///< which of several numbers decided: "order_notional"; empty: the one that the name says
    std::string cure{};    ///< what would let it be measured; told at once, not recorded
    bool operator==(const RiskCheck&) const = default;
};

} // namespace tradesh::orders
