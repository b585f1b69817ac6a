#pragma once

#include "cli/prompt/core_link.hpp"

#include <string_view>

namespace tradesh::prompt {

/// Standard output and standard error of this process, written at once and completely. It remembers whether the last
/// line was ended, so that a prompt never begins behind one that was not.
class TerminalOutput {
public:
    void write(Stream stream, std::string_view bytes);
    void end_line();
    /// The cursor is at the beginning of a line: somebody else has seen to it.
    void line_ended() { mid_line_ = false; }

private:
    bool mid_line_ = false;
};

} // namespace tradesh::prompt
