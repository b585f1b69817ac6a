#pragma once

#include "cli/commands/command.hpp"
#include "cli/parse/arguments.hpp"
#include "core/engine/scan_desk.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// What the words of the scan family have in common. Every error is of kind usage and points at its word, one inside an
/// expression at its place within the word.
namespace tradesh::cli {

/// What is shown of a scan, and in which order.
struct ScanView {
    bool all = false; ///< also what does not match
    bool why = false; ///< and the clauses that decided
    bool descending = false;
    std::optional<std::string> sort{}; ///< name of a column of ScanTable
    std::optional<std::size_t> limit{};
    std::vector<std::string_view> objections{}; ///< see scan::BuiltInScan
};

struct ScanWords {
    engine::ScanWanted wanted;
    ScanView view;
};

/// An error of a scan as a whole, at the universe where that is to blame; where nothing is stored of that timeframe,
/// with those that there are.
runtime::Task<Error> of_scan(CommandContext& context, Error error, const Arguments& arguments, Timeframe timeframe);

/// Reads the argument "expression" and the options of `scan_options`. `now` is that of the options of time.
Result<ScanWords> read_scan(const Arguments& arguments, Instant now);

/// The condition with its columns and its rank.
Result<expression::Program> compile_scan(const Arguments& arguments);

ArgumentSpec scan_argument();
/// What chooses symbols, bars, columns and order: what `run`, `save` and `watch` have in common.
std::vector<OptionSpec> scan_options();

} // namespace tradesh::cli
