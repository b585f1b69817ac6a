#include "cli/session_words.hpp"

#include "cli/parse/expansion.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace tradesh::cli {

namespace {

std::optional<std::string> variable(const Session& session, std::string_view name, bool checking) {
    if (name == "?") {
        return std::to_string(session.last_code);
    }
    if (name == "_") {
        if (session.last_result.empty()) {
            return checking ? std::optional<std::string>("result") : std::nullopt;
        }
        return session.last_result;
    }
    const auto found = session.variables.find(name);
    return found == session.variables.end() ? std::nullopt : std::optional(found->second);
}

/// The alias that the word at `index` names, put in its place.
Result<std::vector<Word>> with_alias(const Session& session, std::vector<Word> words, const VariableLookup& look_up) {
    const std::size_t index = is_try(words) && words.size() > 1 ? 1 : 0;
    const auto alias = session.aliases.find(words[index].text);
    if (words[index].quoted || alias == session.aliases.end()) {
        return words;
    }
    const Word typed = words[index];
    const SourceLine text{typed.origin(), "alias " + typed.text, 1, alias->second};
    const Result<LexedLine> lexed = lex(std::make_shared<const SourceLine>(text));
    if (!lexed) {
        return std::unexpected(lexed.error());
    }
    if (lexed->commands.size() != 1) {
        return fail(Error(ErrorKind::usage, "alias.command", "alias '" + typed.text + "' must stand for one command")
                        .at(typed.where())
                        .advise("put several commands into a script and use: source FILE"));
    }
    Result<std::vector<Word>> replacement = expand(lexed->commands.front(), look_up);
    if (!replacement) {
        return replacement;
    }
    for (Word& word : *replacement) {
        word.line = typed.line;
        word.column = typed.column;
        word.length = typed.length;
    }
    const auto place = words.erase(words.begin() + static_cast<std::ptrdiff_t>(index));
    words.insert(place, replacement->begin(), replacement->end());
    return words;
}

} // namespace

bool is_try(const std::vector<Word>& words) { return !words.empty() && !words[0].quoted && words[0].text == "try"; }

Result<std::vector<Word>> words_in_session(const Session& session, const LexedCommand& command, bool checking) {
    const auto look_up = [&](std::string_view name) { return variable(session, name, checking); };
    Result<std::vector<Word>> words = expand(command, look_up);
    return words ? with_alias(session, std::move(*words), look_up) : words;
}

} // namespace tradesh::cli
