#include "cli/render/display_width.hpp"

#include <algorithm>
#include <utf8proc.h>

namespace tradesh::cli {

namespace {

constexpr std::string_view ellipsis = "\u2026";
constexpr std::string_view replacement = "\uFFFD";

struct CodePoint {
    utf8proc_int32_t value = -1; ///< negative: malformed
    std::size_t bytes = 1;
};

CodePoint code_point_at(std::string_view text, std::size_t offset) {
    utf8proc_int32_t value = -1;
    const utf8proc_ssize_t bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + offset),
                                                    static_cast<utf8proc_ssize_t>(text.size() - offset), &value);
    return bytes > 0 ? CodePoint{value, static_cast<std::size_t>(bytes)} : CodePoint{};
}

std::size_t width_of(CodePoint point) {
    return point.value < 0 ? 1 : static_cast<std::size_t>(std::max(0, utf8proc_charwidth(point.value)));
}

/// What a terminal does not show but obeys: C0, C1, and the marks and overrides that reorder what stands around them.
/// The joiners of emoji and of scripts (U+200C, U+200D) are harmless and stay.
bool is_obeyed(utf8proc_int32_t value) {
    return value < 0x20 || (value >= 0x7F && value < 0xA0) || value == 0x061C || value == 0x200E || value == 0x200F ||
           (value >= 0x2028 && value <= 0x202E) || (value >= 0x2066 && value <= 0x206F) || value == 0xFEFF ||
           (value >= 0xE0000 && value <= 0xE007F);
}

bool is_plain(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

} // namespace

std::size_t display_width(std::string_view text) {
    if (is_plain(text)) {
        return text.size();
    }
    std::size_t width = 0;
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint point = code_point_at(text, i);
        width += width_of(point);
        i += point.bytes;
    }
    return width;
}

std::string cut_to_width(std::string_view text, std::size_t columns) {
    if (display_width(text) <= columns) {
        return std::string(text);
    }
    std::size_t width = 0;
    std::size_t end = 0;
    while (end < text.size()) {
        const CodePoint point = code_point_at(text, end);
        if (width + width_of(point) + 1 > columns) {
            break;
        }
        width += width_of(point);
        end += point.bytes;
    }
    return std::string(text.substr(0, end)) + std::string(columns > 0 ? ellipsis : "");
}

std::string printable(std::string_view text) {
    if (is_plain(text)) {
        return std::string(text);
    }
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint point = code_point_at(text, i);
        if (point.value == '\n' || point.value == '\t' || point.value == '\r') {
            result += ' ';
        } else if (is_obeyed(point.value)) {
            result += replacement;
        } else {
            result += text.substr(i, point.bytes);
        }
        i += point.bytes;
    }
    return result;
}

} // namespace tradesh::cli
