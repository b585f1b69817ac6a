#include "cli/parse/expansion.hpp"
#include "cli/parse/lexer.hpp"
#include "tests/support/catch.hpp"

#include <random>

using namespace tradesh;
using namespace tradesh::cli;

namespace {

std::shared_ptr<const SourceLine> line_of(std::string text, std::uint32_t number = 1) {
    return std::make_shared<const SourceLine>(Origin::script, "f", number, std::move(text));
}

/// "a|b c;d" for the commands {a, "b c"} and {d}; the error's code and column where there is one.
std::string lexed(const std::string& text) {
    const Result<LexedLine> line = lex(line_of(text));
    if (!line) {
        return line.error().code + "@" + std::to_string(line.error().where->column);
    }
    std::string shown;
    const auto value = [](std::string_view name) { return std::optional("<" + std::string(name) + ">"); };
    for (const LexedCommand& command : line->commands) {
        shown += shown.empty() ? "" : ";";
        const Result<std::vector<Word>> words = expand(command, value);
        for (std::size_t i = 0; i < words->size(); ++i) {
            shown += (i == 0 ? "" : "|") + (*words)[i].text;
        }
    }
    return shown + (line->continues ? "\\" : "");
}

} // namespace

TEST_CASE("the lexer splits a line into commands and words") {
    const std::vector<std::pair<std::string, std::string>> table{
        {"", ""},
        {"  \t ", ""},
        {"# only a comment \\", ""},
        {"data show GOOG", "data|show|GOOG"},
        {"a;b ; ;c", "a;b;c"},
        {"a b#c # d", "a|b#c"},
        {"'a b' \"c d\" e\\ f", "a b|c d|e f"},
        {"a'b'\"c\"d", "abcd"},
        {"'' \"\"", "|"},
        {"'$x ;|' \"\\$x \\\" \\\\ \\n\"", "$x ;||$x \" \\ \\n"},
        {"$x ${y}z $? $_ \"$x y\"", "<x>|<y>z|<?>|<_>|<x> y"},
        {"buy GOOG $15000 25% $", "buy|GOOG|$15000|25%|$"},
        {"M&M a&b", "M&M|a&b"},
        {"a \\", "a\\"},
        {"--where 'a > 3'", "--where|a > 3"},
        {"caf\u00E9 \u6771", "caf\u00E9|\u6771"},
    };
    for (const auto& [text, expected] : table) {
        INFO(text);
        CHECK(lexed(text) == expected);
    }
}

TEST_CASE("what is reserved or broken is refused at its place") {
    const std::vector<std::pair<std::string, std::string>> table{
        {"a | b", "syntax.reserved@3"},
        {"close > 3", "syntax.reserved@7"},
        {"\u6771\u4EAC < 3", "syntax.reserved@4"},
        {"a && b", "syntax.reserved@3"},
        {"a || b", "syntax.reserved@3"},
        {"a &", "syntax.reserved@3"},
        {"a & ; b", "syntax.reserved@3"},
        {"a 'b", "syntax.open_quote@3"},
        {"a \"b 'c'", "syntax.open_quote@3"},
        {"a ${b", "syntax.variable@3"},
        {"a ${1}", "syntax.variable@3"},
        {"a $(b)", "syntax.reserved@3"},
        {"a \xFF", "syntax.not_utf8@3"},
        {"a \xC0\x80", "syntax.not_utf8@3"},
        {"a\x01", "syntax.control_character@2"},
        {"a\u00A0b", "syntax.lookalike@2"},
        {"\u201Cx\u201D", "syntax.lookalike@1"},
        {"a \u2013\u2013json", "syntax.lookalike@3"},
    };
    for (const auto& [text, expected] : table) {
        INFO(text);
        CHECK(lexed(text) == expected);
    }
}

TEST_CASE("every word knows its line and column, across continued lines") {
    const std::vector<std::shared_ptr<const SourceLine>> lines{line_of("\u00E4 'b c' \\", 4), line_of("  d$x", 5)};
    const Result<LexedLine> line = lex(lines);
    REQUIRE(line);
    const LexedCommand& command = line->commands.at(0);
    REQUIRE(command.size() == 3);
    CHECK(command[1].place.column == 3);
    CHECK(command[1].place.length == 5);
    CHECK(command[1].place.quoted);
    CHECK(command[2].place.line->number == 5);
    CHECK(command[2].place.column == 3);
    const auto nothing = [](std::string_view) { return std::optional<std::string>(); };
    const Result<std::vector<Word>> words = expand(command, nothing);
    REQUIRE_FALSE(words);
    CHECK(words.error().code == "variable.undefined");
    CHECK(words.error().where == SourceSpan{"f", 5, 4, 2, "  d$x"});
}

TEST_CASE("argv words are taken as they are and shown as one would type them") {
    const Result<std::vector<Word>> words = words_of_argv({"scan", "run", "close > $x", "it's"});
    REQUIRE(words);
    CHECK((*words)[2].text == "close > $x");
    CHECK((*words)[3].column == 23);
    CHECK((*words)[0].line->text == "scan run 'close > $x' 'it'\\''s'");
    CHECK(words_of_argv({"a", "|", "b"}).error().where->column == 3);
}

TEST_CASE("no bytes upset the lexer") {
    const unsigned seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const std::string alphabet = "ab $${}_?'\"\\;#|&><\t\n\r\x01\x7F\xC3\xA4\xFF\xE2\x80\x9C";
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (unsigned i = random() % 24; i > 0; --i) {
            text += random() % 4 == 0 ? static_cast<char>(random()) : alphabet[random() % alphabet.size()];
        }
        const std::vector<std::shared_ptr<const SourceLine>> lines{line_of(text), line_of(text)};
        const Result<LexedLine> line = lex(lines);
        if (!line) {
            CHECK(line.error().kind == ErrorKind::usage);
            REQUIRE(line.error().where);
            CHECK(line.error().where->column <= count_code_points(text) + text.size() + 1);
            CHECK_FALSE(line.error().hint.empty());
            continue;
        }
        for (const LexedCommand& command : line->commands) {
            REQUIRE_FALSE(command.empty());
            for (const LexedWord& word : command) {
                REQUIRE(word.place.column >= 1);
                REQUIRE(word.place.column <= text.size());
            }
        }
    }
}
