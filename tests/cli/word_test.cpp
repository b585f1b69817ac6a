#include "cli/parse/word.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::cli;

TEST_CASE("an error within a word points into it") {
    const Word word{.text = "close > opne",
                    .line = std::make_shared<SourceLine>(SourceLine{.file = {}, .text = "scan run 'close > opne'"}),
                    .column = 10,
                    .length = 14,
                    .quoted = true};
    const Error error = in_word(
        Error(ErrorKind::usage, "x", "x").at({.file = {}, .column = 9, .length = 4, .text = "close > opne"}), word);
    CHECK(error.where->column == 19);
    CHECK(error.where->length == 4);
    CHECK(error.where->text == "scan run 'close > opne'");
}

TEST_CASE("an error on a later line of a word shows that line") {
    const std::string text = "close > 1\n  and opne > 2";
    const SourceLine line{.origin = Origin::script, .file = "a.tsh", .number = 7, .text = "scan run '" + text + "'"};
    const Word word{.text = text, .line = std::make_shared<SourceLine>(line), .column = 10, .length = 26};
    const Error error = in_word(Error(ErrorKind::usage, "x", "x")
                                    .at({.file = {}, .line = 2, .column = 7, .length = 4, .text = "  and opne > 2"}),
                                word);
    CHECK(error.where->file == "a.tsh");
    CHECK(error.where->line == 8);
    CHECK(error.where->column == 7);
    CHECK(error.where->length == 4);
    CHECK(error.where->text == "  and opne > 2");
}
