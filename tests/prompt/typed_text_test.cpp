#include "cli/prompt/typed_text.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh::prompt;

TEST_CASE("typed lines become command text") {
    struct Case {
        std::string typed;
        std::string text;
        bool open_backslash = false;
        bool open_quote = false;
    };
    const Case cases[] = {
        {"status", "status"},
        {"status\npos\n", "status\npos"},
        {"\n  \n# note\n", ""},
        {"buy GOOG \\\n10 market", "buy GOOG 10 market"},
        {"buy GOOG \\", "buy GOOG ", true, false},
        {"scan run \"close >\nsma(20)\"", "scan run \"close > sma(20)\""},
        {"scan run 'close", "scan run 'close", false, true},
        {"pos\nscan run 'close", "pos\nscan run 'close", false, true},
        {"set a \"\\\"\"", "set a \"\\\"\""},
        {"# don't", ""},
        {"a | b", "a | b"}, // the core says what is wrong with it
    };
    for (const Case& one : cases) {
        INFO(one.typed);
        const TypedText typed = assemble(one.typed);
        CHECK(typed.text == one.text);
        CHECK(typed.open_backslash == one.open_backslash);
        CHECK(typed.open_quote == one.open_quote);
    }
}

TEST_CASE("exit is understood by the prompt") {
    CHECK(exit_asked("exit")->alone);
    CHECK_FALSE(exit_asked("exit")->code);
    CHECK(exit_asked("quit")->alone);
    CHECK(exit_asked("exit 3")->code == 3);
    CHECK_FALSE(exit_asked("pos; exit")->alone);
    CHECK_FALSE(exit_asked("pos\nexit")->alone);
    for (const std::string text : {"", "pos", "exit; pos", "exit 256", "exit -1", "exit now", "exit 1 2", "say exit"}) {
        INFO(text);
        CHECK_FALSE(exit_asked(text));
    }
}
