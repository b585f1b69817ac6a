#include "core/history/bar_file_report.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::history {
namespace {

constexpr std::size_t bad_rows_max = 1'000;

} // namespace

void BarFileReport::add_bad(BadRow row) {
    ++bad;
    if (bad_rows.size() == bad_rows_max && row.line > bad_rows.back().line) {
        return;
    }
    // Some rows are judged late, when those before them have told the timeframe.
    bad_rows.insert(std::ranges::upper_bound(bad_rows, row.line, {}, &BadRow::line), std::move(row));
    if (bad_rows.size() > bad_rows_max) {
        bad_rows.pop_back();
    }
}

Error refusal(const BarFileReport& report, const std::string& file) {
    constexpr std::size_t shown_max = 5;
    std::string message = std::to_string(report.bad) + " of " + std::to_string(report.rows) + " rows cannot be trusted";
    const std::size_t shown = std::min(report.bad_rows.size(), shown_max);
    for (std::size_t i = 0; i < shown; ++i) {
        const BadRow& row = report.bad_rows[i];
        message += (i == 0 ? ": line " : "; line ") + std::to_string(row.line) + ": " + row.reason;
    }
    if (report.bad > shown) {
        message += "; and " + std::to_string(report.bad - shown) + " more";
    }
    SourceSpan where{.file = file,
                     .line = static_cast<std::uint32_t>(report.bad_rows.front().line),
                     .text = report.bad_rows.front().text};
    return Error(ErrorKind::failed, "import.bad_rows", std::move(message))
        .attempting("read bars")
        .on(file)
        .at(std::move(where))
        .advise("nothing of the file was imported; mend it, or leave these rows out with --skip-bad");
}

} // namespace tradesh::history
