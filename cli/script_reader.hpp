#pragma once

#include "cli/client_channel.hpp"
#include "cli/parse/lexer.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tradesh::cli {

/// One logical line: the physical lines that a trailing `\` joins, and what the lexer makes of them.
struct ScriptLine {
    std::vector<std::shared_ptr<const SourceLine>> lines;
    Result<LexedLine> lexed;
};

/// Hands out a script line by line, as it arrives: from text, or from a file that the client holds open.
class ScriptReader {
public:
    ScriptReader(std::string text, Origin origin);
    /// `name` stands before every error; "-" for standard input.
    ScriptReader(ClientChannel& client, FileHandle file, std::string name);

    /// The next line that is not blank; nothing at the end. Errors of reading are of kind unreadable.
    runtime::Task<Result<std::optional<ScriptLine>>> next();

    /// True for standard input, whose rest may be a long time coming.
    bool is_stream() const { return client_ != nullptr && file_ == standard_input; }

private:
    runtime::Task<Result<std::optional<std::string>>> next_physical();

    ClientChannel* client_ = nullptr; ///< null for text
    FileHandle file_ = 0;
    Origin origin_;
    std::string name_;
    std::string buffer_;
    std::size_t position_ = 0; ///< of the first byte in `buffer_` that was not handed out
    std::size_t searched_ = 0; ///< up to here there is no line feed
    bool at_end_ = false;
    std::uint32_t number_ = 0;
};

} // namespace tradesh::cli
