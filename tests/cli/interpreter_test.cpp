#include "cli/render/exit_code.hpp"
#include "tests/cli/shell.hpp"
#include "tests/support/catch.hpp"

#include <csignal>
#include <nlohmann/json.hpp>

using namespace tradesh;
using namespace tradesh::cli;
using nlohmann::json;
using tradesh::test::Shell;

TEST_CASE("a one-shot prints its result on stdout, notes on stderr, and nothing else") {
    Shell shell;
    CHECK(shell.argv({"data", "show", "GOOG", "-n", "2"}) == 0);
    CHECK(shell.client.out == "time\tclose\tnote\n2024-10-04\t100.50\tGOOG\n2024-10-05\t100.51\tGOOG\n");
    CHECK(shell.client.err == "note: simulated\n");
}

TEST_CASE("on a terminal the result is an aligned table with units") {
    Shell shell;
    shell.client.client_facts.stdout_is_terminal = true;
    CHECK(shell.argv({"data", "show", "GOOG"}) == 0);
    CHECK(shell.client.out == "time        close (USD)  note\n"
                              "2024-10-04       100.50  GOOG\n"
                              "2024-10-05       100.51  GOOG\n");
}

TEST_CASE("global options stand anywhere; short ones behind the verb belong to the command") {
    Shell shell;
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"--csv", "data", "show", "GOOG", "-n1"},
             {"data", "--csv", "show", "GOOG", "-n", "1"},
             {"data", "show", "--count=1", "--format", "csv", "GOOG"},
             {"data", "show", "-n", "1", "GOOG", "--csv", "-o", "/dev/stdout"},
         }) {
        shell.client.devices = {"/dev/stdout"};
        CHECK(shell.argv(words) == 0);
        CHECK(shell.client.out + shell.client.files["/dev/stdout"] == "time,close,note\n2024-10-04,100.50,GOOG\n");
    }
    CHECK(shell.argv({"data", "show", "GOOG", "-q"}) == 2);
    CHECK(shell.argv({"-q", "data", "show", "GOOG"}) == 0);
    CHECK(shell.client.err.empty());
}

TEST_CASE("success and failure in JSON are one object each") {
    Shell shell;
    CHECK(shell.argv({"data", "show", "GOOG", "-n", "1", "--json"}) == 0);
    CHECK(json::parse(shell.client.out) == json::parse(R"({"ok":true,"schema":"data.show@1","profile":"paper",
        "mode":"paper","venue":"paper","data":[{"time":"2024-10-04","close":"100.50","note":"GOOG"}],
        "units":{"close":"USD"},"messages":[{"level":"note","text":"simulated"}]})"));
    CHECK(shell.client.out.ends_with("}\n"));
    CHECK(shell.client.err.empty());

    CHECK(shell.argv({"--json", "buy", "NO", "10", "market"}) == 10);
    const json failure = json::parse(shell.client.out);
    CHECK(failure["ok"] == false);
    CHECK(failure["schema"] == "order.buy@1");
    CHECK(failure["exit_code"] == 10);
    CHECK(failure["error"]["code"] == "order.rejected");
    CHECK(failure["error"]["kind"] == "rejected");
    CHECK(failure["error"]["venue"] == json::parse(R"({"code":"201","message":"Order rejected - reason: margin"})"));
    CHECK(failure["error"]["retryable"] == false);
    CHECK(failure["error"]["correlation"] == "c2");
    CHECK(shell.client.err.empty());

    CHECK(shell.argv({"data", "shwo", "--json"}) == 2);
    CHECK(json::parse(shell.client.out)["error"]["hint"] == "did you mean 'show'?");
    CHECK(json::parse(shell.client.out)["error"]["at"]["column"] == 6);
}

TEST_CASE("an error of argv shows the words and a caret") {
    Shell shell;
    CHECK(shell.argv({"data", "show", "NONE"}) == 12);
    CHECK(shell.client.out.empty());
    CHECK(shell.client.err == "error[data.none]: show bars (NONE): no bars\n"
                              "  data show NONE\n"
                              "            ^^^^\n"
                              "  hint: import some with: data import FILE --symbol NONE\n");
}

