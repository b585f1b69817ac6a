#include "cli/parse/word.hpp"

#include <algorithm>

namespace tradesh::cli {

std::size_t count_code_points(std::string_view text) {
    const auto starts_code_point = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; };
    return static_cast<std::size_t>(std::ranges::count_if(text, starts_code_point));
}

SourceSpan Word::where() const { return where(0, length); }

SourceSpan Word::where(std::size_t offset, std::size_t count) const {
    SourceSpan span;
    if (line) {
        span.file = line->file;
        span.line = line->number;
        span.text = line->text;
    }
    span.column = column + static_cast<std::uint32_t>(std::min<std::size_t>(offset, length));
    span.length = static_cast<std::uint32_t>(std::max<std::size_t>(1, count));
    return span;
}

Error in_word(Error error, const Word& word) {
    if (error.where && error.where->line > 1) { // a line of its own, which no quotes and no other words precede
        error.where->file = word.line ? word.line->file : std::string();
        error.where->line += word.line ? word.line->number - 1 : 0;
        return error;
    }
    const std::size_t quotes = word.length - std::min<std::size_t>(word.length, count_code_points(word.text));
    const bool is_exact = error.where && error.where->line == 1 && (quotes == 0 || quotes == 2);
    error.where = is_exact ? word.where(error.where->column - 1 + quotes / 2, error.where->length) : word.where();
    return error;
}

} // namespace tradesh::cli
