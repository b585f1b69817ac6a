#pragma once

#include "core/base/error.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tradesh::cli {

/// Where a command line came from. It decides what may stand in it (`$15000` and `25%` only where no shell or cron has
/// been before us), how errors show it, and whether verbs may be abbreviated.
enum class Origin : std::uint8_t {
    argv,   ///< words of the process, split by a shell; never expanded again
    text,   ///< `-c TEXT`: passed through a shell's argv, then lexed here
    script, ///< a file or standard input
    prompt, ///< typed at the prompt
};

/// One physical line of source, shared by the words on it.
struct SourceLine {
    Origin origin = Origin::argv;
    std::string file; ///< name of the script, "-" for standard input; empty otherwise
    std::uint32_t number = 1;
    std::string text;
};

/// One word of a command, after quotes and variables were resolved, with the place where it was written.
struct Word {
    std::string text;
    std::shared_ptr<const SourceLine> line;
    std::uint32_t column = 1; ///< counts code points from 1
    std::uint32_t length = 1; ///< as written, in code points
    bool quoted = false;      ///< some part of it stood in quotes: never an option, a number with a sign or `;`

    Origin origin() const { return line ? line->origin : Origin::prompt; }
    /// For `Error::at`.
    SourceSpan where() const;
    /// The place of a part of the word: `offset` and `count` in code points. Only exact for words without quotes.
    SourceSpan where(std::size_t offset, std::size_t count) const;
};

/// An error whose place, where it has one, is in the text of the word, with its place in the line. The whole word where
/// that cannot be told, as within several quotes.
Error in_word(Error error, const Word& word);

/// The number of code points in valid UTF-8 text.
std::size_t count_code_points(std::string_view text);

} // namespace tradesh::cli
