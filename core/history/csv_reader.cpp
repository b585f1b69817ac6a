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

bool is_utf16(std::string_view text) { return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"); }

std::string_view without_line_break(std::string_view line) {
    if (line.ends_with('\n')) {
        line.remove_suffix(1);
    }
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

} // namespace

Result<void> CsvReader::feed(std::string_view bytes, const Visitor& visitor) {
    while (!bytes.empty()) {
        const std::size_t line_break = bytes.find('\n');
        if (line_break == std::string_view::npos) {
            return keep(bytes);
        }
        const std::string_view line = bytes.substr(0, line_break + 1);
        bytes.remove_prefix(line.size());
        Result<void> taken = unfinished_.empty() ? take_lines(line, visitor) : keep(line);
        if (taken && !unfinished_.empty() && unfinished_.size() > lines_end_) {
            taken = take_lines(unfinished_, visitor);
        }
        if (!taken) {
            return taken;
        }
    }
    return {};
}

Result<void> CsvReader::keep(std::string_view bytes) {
    unfinished_ += bytes;
    if (unfinished_.size() <= row_bytes_max) {
        return {};
    }
    if (unfinished_.contains('\0') || is_utf16(unfinished_)) {
        return refuse("csv.encoding", line_, "is not UTF-8 text: save the file as UTF-8");
    }
    return refuse("csv.row_too_long", line_,
                  delimiter_ == '\0' ? "is longer than 64 KiB: is this a CSV file?"
                                     : "begins a row longer than 64 KiB: is a quote missing?");
}

/// `text` is a row up to the end of a line. Where that lies within quotes, the row is kept until it goes on.
Result<void> CsvReader::take_lines(std::string_view text, const Visitor& visitor) {
    const std::string_view line = text.substr(lines_end_);
    if (line.contains('\0') || (delimiter_ == '\0' && is_utf16(line))) {
        return refuse("csv.encoding", line_, "is not UTF-8 text: save the file as UTF-8");
    }
    if (delimiter_ == '\0') {
        text.remove_prefix(text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0);
        if (!without_line_break(text).empty()) {
            detect_delimiter(text);
        }
    }
    const bool quotes = lines_end_ > 0 || line.contains('"');
    within_quotes_ = quotes && ends_within_quotes(text.substr(lines_end_));
    if (!within_quotes_) {
        Result<void> taken = take_row(without_line_break(text), quotes, visitor);
        unfinished_.clear();
        lines_end_ = 0;
        return taken;
    }
    lines_end_ = text.size();
    if (unfinished_.size() != text.size()) {
        unfinished_ = std::string(text);
    }
    return {};
}

Result<void> CsvReader::take_row(std::string_view text, bool quotes, const Visitor& visitor) {
    if (text.size() > row_bytes_max) {
        return refuse("csv.row_too_long", line_, "is longer than 64 KiB: is a quote missing?");
    }
    row_.line = line_;
    row_.text = text;
    line_ += 1 + (quotes ? static_cast<std::uint64_t>(std::ranges::count(text, '\n')) : 0);
    if (text.empty()) {
        return {};
    }
    if (quotes) {
        split_quoted(text);
    } else {
        split(text);
    }
    return visitor(row_);
}

void CsvReader::split(std::string_view text) {
    row_.fields.clear();
    const char* begin = text.data();
    const char* const end = begin + text.size();
    for (const char* at = begin; at != end; ++at) {
        if (*at == delimiter_) {
            row_.fields.emplace_back(begin, at);
            begin = at + 1;
        }
    }
    row_.fields.emplace_back(begin, end);
}

void CsvReader::split_quoted(std::string_view text) {
    unquoted_.clear();
    ends_.clear();
    bool quoted = false;
    bool field_began = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '"') {
            quoted = i + 1 < text.size() && text[i + 1] == '"'; // a doubled quote stands for one
            if (quoted) {
                unquoted_ += c;
                ++i;
            }
        } else if (!quoted && c == '"' && !field_began) {
            quoted = field_began = true;
        } else if (!quoted && c == delimiter_) {
            ends_.push_back(unquoted_.size());
            field_began = false;
        } else {
            unquoted_ += c;
            field_began = true;
        }
    }
    ends_.push_back(unquoted_.size());
    row_.fields.clear();
    std::size_t begin = 0;
    for (const std::size_t end : ends_) {
        row_.fields.push_back(std::string_view(unquoted_).substr(begin, end - begin));
        begin = end;
    }
}

/// Goes over one line of a row the way split_quoted does.
bool CsvReader::ends_within_quotes(std::string_view line) const {
    bool quoted = within_quotes_;
    bool field_began = within_quotes_;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quoted && c == '"') {
            quoted = i + 1 < line.size() && line[i + 1] == '"';
            i += quoted ? 1 : 0;
        } else if (!quoted && c == '"' && !field_began) {
            quoted = field_began = true;
        } else if (!quoted) {
            field_began = c != delimiter_;
        }
    }
    return quoted;
}

void CsvReader::detect_delimiter(std::string_view line) {
    std::array<std::pair<char, std::size_t>, 3> counts{{{',', 0}, {';', 0}, {'\t', 0}}};
    bool quoted = false;
    for (const char c : line) {
        quoted = c == '"' ? !quoted : quoted;
        for (auto& [delimiter, count] : counts) {
            count += !quoted && c == delimiter ? 1 : 0;
        }
    }
    delimiter_ = std::ranges::max_element(counts, {}, &std::pair<char, std::size_t>::second)->first;
}

Result<void> CsvReader::finish(const Visitor& visitor) {
    if (unfinished_.size() > lines_end_) {
        if (Result<void> taken = take_lines(unfinished_, visitor); !taken) {
            return taken;
        }
    }
    if (within_quotes_) {
        return refuse("csv.quote", line_, "opens a quote that is never closed");
    }
    return {};
}

} // namespace tradesh::history
