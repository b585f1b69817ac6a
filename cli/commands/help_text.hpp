#pragma once

#include "cli/commands/command_table.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradesh::cli {

/// A term and what it means.
using HelpEntry = std::pair<std::string, std::string>;
/// Two columns, the second one aligned.
std::string entries_text(const std::vector<HelpEntry>& entries);

/// Families and their verbs, one line each, and the options of the process.
std::string help_overview(const CommandTable& table);
/// The verbs of one family.
std::string help_on_family(const CommandTable& table, std::string_view family);
/// Usage, arguments, options, exit codes and examples of one command.
std::string help_on_command(const CommandSpec& command);
/// What every exit code means.
std::string help_on_exit_codes();
/// "order buy SYMBOL SIZE [WORDS...] [options]"
std::string usage_line(const CommandSpec& command);

} // namespace tradesh::cli
