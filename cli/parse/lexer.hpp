#pragma once

#include "cli/parse/word.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::cli {

/// A part of a word: text as it stands, or a variable to be filled in when the command runs.
struct WordPart {
    std::string text; ///< the text, or the name of the variable ("?" and "_" included)
    bool is_variable = false;
    std::uint32_t column = 1; ///< of the `$`, for a variable
    std::uint32_t length = 1;
    std::shared_ptr<const SourceLine> line;
};

/// A word before its variables are filled in.
struct LexedWord {
    std::vector<WordPart> parts;
    Word place; ///< line, column, length and quoted; its text is empty

    bool has_variables() const;
};

/// The words between two `;`. Never empty.
using LexedCommand = std::vector<LexedWord>;

struct LexedLine {
    std::vector<LexedCommand> commands;
    bool continues = false; ///< the last line ended in `\`: the next physical line belongs to it
};

/// Splits one logical line (the physical lines joined by a trailing `\`) into commands and words.
///
/// Quoting is that of a POSIX shell without globbing: '...' is literal, "..." knows \" \\ \$ and variables, \ takes the
/// next character as it is. `#` at the start of a word begins a comment, `;` ends a command. A quote ends on the line
/// it began on: a forgotten one must not swallow the orders below it. `|` `>` `<` `&&` `||` and a trailing `&` are
/// reserved; `>` and `<` compare between `when` and `do`.
/// `$` before a letter, `_`, `?` or `{` is a variable; before anything else it is itself ("$15000").
/// Errors are of kind usage with their position.
Result<LexedLine> lex(std::span<const std::shared_ptr<const SourceLine>> lines);
/// The same for one physical line.
Result<LexedLine> lex(const std::shared_ptr<const SourceLine>& line);

/// A letter or `_`, then letters, digits and `_`.
bool is_variable_name(std::string_view text);

} // namespace tradesh::cli
