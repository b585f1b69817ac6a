#pragma once

#include "cli/prompt/core_link.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tradesh::prompt {

/// Takes lines from the terminal and writes to it. It never waits: whoever owns the loop calls `read_input` when the
/// terminal is readable and `wants_input` was last told true.
class LineEditor {
public:
    virtual ~LineEditor() = default;

    /// Shows `prompt` and begins to take a line. Ends in `on_line` or `on_end`.
    virtual void ask(const std::string& prompt) = 0;
    virtual bool asking() const = 0;
    /// The prompt of the line being typed changes.
    virtual void change_prompt(const std::string& prompt) = 0;
    /// Gives up what is typed, leaving it on the screen with `mark` ("^C") behind it; nothing is being asked then.
    virtual void drop_line(std::string_view mark) = 0;
    /// Gives the terminal back as it was, without a trace, and takes it again with the same line: for Ctrl-Z.
    virtual void suspend() = 0;
    virtual void resume() = 0;
    virtual void resize() = 0;

    /// A line above the one being typed, which stays as it is; or just a line when none is being typed.
    virtual void print_above(std::string_view line) = 0;
    /// What a command writes, as it is. Not while a line is being typed.
    virtual void write(Stream stream, std::string_view bytes) = 0;
    /// Puts the cursor at the beginning of a line if the last output did not end one.
    virtual void end_output_line() = 0;

    /// Offered to the user again by the arrow keys and Ctrl-R.
    virtual void add_history(const std::string& entry) = 0;

    virtual void read_input() = 0;

    std::function<void(std::string)> on_line; ///< without the newline; it may hold others, from a paste
    std::function<void()> on_end;             ///< Ctrl-D on an empty line, or the terminal is gone
    std::function<void()> on_interrupt;       ///< Ctrl-C, in its place among the other keys
    std::function<void(bool)> wants_input;
    std::function<std::optional<Completion>(std::string_view line, std::size_t point)> complete;
};

} // namespace tradesh::prompt
