#include "cli/render/error_text.hpp"

#include "cli/parse/word.hpp"
#include "cli/render/display_width.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

namespace tradesh::cli {

namespace {

constexpr std::string_view red = "\x1b[1;31m";
constexpr std::string_view yellow = "\x1b[33m";
constexpr std::string_view cyan = "\x1b[36m";
constexpr std::string_view plain = "\x1b[0m";
constexpr std::string_view indent = "  ";
constexpr std::size_t source_width_max = 500; ///< nobody reads more of a line than this

std::string colored(std::string_view text, std::string_view color, bool allowed) {
    return allowed ? fmt::format("{}{}{}", color, text, plain) : std::string(text);
}

/// The bytes before the code point number `count`.
std::size_t bytes_before(std::string_view text, std::size_t count) {
    std::size_t offset = 0;
    while (offset < text.size() && count > 0) {
        ++offset;
        while (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0U) == 0x80U) {
            ++offset;
        }
        --count;
    }
    return offset;
}

/// The line and the caret under it. A line wider than the terminal is shown around the caret.
std::string source_and_caret(const SourceSpan& where, const ErrorStyle& style) {
    const std::size_t begin = bytes_before(where.text, where.column - 1);
    const std::size_t end = begin + bytes_before(std::string_view(where.text).substr(begin), where.length);
    std::string before = printable(where.text.substr(0, begin));
    std::string marked = printable(where.text.substr(begin, end - begin));
    std::string after = printable(where.text.substr(end));
    const std::size_t limit = style.columns > 20 ? style.columns - indent.size() - 1 : source_width_max;
    if (display_width(before) + display_width(marked) > limit) {
        const std::size_t keep = limit / 3;
        const std::size_t count = count_code_points(before);
        if (count > keep) {
            before = "..." + before.substr(bytes_before(before, count - keep));
        }
        marked = cut_to_width(marked, limit / 2);
    }
    const std::size_t used = display_width(before) + display_width(marked);
    after = cut_to_width(after, limit > used ? limit - used : 0);
    const std::string carets(std::max<std::size_t>(1, display_width(marked)), '^');
    return fmt::format("{}{}{}{}\n{}{}{}\n", indent, before, marked, after, indent,
                       std::string(display_width(before), ' '), colored(carets, red, style.color));
}

} // namespace

std::string render_error(const Error& error, const ErrorStyle& style) {
    std::string text;
    if (error.where && !error.where->file.empty()) {
        text += fmt::format("{}:{}:{}: ", error.where->file, error.where->line, error.where->column);
    }
    text += colored(fmt::format("error[{}]", error.code), red, style.color);
    text += ": " + printable(error.describe()) + "\n";
    if (error.where && !error.where->text.empty()) {
        text += source_and_caret(*error.where, style);
    }
    if (!error.hint.empty()) {
        text += fmt::format("{}{}: {}\n", indent, colored("hint", cyan, style.color), printable(error.hint));
    }
    if (error.retry_after) {
        text += fmt::format("{}retry after {}\n", indent, to_human(*error.retry_after));
    }
    if (error.unknown_effect() || error.code == "internal") {
        text += error.correlation.empty() ? "" : fmt::format("{}log id: {}\n", indent, error.correlation);
    }
    return text;
}

std::string render_message(const Message& message, bool color) {
    const bool is_warning = message.level == MessageLevel::warning;
    const std::string label = is_warning ? colored("warning", yellow, color) : "note";
    return label + ": " + printable(message.text) + "\n";
}

} // namespace tradesh::cli
