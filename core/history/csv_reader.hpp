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
    std::vector<std::string_view> fields;
};

/// Splits CSV (RFC 4180: quotes, doubled quotes, line breaks within quotes; LF or CRLF) that arrives in blocks of any
/// size. Comma, semicolon or tab is told from the first row; a UTF-8 byte order mark and empty lines are skipped.
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
    enum class State : std::uint8_t { plain, quoted, quote_in_quoted };
    Result<void> take(char c, const Visitor& visitor);
    Result<void> end_row(const Visitor& visitor);
    void detect_delimiter();

    State state_ = State::plain;
    std::uint64_t line_ = 1;
    std::uint64_t row_line_ = 1;
    char delimiter_ = '\0';
    std::string row_;               ///< the fields without quotes, one after the other
    std::vector<std::size_t> ends_; ///< where each finished field ends in `row_`
    std::string first_row_;         ///< as written, until the delimiter is known
    bool field_began_ = false;
    bool row_has_quotes_ = false;
};

} // namespace tradesh::history
