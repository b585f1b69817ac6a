#pragma once

#include "cli/commands/command_table.hpp"

#include <span>

namespace tradesh::cli {

/// The argument that holds the words of a line within the line, see CommandSpec::line_after.
inline constexpr std::string_view line_argument = "line";

/// A line of words, understood: which command, with what.
struct CommandLine {
    const CommandSpec* command = nullptr; ///< null when the words were options only
    Arguments arguments;
    RunOptions options;
    Arguments process; ///< options of the whole run; only argv may have them
    Word verb;         ///< the last word of the command's name, for messages about the whole command
};

/// Finds the command that `words` name and sorts what stands behind it. Verbs may be abbreviated at the prompt only,
/// and never those that may send orders. Options of the process are understood when the words are the process's own.
/// Unknown words are errors of kind usage with a suggestion. Required arguments are checked, and so is what
/// `CommandSpec::check` knows, unless help is asked for or `values_known` is false (a variable is not known yet).
Result<CommandLine> parse_command_line(const CommandTable& table, std::span<const Word> words,
                                       const RunOptions& defaults, bool values_known = true);

} // namespace tradesh::cli
