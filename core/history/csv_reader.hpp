#pragma once

#include "core/base/error.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::history {

/// One row of a CSV file. The views live until the visitor returns.
struct CsvRow {
    std::uint64_t line = 0; ///< where it starts, from 1
    std::string_view text;  ///< as written, without the line break at its end
    std::vector<std::string_view> fields;
};

/// Splits CSV (RFC 4180: quotes, doubled quotes, line breaks within quotes; LF or CRLF) that arrives in blocks of any
/// size. Comma, semicolon or tab is told from the first row; a UTF-8 byte order mark and empty lines are skipped.
/// Fields of rows without quotes are views into the block: nothing is copied.
///
/// Errors (failed): "csv.row_too_long" over 64 KiB, "csv.encoding" for UTF-16 or zero bytes, "csv.quote" for a quote
/// that is never closed. After an error the reader is of no further use.
class CsvReader {
public:
    /// Told each row; an error ends the reading and becomes its result.
    using Visitor = std::function<Result<void>(const CsvRow&)>;

    Result<void> feed(std::string_view bytes, const Visitor& visitor);
    /// Hands out a last row without a line break.
    Result<void> finish(const Visitor& visitor);

    /// ',', ';' or tab; known after the first row.
    char delimiter() const { return delimiter_; }

private:
    Result<void> keep(std::string_view bytes);
    Result<void> take_lines(std::string_view text, const Visitor& visitor);
    Result<void> take_row(std::string_view text, bool quotes, const Visitor& visitor);
    void detect_delimiter(std::string_view line);
    bool ends_within_quotes(std::string_view line) const;
    void split(std::string_view text);
    void split_quoted(std::string_view text);

    char delimiter_ = '\0';
    std::uint64_t line_ = 1;     ///< of what comes next
    std::string unfinished_;     ///< the beginning of a row, whose end is in a later block or line
    std::size_t lines_end_ = 0;  ///< how much of it is whole lines within quotes
    bool within_quotes_ = false; ///< the row goes on in the next line
    CsvRow row_;
    std::string unquoted_; ///< the fields of a row with quotes, one after the other
    std::vector<std::size_t> ends_;
};

} // namespace tradesh::history