TEST_CASE("a script stops at the first failing line with its place, its code and a summary") {
    Shell shell;
    CHECK(shell.script("# morning\n"
                       "data show GOOG -n 1\n"
                       "set X NONE\n"
                       "  data show $X; data show KO\n"
                       "data show KO\n") == 12);
    CHECK(shell.client.out == "time\tclose\tnote\n2024-10-04\t100.50\tGOOG\n");
    CHECK(shell.client.err == "note: simulated\n"
                              "s.tradesh:4:13: error[data.none]: show bars (NONE): no bars\n"
                              "    data show $X; data show KO\n"
                              "              ^^\n"
                              "  hint: import some with: data import FILE --symbol NONE\n"
                              "2 ok, 1 failed, 2 not run\n");
}

TEST_CASE("try goes on with the code in $?, --keep-going ends with the first failing code") {
    Shell shell;
    CHECK(shell.script("try data show NONE\nset CODE $?\nset\n", {"-q"}) == 0);
    CHECK(shell.client.out == "name\tvalue\nCODE\t12\n");

    CHECK(shell.script("data show NONE\nbuy NO 1 market\ndata show GOOG -n 1\n", {"--keep-going", "--no-header"}) ==
          12);
    CHECK(shell.client.out == "2024-10-04\t100.50\tGOOG\n");
    CHECK_THAT(shell.client.err, Contains("1 ok, 2 failed, 0 not run\n"));
}

TEST_CASE("an unknown effect stops everything and beats every other code") {
    Shell shell;
    CHECK(shell.script("data show NONE\ntry buy LOST 1 market\ndata show GOOG\n", {"--keep-going"}) == 11);
    CHECK_THAT(shell.client.err, Contains("hint: order show K1\n  log id: c2\n0 ok, 2 failed, 1 not run\n"));
    CHECK(shell.client.out.empty());
}

TEST_CASE("--check reports every error of a script and runs nothing") {
    Shell shell;
    CHECK(shell.script("set SIZE 10\n"
                       "buy GOOG $SIZE\n"
                       "buy GOOG 10x market\n"
                       "data show GOOG | head\n"
                       "data show $MISSING\n"
                       "buy GOOG 5 market; data frobnicate\n"
                       "order show $_\n",
                       {"--check"}) == 2);
    CHECK(shell.client.out.empty());
    CHECK_THAT(shell.client.err, Contains("s.tradesh:3:10: error[size.unit]: 'x' is no unit of a size\n"));
    CHECK_THAT(shell.client.err, Contains("s.tradesh:4:16: error[syntax.reserved]: '|' is reserved"));
    CHECK_THAT(shell.client.err, Contains("s.tradesh:5:11: error[variable.undefined]"));
    CHECK_THAT(shell.client.err, Contains("s.tradesh:6:25: error[usage.verb_unknown]"));
    CHECK_THAT(shell.client.err, Contains("s.tradesh:7:7: error[usage.verb_unknown]"));
    CHECK_THAT(shell.client.err, Contains("5 of 8 commands have errors; nothing was run\n"));
    CHECK(shell.session.variables.empty());
    CHECK(shell.script("try buy GOOG 10x market\n", {"--check"}) == 2); // `try` does not forgive how a line is written
    CHECK(shell.script("set S 10\nbuy GOOG $S market\n", {"--check"}) == 0);
    CHECK(shell.client.err.empty());
}

TEST_CASE("a script that cannot be read is code 3") {
    Shell shell;
    CHECK(shell.argv({"-f", "absent.tradesh"}) == 3);
    CHECK(shell.client.err == "error[file.open]: read the script (absent.tradesh): No such file or directory\n"
                              "  hint: check its name and permissions\n");
    CHECK(shell.script("source absent.tradesh\n") == 3);
    CHECK_THAT(shell.client.err, Contains("s.tradesh:1:8: error[file.open]"));
}

