#pragma once

#include "cli/parse/lexer.hpp"
#include "cli/session.hpp"

#include <vector>

namespace tradesh::cli {

/// True for a command that begins with the word `try`.
bool is_try(const std::vector<Word>& words);

/// The words of a command as this session understands them: variables filled in, then an alias put in place of the
/// first word (or the one behind `try`), once; its words stand where it was typed. While `checking`, `$_` stands for
/// some text, because no command has run.
Result<std::vector<Word>> words_in_session(const Session& session, const LexedCommand& command, bool checking);

} // namespace tradesh::cli
