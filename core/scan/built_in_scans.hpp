#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::scan {

/// A scan that ships under a name. Its texts are those that `scan run` takes.
struct BuiltInScan {
    std::string_view name;
    std::string_view summary;
    std::string expression;
    std::string_view source;  ///< whose rule it is
    std::string_view differs; ///< from the original, and why
    std::string show{};       ///< columns, may be empty
    std::string_view sort{};  ///< the column whose greatest values come first, may be empty
    /// What it means that a clause of the condition decided against a symbol, by clause: "blocked", "too weak". None:
    /// "not".
    std::vector<std::string_view> objections{};
};

/// The signal rules of the StochRSI/EMA bot for Alpaca, as it was in 2022, in August 2025 and later.
std::span<const BuiltInScan> built_in_scans();
/// Null when there is none.
const BuiltInScan* find_built_in_scan(std::string_view name);

} // namespace tradesh::scan
