#pragma once

#include "tests/cli/data_shell.hpp"
#include "tests/support/catch.hpp"

#include <chrono>
#include <fmt/format.h>
#include <string>
#include <vector>

namespace tradesh::test {

/// Imports daily bars with these closes, the last one on Thursday, 2026-11-19; each opens where the one before closed.
inline void import_closes(DataShell& shell, const std::string& symbol, const std::vector<double>& closes) {
    std::vector<std::string> lines;
    std::chrono::sys_days date = std::chrono::year(2026) / std::chrono::November / 19;
    for (std::size_t i = closes.size(); i > 0; --i) {
        const std::chrono::year_month_day day(date);
        const double close = closes[i - 1];
        const double open = i > 1 ? closes[i - 2] : close;
        lines.push_back(fmt::format("{:04}-{:02}-{:02},{},{},{},{},{}\n", static_cast<int>(day.year()),
                                    static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()), open,
                                    std::max(open, close), std::min(open, close), close, 1'000));
        date -= std::chrono::days(std::chrono::weekday(date) == std::chrono::Monday ? 3 : 1);
    }
    std::string text = "date,open,high,low,close,volume\n";
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        text += *line;
    }
    shell.client.files["bars.csv"] = text;
    const int code = shell.run({"data", "import", "bars.csv", "--symbol", symbol});
    INFO(shell.client.err);
    REQUIRE(code == 0);
}

inline std::vector<double> line(double first, double step, std::size_t bars) {
    std::vector<double> closes;
    for (std::size_t i = 0; i < bars; ++i) {
        closes.push_back(first + step * static_cast<double>(i));
    }
    return closes;
}

/// UP rises from 10 to 39, DOWN falls from 39 to 10, NEW has three bars.
inline void import_three(DataShell& shell) {
    import_closes(shell, "UP", line(10, 1, 30));
    import_closes(shell, "DOWN", line(39, -1, 30));
    import_closes(shell, "NEW", {5, 6, 7});
}

} // namespace tradesh::test