TEST_CASE("standard input is a script, line by line") {
    Shell shell;
    shell.client.input = {"data show GO", "OG -n 1\r\n# x\n", "data show \\\n  KO -n 1"};
    CHECK(shell.argv({"--no-header", "-q"}) == 0);
    CHECK(shell.client.out == "2024-10-04\t100.50\tGOOG\n2024-10-04\t100.50\tKO\n");
    shell.client.input = {"data show NONE\n", "data show GOOG\n"};
    CHECK(shell.argv({"-f", "-"}) == 12);
    CHECK_THAT(shell.client.err, Contains("-:1:11: error[data.none]"));
}

TEST_CASE("-c runs a line of commands with the failing line's own code") {
    Shell shell;
    CHECK(shell.argv(
              {"--csv", "--no-header", "-q", "-v", "S=GOOG", "-c", "data show $S -n 1; data show \"KO\" -n 1"}) == 0);
    CHECK(shell.client.out == "2024-10-04,100.50,GOOG\n2024-10-04,100.50,KO\n");
    CHECK(shell.argv({"-c", "buy NO 1 market; pos"}) == 10);
    CHECK(shell.client.err == "error[order.rejected]: the venue refused the order [venue 201: Order rejected - reason: "
                              "margin]\n0 ok, 1 failed, 1 not run\n");
}

TEST_CASE("dollar and percent are refused where a shell has been before us") {
    Shell shell;
    CHECK(shell.argv({"-c", "buy GOOG $15000 market"}) == 2);
    CHECK(shell.client.err == "error[size.dollar_sign]: '$' amounts are for the prompt and for script files\n"
                              "  buy GOOG $15000 market\n"
                              "           ^^^^^^\n"
                              "  hint: write 15000usd here: a shell turns \"$15000\" into \"5000\"\n");
    CHECK(shell.argv({"buy", "GOOG", "25%", "market"}) == 2);
    CHECK_THAT(shell.client.err, Contains("write 25pct here"));
    CHECK(shell.prompt("buy GOOG $15000 market") == 0);
    CHECK(shell.script("buy GOOG 25% market") == 0);
}

TEST_CASE("verbs may be abbreviated at the prompt only, and never those that trade") {
    Shell shell;
    CHECK(shell.prompt("da sh GOOG -n 1") == 0);
    CHECK(shell.prompt("bu GOOG 1 market") == 2);
    CHECK(shell.prompt("ord buy GOOG 1 market") == 2);
    CHECK(shell.script("da sh GOOG -n 1") == 2);
    CHECK(shell.argv({"da", "show", "GOOG"}) == 2);
    CHECK_THAT(shell.client.err, Contains("hint: did you mean 'data'?"));
}

TEST_CASE("the prompt keeps variables, aliases, $_ and history of its own") {
    Shell shell;
    CHECK(shell.prompt("alias d data show") == 0);
    CHECK(shell.prompt("set N 1") == 0);
    CHECK(shell.prompt(" d GOOG -n $N --no-header") == 0);
    CHECK(shell.client.out == "2024-10-04\t100.50\tGOOG\n");
    CHECK(shell.prompt("buy KO 1 market") == 0);
    CHECK(shell.prompt("d $_ -n $N --no-header -q") == 2);
    CHECK(shell.prompt("d $_ -n $N --no-header --quiet") == 0);
    CHECK(shell.client.out == "2024-10-04\t100.50\torder-KO\n");
    CHECK(shell.prompt("alias buy data show") == 2);
    CHECK(shell.session.history.size() == 6);
    CHECK(shell.prompt("exit 4") == 4);
    CHECK(shell.session.exit_requested == 4);
}

