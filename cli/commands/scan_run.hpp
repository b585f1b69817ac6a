#pragma once

#include "cli/commands/command.hpp"

namespace tradesh::cli {

/// `scan run`.
CommandSpec scan_run_command();

/// The check of the words alone, for whatever takes those of `scan run`. A saved scan is not looked up.
Result<void> check_scan_words(const Arguments& arguments);

} // namespace tradesh::cli
