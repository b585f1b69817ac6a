#include "core/history/csv_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tradesh::history {
namespace {

constexpr std::size_t row_bytes_max = 64 << 10;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::unexpected<Error> refuse(std::string_view code, std::uint64_t line, std::string_view what) {
    return fail(ErrorKind::failed, code, "line " + std::to_string(line) + " " + std::string(what));
}

} // namespace

Result<void> CsvReader::feed(std::string_view bytes, const Visitor& visitor) {
    while (delimiter_ == '\0' && !bytes.empty()) { // the first row is kept until its delimiter is known
        const char c = bytes.front();
        bytes.remove_prefix(1);
        if (c == '\0' || first_row_.starts_with("\xFF\xFE") || first_row_.starts_with("\xFE\xFF")) {
            return refuse("csv.encoding", 1, "is not UTF-8 text: save the file as UTF-8");
        }
        first_row_ += c;
        if (first_row_.size() > row_bytes_max) {
            return refuse("csv.row_too_long", 1, "is longer than 64 KiB: is this a CSV file?");
        }
        if (c == '\n' && first_row_.find_first_not_of("\r\n") == std::string::npos) {
            first_row_.clear(); // an empty line before the first row
            row_line_ = ++line_;
        } else if (c == '\n') {
            detect_delimiter();
            const std::string first = std::exchange(first_row_, {});
            if (Result<void> fed = feed(first, visitor); !fed) {
                return fed;
            }
        }
    }
    for (const char c : bytes) {
        if (Result<void> taken = take(c, visitor); !taken) {
            return taken;
        }
    }
    return {};
}

void CsvReader::detect_delimiter() {
    if (first_row_.starts_with(byte_order_mark)) {
        first_row_.erase(0, byte_order_mark.size());
    }
    std::array<std::pair<char, std::size_t>, 3> counts{{{',', 0}, {';', 0}, {'\t', 0}}};
    bool quoted = false;
    for (const char c : first_row_) {
        quoted = c == '"' ? !quoted : quoted;
        for (auto& [delimiter, count] : counts) {
            count += !quoted && c == delimiter ? 1 : 0;
        }
    }
    delimiter_ = std::ranges::max_element(counts, {}, &std::pair<char, std::size_t>::second)->first;
}

Result<void> CsvReader::take(char c, const Visitor& visitor) {
    if (c == '\0') {
        return refuse("csv.encoding", line_, "contains a zero byte: is this a CSV file?");
    }
    line_ += c == '\n' ? 1 : 0;
    if (state_ == State::quoted) {
        if (c == '"') {
            state_ = State::quote_in_quoted;
        } else {
            row_ += c;
        }
    } else if (state_ == State::quote_in_quoted && c == '"') {
        row_ += c;
        state_ = State::quoted;
    } else if (c == '"' && !field_began_) {
        state_ = State::quoted;
        field_began_ = true;
        row_has_quotes_ = true;
    } else if (c == delimiter_) {
        ends_.push_back(row_.size());
        field_began_ = false;
        state_ = State::plain;
    } else if (c == '\n') {
        return end_row(visitor);
    } else {
        row_ += c;
        field_began_ = true;
        state_ = State::plain;
    }
    if (row_.size() + ends_.size() > row_bytes_max) {
        return refuse("csv.row_too_long", row_line_, "begins a row longer than 64 KiB: is a quote missing?");
    }
    return {};
}

Result<void> CsvReader::end_row(const Visitor& visitor) {
    const std::size_t last_field = ends_.empty() ? 0 : ends_.back();
    if (state_ == State::plain && row_.size() > last_field && row_.ends_with('\r')) {
        row_.pop_back();
    }
    state_ = State::plain;
    CsvRow row{.line = row_line_, .fields = {}};
    std::size_t begin = 0;
    ends_.push_back(row_.size());
    for (const std::size_t end : ends_) {
        row.fields.push_back(std::string_view(row_).substr(begin, end - begin));
        begin = end;
    }
    const bool empty_line = row.fields.size() == 1 && row.fields[0].empty() && !row_has_quotes_;
    const Result<void> visited = empty_line ? Result<void>() : visitor(row);
    row_.clear();
    ends_.clear();
    field_began_ = false;
    row_has_quotes_ = false;
    row_line_ = line_;
    return visited;
}

Result<void> CsvReader::finish(const Visitor& visitor) {
    if (delimiter_ == '\0') { // one row without a line break, or nothing at all
        detect_delimiter();
        const std::string first = std::exchange(first_row_, {});
        if (Result<void> fed = feed(first, visitor); !fed) {
            return fed;
        }
    }
    if (state_ == State::quoted) {
        return refuse("csv.quote", row_line_, "opens a quote that is never closed");
    }
    if (row_.empty() && ends_.empty() && !row_has_quotes_) {
        return {};
    }
    return end_row(visitor);
}

} // namespace tradesh::history
