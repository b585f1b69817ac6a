#include "cli/prompt/prompt.hpp"
#include "tests/prompt/fakes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_loop.hpp"

#include <csignal>
#include <filesystem>
#include <optional>

using namespace tradesh;
using namespace tradesh::prompt;
using namespace std::chrono_literals;

namespace {

using Trace = std::vector<std::string>;

const Standing paper{.venue = "paper", .mode = "paper", .armed = false};

struct Session {
    test::VirtualClock clock;
    test::FakeEditor editor;
    test::FakeLink link;
    HistoryFile history{"/dev/null/there is no such folder/history", clock};
    Prompt prompt{{.editor = editor, .link = link, .history = history, .clock = clock}, "paper", false};
    std::optional<int> left;

    Session() {
        prompt.on_leave = [this](int code) { left = code; };
        prompt.start();
        link.trace.clear();
        editor.trace.clear();
    }
    /// Connected, with the first prompt on the screen, for long enough to be trusted.
    static Session& ready(Session& session) {
        session.prompt.connected(7, paper);
        session.clock.advance(1min);
        session.forget();
        return session;
    }
    void forget() {
        link.trace.clear();
        editor.trace.clear();
    }
    /// Enters a line whose history complaint is of no interest here.
    void enter(const std::string& line) {
        editor.enter(line);
        std::erase_if(editor.trace, [](const std::string& text) { return text.find("history") != std::string::npos; });
    }
};

bool mentions(const Trace& trace, const std::string& text) {
    return std::ranges::any_of(trace, [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

} // namespace

TEST_CASE("the first prompt comes with the core, and a command runs and ends") {
    Session session;
    CHECK(session.editor.trace.empty());
    session.prompt.connected(7, paper);
    CHECK(session.editor.trace == Trace{"ask paper> "});
    session.forget();
    session.enter("status");
    CHECK(session.link.trace == Trace{"run status"});
    session.prompt.output(Stream::out, "all is well\n");
    session.prompt.done(0);
    CHECK(session.editor.trace == Trace{"out all is well\n", "ask paper> "});
}

TEST_CASE("no core at the start ends the prompt with the failure's code") {
    Session session;
    session.prompt.failed({.text = "tradesh: no core", .exit_code = 4});
    CHECK(session.left == 4);
    CHECK(session.editor.trace == Trace{"err tradesh: no core\n"});
}

TEST_CASE("lines that are not finished are collected; blank ones run nothing") {
    Session session;
    Session::ready(session);
    session.enter("buy GOOG \\");
    CHECK(session.editor.trace == Trace{"ask ... > "});
    session.enter("10 market");
    CHECK(session.link.trace == Trace{"run buy GOOG 10 market"});
    CHECK(session.editor.history == Trace{"buy GOOG 10 market"});
    session.prompt.done(0);
    session.forget();
    session.enter("   # nothing");
    CHECK(session.link.trace.empty());
    CHECK(session.editor.trace == Trace{"ask paper> "});
}

TEST_CASE("Ctrl-C clears what is typed, cancels what runs, and never leaves") {
    Session session;
    Session::ready(session);
    SECTION("while typing") {
        session.enter("say 'open");
        session.forget();
        session.prompt.interrupt();
        CHECK(session.editor.trace == Trace{"drop ^C", "ask paper> "});
        session.enter("status");
        CHECK(session.link.trace == Trace{"run status"});
    }
    SECTION("while a command runs") {
        session.enter("data load");
        session.prompt.interrupt();
        CHECK(session.link.trace == Trace{"run data load", "cancel 2"});
        session.prompt.done(130);
        CHECK(session.editor.trace.back() == "ask paper> ");
    }
    SECTION("again within a second: no longer waits") {
        session.enter("data load");
        session.prompt.interrupt();
        session.clock.advance(999ms);
        session.prompt.interrupt();
        CHECK(session.link.trace == Trace{"run data load", "cancel 2", "disconnect", "connect 130"});
        CHECK(mentions(session.editor.trace, "stopped waiting"));
        CHECK(session.editor.trace.back() == "ask paper> ");
    }
    SECTION("again, but later: asks once more") {
        session.enter("data load");
        session.prompt.interrupt();
        session.clock.advance(1001ms);
        session.prompt.interrupt();
        CHECK(session.link.trace == Trace{"run data load", "cancel 2", "cancel 2"});
    }
    SECTION("no longer waiting for a command that may have had an effect is code 11") {
        session.enter("buy GOOG 10 market");
        session.prompt.effect_announced("order show K7");
        session.prompt.interrupt();
        session.prompt.interrupt();
        CHECK(session.link.trace.back() == "connect 11");
        CHECK(mentions(session.editor.trace, "hint: order show K7"));
    }
    CHECK_FALSE(session.left);
}

TEST_CASE("Ctrl-D leaves with the last code, but only ends an unfinished command") {
    Session session;
    Session::ready(session);
    session.enter("x");
    session.prompt.done(12);
    session.enter("say \\");
    session.editor.end();
    CHECK_FALSE(session.left);
    session.editor.end();
    CHECK(session.left == 12);
    CHECK(session.link.trace.back() == "disconnect");
}

TEST_CASE("exit leaves at once when it stands alone, and after what stands before it") {
    Session session;
    Session::ready(session);
    SECTION("alone") {
        session.enter("exit 3");
        CHECK(session.left == 3);
        CHECK_FALSE(mentions(session.link.trace, "run"));
    }
    SECTION("behind another command") {
        session.enter("status; exit");
        CHECK_FALSE(session.left);
        session.prompt.done(0);
        CHECK(session.left == 0);
    }
    SECTION("behind one that fails") {
        session.enter("status; exit");
        session.prompt.done(5);
        CHECK_FALSE(session.left);
    }
}

TEST_CASE("a core that dies while a line is typed is replaced, and the line stays") {
    Session session;
    Session::ready(session);
    session.prompt.lost({});
    CHECK(session.editor.trace == Trace{"above tradesh: the core of profile 'paper' has ended"});
    CHECK(session.link.trace == Trace{"connect 0"});
    session.forget();
    session.enter("status"); // before the next one is there
    CHECK(session.link.trace.empty());
    session.prompt.connected(8, paper);
    CHECK(session.link.trace == Trace{"run status"});
    CHECK(mentions(session.editor.trace, "pid 8"));
}

TEST_CASE("a core that dies while a command runs") {
    Session session;
    Session::ready(session);
    session.enter("buy GOOG 10 market");
    session.forget();
    SECTION("before any effect: code 5") {
        session.prompt.lost({});
        CHECK(session.link.trace == Trace{"connect 5"});
        CHECK(mentions(session.editor.trace, "had sent nothing"));
    }
    SECTION("with an effect announced: advice and code 11") {
        session.prompt.effect_announced("order show K7");
        session.prompt.lost({});
        CHECK(session.link.trace == Trace{"connect 11"});
        CHECK(mentions(session.editor.trace, "may have had an effect"));
        CHECK(mentions(session.editor.trace, "hint: order show K7"));
    }
    SECTION("with a settled one: it says so, and must not be repeated either") {
        session.prompt.effect_announced("order show K7");
        session.prompt.effect_settled();
        session.prompt.lost({});
        CHECK(session.link.trace == Trace{"connect 11"});
        CHECK(mentions(session.editor.trace, "is recorded"));
    }
    SECTION("having run nothing: the next core gets the command") {
        session.prompt.lost({.reason = "it was told to stop", .nothing_was_run = true});
        CHECK(session.link.trace == Trace{"connect 0"});
        session.prompt.connected(8, paper);
        CHECK(session.link.trace.back() == "run buy GOOG 10 market");
    }
}

TEST_CASE("a core that dies at once again and again is not started for ever") {
    Session session;
    Session::ready(session);
    session.prompt.lost({});
    session.prompt.connected(8, paper);
    session.clock.advance(100ms);
    session.forget();
    session.prompt.lost({});
    CHECK(session.link.trace.empty());
    CHECK(mentions(session.editor.trace, "when you enter a command"));
    session.enter("status");
    CHECK(session.link.trace == Trace{"connect 0"});
    session.prompt.failed({.text = "tradesh: it does not start", .exit_code = 5});
    CHECK(session.editor.trace.back() == "ask paper> ");
    session.editor.end();
    CHECK(session.left == 5);
}

TEST_CASE("a notice stands above the line, and a new standing changes the prompt") {
    Session session;
    Session::ready(session);
    session.prompt.notice("bought 10 GOOG");
    CHECK(session.editor.trace == Trace{"above bought 10 GOOG"});
    session.forget();
    session.prompt.standing_changed({.venue = "ib U123", .mode = "live", .armed = true});
    CHECK(session.editor.trace == Trace{"change LIVE ib U123 armed> "});
}

TEST_CASE("leaving with a group open says what is dropped") {
    Session session;
    Session::ready(session);
    Standing grouped = paper;
    grouped.dropped_on_leaving = "the group 'pair' is dropped with its 1 leg";
    session.prompt.standing_changed(grouped);
    session.forget();
    session.enter("exit");
    CHECK(session.left == 0);
    CHECK(mentions(session.editor.trace, "err tradesh: the group 'pair' is dropped with its 1 leg"));
}

TEST_CASE("completion asks the core, and nobody when there is none") {
    Session session;
    CHECK_FALSE(session.editor.complete("sta", 3));
    session.prompt.connected(7, paper);
    session.forget();
    const std::optional<Completion> answer = session.editor.complete("sta", 3);
    REQUIRE(answer);
    CHECK(answer->words == Trace{"status"});
    CHECK(session.link.trace == Trace{"complete sta"});
}

TEST_CASE("SIGTERM and SIGHUP leave; with an effect under way they say what to look at") {
    Session session;
    Session::ready(session);
    SECTION("idle") {
        session.prompt.terminate(SIGTERM);
        CHECK(session.left == 143);
    }
    SECTION("running") {
        session.enter("buy GOOG 10 market");
        session.prompt.effect_announced("order show K7");
        session.prompt.terminate(SIGHUP);
        CHECK(session.left == 129);
        CHECK(mentions(session.editor.trace, "hint: order show K7"));
        CHECK(session.link.trace == Trace{"run buy GOOG 10 market", "cancel 1", "disconnect"});
    }
}