TEST_CASE("exit ends a script with its code, source runs another one") {
    Shell shell;
    CHECK(shell.script("exit 7\ndata show NONE\n") == 7);
    CHECK(shell.client.err.empty());
    CHECK(shell.argv({"exit", "3"}) == 3);
    Shell other;
    other.client.files["inner"] = "set A GOOG\ndata show NONE\n";
    CHECK(other.script("try source inner\ndata show $A -n 1\n", {"--no-header"}) == 0);
    CHECK(other.client.out == "2024-10-04\t100.50\tGOOG\n");
    CHECK_THAT(other.client.err, Contains("inner:2:11: error[data.none]"));
    other.client.files["loop"] = "source loop\n";
    CHECK(other.argv({"source", "loop"}) == 2);
    CHECK_THAT(other.client.err, Contains("loop:1:8: error[source.too_deep]"));
}

TEST_CASE("-o writes the whole file or none") {
    Shell shell;
    CHECK(shell.argv({"data", "show", "GOOG", "-n", "1", "-o", "dir/x.csv"}) == 0);
    CHECK(shell.client.files.at("dir/x.csv") == "time,close,note\n2024-10-04,100.50,GOOG\n");
    CHECK(shell.client.renames == std::vector<std::string>{"dir/.x.csv.c1.part -> dir/x.csv"});
    CHECK(shell.client.out.empty());

    CHECK(shell.argv({"data", "show", "NONE", "-o", "dir/x.csv", "--json"}) == 12);
    CHECK(json::parse(shell.client.out)["ok"] == false);
    CHECK(shell.client.files.size() == 1);
    CHECK(shell.client.files.at("dir/x.csv") == "time,close,note\n2024-10-04,100.50,GOOG\n");

    shell.client.disk_is_full = true;
    CHECK(shell.argv({"data", "show", "GOOG", "-o", "dir/x.csv"}) == 1);
    CHECK_THAT(shell.client.err, Contains("write the output file (dir/x.csv): No space left on device"));
    CHECK(shell.client.files.size() == 1);

    shell.client.closed_folder = "closed/";
    CHECK(shell.argv({"data", "show", "GOOG", "-o", "closed/x.csv"}) == 3);
    CHECK_THAT(shell.client.err, Contains("create the output file (closed/x.csv): Permission denied"));
}

TEST_CASE("-o of a whole run takes every result, failures in JSON too") {
    Shell shell;
    CHECK(shell.script("data show GOOG -n 1\ndata show NONE\n", {"--json", "-o", "run.ndjson"}) == 12);
    const std::string& text = shell.client.files.at("run.ndjson");
    const std::size_t feed = text.find('\n');
    CHECK(json::parse(text.substr(0, feed))["ok"] == true);
    CHECK(json::parse(text.substr(feed + 1))["exit_code"] == 12);
    CHECK(shell.client.out.empty());
    CHECK(shell.client.err == "1 ok, 1 failed, 0 not run\n");
}

TEST_CASE("a reader that leaves ends the command quietly with 141") {
    Shell shell;
    shell.client.reader_leaves_at = 20'000;
    CHECK(shell.argv({"data", "show", "GOOG", "-n", "5000"}) == 141);
    CHECK(shell.client.err.empty());
}

TEST_CASE("a signal cancels the running command and the rest of the script") {
    Shell shell;
    for (const auto& [signal, code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 143)}) {
        shell.client.files["s"] = "wait\ndata show GOOG\n";
        shell.start({RunRequest::Kind::argv, {"--keep-going", "-f", "s"}, {}});
        shell.time.loop.poll();
        REQUIRE(shell.interpreter.tasks().size() == 1);
        CHECK(shell.interpreter.tasks()[0].awaits == "an hour");
        shell.interpreter.cancel(signal);
        shell.time.run_until_idle();
        CHECK(shell.code == code);
        CHECK(shell.client.out.empty());
    }
    CHECK(shell.time.clock.elapsed() == Duration::zero());
    CHECK(shell.argv({"data", "show", "GOOG", "-n", "1"}) == 0);
}

