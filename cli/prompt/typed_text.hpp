#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tradesh::prompt {

/// What was typed or pasted so far, as command text.
struct TypedText {
    /// One line a command line: a trailing `\` has joined the next line, and a quote that was left open has, with a
    /// blank between, because in the language a quote ends on its line.
    std::string text;
    bool open_backslash = false; ///< another line is needed
    bool open_quote = false;     ///< another line is needed

    bool unfinished() const { return open_backslash || open_quote; }
};

/// `typed` is one or several physical lines. Lines that say nothing (blank, comment) are left out at both ends.
TypedText assemble(std::string_view typed);

/// Command text that ends with `exit` or `exit CODE` (also `quit`). The prompt leaves when it has run; when there is
/// nothing else in it, it leaves at once, with or without a core.
struct ExitRequest {
    std::optional<int> code; ///< nothing: with the code of the command before
    bool alone = false;
};
std::optional<ExitRequest> exit_asked(std::string_view text);

} // namespace tradesh::prompt
