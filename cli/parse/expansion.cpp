#include "cli/parse/expansion.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tradesh::cli {

namespace {

constexpr std::array<std::string_view, 7> operators{"|", ">", "<", ";", "&&", "||", "&"};

std::string as_typed(const std::string& word) {
    const bool plain = !word.empty() && word.find_first_of(" \t\n\"'\\;|<>&$#*?()") == std::string::npos;
    if (plain) {
        return word;
    }
    std::string quoted = "'";
    for (const char c : word) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c == '\n' ? ' ' : c);
    }
    return quoted + "'";
}

} // namespace

Result<std::vector<Word>> expand(const LexedCommand& command, const VariableLookup& lookup) {
    std::vector<Word> words;
    words.reserve(command.size());
    for (const LexedWord& lexed : command) {
        Word word = lexed.place;
        for (const WordPart& part : lexed.parts) {
            if (!part.is_variable) {
                word.text += part.text;
                continue;
            }
            const std::optional<std::string> value = lookup(part.text);
            if (!value) {
                Word place = word;
                place.line = part.line;
                place.column = part.column;
                place.length = part.length;
                const bool is_result = part.text == "_";
                return fail(Error(ErrorKind::usage, "variable.undefined",
                                  is_result ? std::string("$_ is empty: no command has made anything yet")
                                            : "variable '" + part.text + "' is not set")
                                .at(place.where())
                                .advise(is_result ? "run a command with a result first, such as an order"
                                                  : "set it with: set " + part.text + " VALUE, or start with -v " +
                                                        part.text + "=VALUE; '$' in single quotes is a plain $"));
            }
            word.text += *value;
        }
        words.push_back(std::move(word));
    }
    return words;
}

Result<std::vector<Word>> words_of_argv(const std::vector<std::string>& argv) {
    SourceLine typed;
    std::vector<Word> words;
    for (const std::string& argument : argv) {
        typed.text += typed.text.empty() ? "" : " ";
        Word word;
        word.text = argument;
        word.column = static_cast<std::uint32_t>(count_code_points(typed.text) + 1);
        const std::string shown = as_typed(argument);
        word.length = static_cast<std::uint32_t>(count_code_points(shown));
        typed.text += shown;
        words.push_back(std::move(word));
    }
    const auto line = std::make_shared<const SourceLine>(std::move(typed));
    for (Word& word : words) {
        word.line = line;
        if (std::ranges::find(operators, word.text) != operators.end()) {
            return fail(Error(ErrorKind::usage, "syntax.reserved", "'" + word.text + "' cannot stand alone as a word")
                            .at(word.where())
                            .advise("several commands go into one -c 'A; B'; an expression goes into one pair of "
                                    "quotes; a file is written with -o FILE"));
        }
    }
    return words;
}

} // namespace tradesh::cli