TEST_CASE("a deadline is a timeout") {
    Shell shell;
    CHECK(shell.argv({"wait", "--deadline", "5s"}) == 6);
    CHECK(shell.client.err == "error[run.deadline]: wait: not done within 5s\n"
                              "  hint: give it more time with --deadline\n");
    CHECK(shell.time.clock.elapsed() == std::chrono::seconds(5));
}

TEST_CASE("exceptions of a command become errors") {
    Shell shell;
    CHECK(shell.argv({"break"}) == 1);
    CHECK_THAT(shell.client.err, Contains("error[internal]: a bug"));
    CHECK_THAT(shell.client.err, Contains("log id: c1"));
    CHECK(shell.argv({"break", "--overflow"}) == 1);
    CHECK_THAT(shell.client.err, Contains("error[number.overflow]"));
}

TEST_CASE("fields are chosen by name, and a wrong one is a usage error") {
    Shell shell;
    CHECK(shell.argv({"data", "show", "GOOG", "-n", "1", "--fields", "note,close"}) == 0);
    CHECK(shell.client.out == "note\tclose\nGOOG\t100.50\n");
    CHECK(shell.argv({"buy", "GOOG", "5", "market", "--fields", "size"}) == 0);
    CHECK(shell.client.out == "size\n5\n");
    CHECK(shell.argv({"buy", "GOOG", "5", "market", "--fields", "size,bogus"}) == 0); // it is bought
    CHECK(shell.client.out == "size\n5\n");
    CHECK_THAT(shell.client.err, Contains("warning: the result has no field 'bogus'; it has: "));
    CHECK(shell.argv({"buy", "GOOG", "5", "market", "--fields", "bogus"}) == 0);
    CHECK_THAT(shell.client.out, Contains("size"));
    CHECK(shell.argv({"data", "show", "GOOG", "--fields", "price"}) == 2);
    CHECK_THAT(shell.client.err,
               Contains("error[usage.field_unknown]: the result has no field 'price'\n  hint: it has: "
                        "time, close, note\n"));
}

TEST_CASE("help is there for everything") {
    Shell shell;
    CHECK(shell.argv({"help"}) == 0);
    CHECK_THAT(shell.client.out, Contains("data show"));
    CHECK(shell.argv({"help", "buy"}) == 0);
    CHECK_THAT(shell.client.out, Contains("usage: order buy SYMBOL SIZE [WORDS...]"));
    const std::string by_help = shell.client.out;
    CHECK(shell.argv({"buy", "--help"}) == 0);
    CHECK(shell.client.out == by_help);
    CHECK(shell.argv({"data", "--help"}) == 0);
    CHECK_THAT(shell.client.out, Contains("data list"));
    CHECK(shell.argv({"help", "dtaa"}) == 2);
    CHECK_THAT(shell.client.err, Contains("did you mean 'data'?"));
    CHECK(shell.argv({"--version"}) == 0);
    CHECK(shell.client.out == "tradesh 0.1.0\n");
}

TEST_CASE("every kind of error has its exit code") {
    const auto code = [](ErrorKind kind) { return exit_code_of(Error(kind, "x.y", "z")); };
    CHECK(code(ErrorKind::failed) == 1);
    CHECK(code(ErrorKind::usage) == 2);
    CHECK(code(ErrorKind::unreadable) == 3);
    CHECK(code(ErrorKind::config) == 4);
    CHECK(code(ErrorKind::connection) == 5);
    CHECK(code(ErrorKind::timeout) == 6);
    CHECK(code(ErrorKind::partial) == 7);
    CHECK(code(ErrorKind::rate_limited) == 8);
    CHECK(code(ErrorKind::refused) == 9);
    CHECK(code(ErrorKind::rejected) == 10);
    CHECK(code(ErrorKind::unknown) == 11);
    CHECK(code(ErrorKind::not_found) == 12);
    CHECK(code(ErrorKind::cancelled) == 130);
    CHECK(exit_code_of(Error(ErrorKind::timeout, error_codes::still_working, "z")) == 13);
}
