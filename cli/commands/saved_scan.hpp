#pragma once

#include "cli/parse/arguments.hpp"
#include "core/engine/saved_desk.hpp"
#include "core/scan/built_in_scans.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Scans under a name. One is kept as the words that `scan run` would take, expression and options, so that it reads as
/// it was typed and anything that a later version does not understand is an error with its place.
namespace tradesh::cli {

/// The words of `arguments` as one would type them: "'close > sma(20)' --universe @tech".
std::string text_of_scan(const Arguments& arguments);
std::string text_of_scan(const scan::BuiltInScan& scan);
/// The opposite. Errors name the scan and say how to mend it.
Result<Arguments> read_saved_scan(std::string_view name, const std::string& text);

/// What is to be run: the words of a command, and where the expression is a name, those kept under it, where the
/// command does not say otherwise.
struct ChosenScan {
    Arguments arguments;
    std::string name{};                          ///< empty for an expression
    const scan::BuiltInScan* built_in = nullptr; ///< where it is one
};

/// A word that can only be meant as a name: no field, no indicator, nothing else of the language.
bool is_scan_name(std::string_view text);
/// Without what people saved: for checks of the words alone. Nothing for a name that is not built in.
Result<std::optional<ChosenScan>> choose_built_in(const Arguments& arguments);
/// Error not_found for an unknown name.
runtime::Task<Result<ChosenScan>> choose_scan(engine::SavedDesk& saved, const Arguments& arguments);

/// Every name, of what is built in first.
runtime::Task<Result<std::vector<std::string>>> scan_names(engine::SavedDesk& saved);

} // namespace tradesh::cli
