#pragma once

#include "cli/commands/command_line.hpp"
#include "core/engine/trigger_desk.hpp"

#include <span>
#include <string>

namespace tradesh::cli {

/// A command line that is to run later, by itself: as a script of one line, with a key of its own.
struct ArmedLine {
    std::string text;     ///< as a script would have it, without --live and the flags that say how a result is shown
    bool live = false;    ///< it was there
    bool reduces = false; ///< it can only make positions and open orders smaller
    CommandLine parsed;
};

/// Reads the words behind `do`. Errors (usage) point at their word: those of parsing, abbreviations included, because
/// scripts have none; "trigger.line_missing", "trigger.line_refused" for what makes no sense without the person who
/// typed it: other triggers, scripts and files, groups, settings of a session; "trigger.key" for a key, since each
/// firing has one of its own.
Result<ArmedLine> read_armed_line(const CommandTable& table, std::span<const Word> words);

/// Leave to trade for the line, from --live there, of the arming command, or of an armed client. Errors (refused) where
/// live rules ask for what is not given.
Result<bool> permit_armed_line(const CommandContext& context, const ArmedLine& line);

/// The words as a script would have them.
std::string script_text(std::span<const Word> words);

} // namespace tradesh::cli
