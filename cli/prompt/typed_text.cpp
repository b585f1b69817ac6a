#include "cli/prompt/typed_text.hpp"

#include "cli/parse/expansion.hpp"
#include "cli/parse/lexer.hpp"

#include <charconv>
#include <memory>
#include <optional>
#include <vector>

namespace tradesh::prompt {
namespace {

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

Result<cli::LexedLine> lex_line(const std::string& text) {
    return cli::lex(std::make_shared<const cli::SourceLine>(
        cli::SourceLine{.origin = cli::Origin::prompt, .file = {}, .number = 1, .text = text}));
}

} // namespace

TypedText assemble(std::string_view typed) {
    TypedText result;
    std::string line;
    for (const std::string& physical : split_lines(typed)) {
        line += result.open_quote ? " " + physical : physical;
        const Result<cli::LexedLine> lexed = lex_line(line);
        result.open_backslash = lexed && lexed->continues;
        result.open_quote = !lexed && lexed.error().code == "syntax.open_quote";
        if (result.open_backslash) {
            line.pop_back();
        }
        if (result.unfinished()) {
            continue;
        }
        const bool says_something = !lexed || !lexed->commands.empty();
        if (says_something) {
            result.text += (result.text.empty() ? "" : "\n") + line;
        }
        line.clear();
    }
    if (result.unfinished()) {
        result.text += (result.text.empty() ? "" : "\n") + line;
    }
    return result;
}

std::optional<ExitRequest> exit_asked(std::string_view text) {
    const std::size_t last_line = text.rfind('\n') + 1; // npos + 1 is the beginning
    const Result<cli::LexedLine> lexed = lex_line(std::string(text.substr(last_line)));
    if (!lexed || lexed->commands.empty()) {
        return std::nullopt;
    }
    const auto no_variables = [](std::string_view) { return std::optional<std::string>(); };
    const Result<std::vector<cli::Word>> words = cli::expand(lexed->commands.back(), no_variables);
    if (!words || words->size() > 2 || (words->front().text != "exit" && words->front().text != "quit")) {
        return std::nullopt;
    }
    const bool alone = last_line == 0 && lexed->commands.size() == 1;
    if (words->size() == 1) {
        return ExitRequest{.code = {}, .alone = alone};
    }
    const std::string& code = words->back().text;
    int value = 0;
    const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), value);
    if (error != std::errc() || end != code.data() + code.size() || value < 0 || value > 255) {
        return std::nullopt; // the core tells what is wrong with it
    }
    return ExitRequest{.code = value, .alone = alone};
}

} // namespace tradesh::prompt
