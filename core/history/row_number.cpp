#include "core/history/row_number.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace tradesh::history {
namespace {

/// Digits with at most one point and a minus before them: nearly all numbers of nearly all files. nullopt for others,
/// which may still be numbers.
std::optional<Decimal> plain_number(std::string_view text) {
    constexpr std::size_t length_max = 18; // so many digits fit into 64 bits
    const bool negative = text.starts_with('-');
    text.remove_prefix(negative ? 1 : 0);
    if (text.empty() || text.size() > length_max) {
        return std::nullopt;
    }
    std::int64_t units = 0;
    int scale = 0;
    bool after_point = false;
    for (const char c : text) {
        const int digit = c - '0';
        if (digit >= 0 && digit <= 9) {
            units = units * 10 + digit;
            scale += after_point ? 1 : 0;
        } else if (c == '.' && !after_point && text.size() > 1) {
            after_point = true;
        } else {
            return std::nullopt;
        }
    }
    for (; scale > 0 && units % 10 == 0; --scale) {
        units /= 10;
    }
    return Decimal::of(negative ? -units : units, scale);
}

} // namespace

Result<Decimal> parse_row_number(std::string_view text, std::string_view column) {
    if (const std::optional<Decimal> plain = plain_number(text)) {
        return *plain;
    }
    const Result<Decimal> number = Decimal::parse(text);
    if (number) {
        return number->normalized();
    }
    const std::string name(column);
    if (text.empty()) {
        return fail(ErrorKind::failed, "import.row", name + " is empty");
    }
    return fail(ErrorKind::failed, "import.row",
                name + ": " + number.error().message +
                    (text.contains(',') ? "; write decimals with a point, without separators" : ""));
}

} // namespace tradesh::history
