#include "cli/commands/armed_line.hpp"
#include "cli/parse/expansion.hpp"
#include "tests/cli/order_shell.hpp"
#include "tests/cli/scan_bars.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::test;

namespace {

const cli::CommandTable& table() {
    static const cli::CommandTable commands = cli::all_commands();
    return commands;
}

Result<cli::CommandLine> parse(const std::string& text, cli::Origin origin = cli::Origin::script) {
    const auto line = std::make_shared<const cli::SourceLine>(cli::SourceLine{origin, "", 1, text});
    const Result<cli::LexedLine> lexed = cli::lex(line);
    if (!lexed) {
        return fail(lexed.error());
    }
    const Result<std::vector<cli::Word>> words =
        cli::expand(lexed->commands.at(0), [](std::string_view) { return std::optional<std::string>("a b"); });
    REQUIRE(words);
    return cli::parse_command_line(table(), *words, {});
}

/// The line that would be armed.
std::string armed(const std::string& text) {
    const Result<cli::CommandLine> line = parse(text);
    if (!line) {
        return line.error().code;
    }
    const Result<cli::ArmedLine> own = cli::read_armed_line(table(), line->arguments.all(cli::line_argument));
    return own ? own->text + (own->live ? " [live]" : "") : own.error().code;
}

} // namespace

TEST_CASE("the line behind 'do' is kept as a script would have it") {
    CHECK(armed("when GOOG.last > 900 do order buy GOOG 10 limit 901") == "order buy GOOG 10 limit 901");
    CHECK(armed("when GOOG.last <= 900 for 3s until 16:00 do buy GOOG $15000 limit mid --wait fill --live") ==
          "buy GOOG $15000 limit mid --wait fill [live]");
    CHECK(armed("when 'GOOG: close > ema(20)' -t 5m do scan run 'close > 5' -u 'A,B'") ==
          "scan run 'close > 5' -u 'A,B'");
    CHECK(armed("schedule add eod NYSE:close-5m do alias \"it's\"") == "trigger.line_refused");
    CHECK(armed("schedule add eod NYSE:close-5m do scan show $x") == "scan show 'a b'");
}

TEST_CASE("words that only quotes can hold come through") {
    const auto line = std::make_shared<const cli::SourceLine>(cli::SourceLine{cli::Origin::argv, "", 1, ""});
    const auto word = [&](std::string text) {
        cli::Word made;
        made.text = std::move(text);
        made.line = line;
        return made;
    };
    const std::vector<cli::Word> words{word("a"),   word("it's $HOME"), word(""),
                                       word("x;y"), word("$15000"),     word("25%")};
    const std::string text = cli::script_text(words);
    CHECK(text == "a 'it'\\''s $HOME' '' 'x;y' $15000 25%");
    const Result<cli::LexedLine> lexed =
        cli::lex(std::make_shared<const cli::SourceLine>(cli::SourceLine{cli::Origin::script, "", 1, text}));
    REQUIRE(lexed);
    const Result<std::vector<cli::Word>> again =
        cli::expand(lexed->commands.at(0), [](std::string_view) { return std::nullopt; });
    REQUIRE(again);
    REQUIRE(again->size() == words.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
        CHECK((*again)[i].text == words[i].text);
    }
}

TEST_CASE("an order with --at is a line of the schedule") {
    const Result<cli::CommandLine> line =
        parse("order buy GOOG 10 market --at NYSE:close-12m --wait fill --live --json");
    REQUIRE(line);
    CHECK(cli::name_of(*line->command) == "schedule once");
    CHECK(line->arguments.required("time").text == "NYSE:close-12m");
    CHECK(line->options.live);
    CHECK(line->options.output.format == cli::Format::json);
    CHECK(armed("buy GOOG 10 market --at=NYSE:close-12m") == "buy GOOG 10 market");
    CHECK(armed("sell GOOG all market --at NYSE:close --key k") == "trigger.key");
    CHECK(cli::name_of(*parse("buy GOOG 10 market --at NYSE:close --dry-run")->command) == "order buy");
    CHECK(parse("buy GOOG 10 --at NYSE:close").error().code == "order.type_missing");
}

TEST_CASE("what cannot run by itself is refused before anything is armed, at its place") {
    CHECK(armed("when GOOG.last > 900") == "trigger.line_missing");
    CHECK(armed("when GOOG.last > 900 do") == "trigger.line_missing");
    CHECK(armed("when GOOG.last > 900 do nothing") == "usage.command_unknown");
    CHECK(armed("when GOOG.last > 900 do buy GOOG 10") == "order.type_missing");
    CHECK(armed("when GOOG.last > 900 do when list") == "trigger.line_refused");
    CHECK(armed("when GOOG.last > 900 do source x.tradesh") == "trigger.line_refused");
    CHECK(armed("when GOOG.last > 900 do set x=1") == "trigger.line_refused");
    CHECK(armed("when GOOG.last > 900 do scan run 'close > 1' -o x.csv") == "trigger.line_refused");
    CHECK(armed("when GOOG.last > 900 do buy GOOG 1 market --dry-run") == "trigger.line_refused");
    CHECK(armed("when GOOG.last > 900 do buy GOOG 1 market --key k") == "trigger.key");
    CHECK(armed("when GOOG.last > 900 do buy GOOG 1 market key k") == "trigger.key");
    CHECK(armed("when GOOG.last > 900 do --live buy GOOG 1 market") == "buy GOOG 1 market [live]");
    CHECK(armed("when close > 900 do buy GOOG 1 market") == "when.no_symbol");
    CHECK(armed("when GOOG.last > 900 soon do buy GOOG 1 market") == "expression.syntax");
    CHECK(armed("when GOOG.last > 900 for do buy GOOG 1 market") == "when.words");
    CHECK(armed("when GOOG.last > 900 -t 5m do buy GOOG 1 market") == "when.words");
    CHECK(armed("schedule add Eod NYSE:close do buy GOOG 1 market") == "name.malformed");
    const Result<cli::CommandLine> wrong = parse("when GOOG.last > 900 do buy GOOG 1 markt");
    REQUIRE_FALSE(wrong);
    REQUIRE(wrong.error().where);
    CHECK(wrong.error().where->column == 36);
}

TEST_CASE("'>' compares between 'when' and 'do', and nowhere else") {
    CHECK(parse("scan run close > 5").error().code == "syntax.reserved");
    CHECK(parse("when GOOG.last > 900 do scan run close > 5").error().code == "syntax.reserved");
}

TEST_CASE("abbreviations of a prompt are no script") {
    CHECK(parse("when GOOG.last > 900 do sta", cli::Origin::prompt).error().code == "usage.command_unknown");
}

TEST_CASE("a core that does not serve arms nothing and says what to do") {
    DataShell shell(std::nullopt);
    import_three(shell);
    CHECK(shell.run({"when", "UP.last > 900", "do", "buy", "UP", "1", "market"}) == 9);
    CHECK_THAT(shell.client.err, Contains("error[trigger.not_serving]") && Contains("tradesh serve") &&
                                     Contains("systemd") && Contains("arm 'buy UP 1 market'"));
    CHECK(shell.run({"buy", "UP", "1", "market", "--at", "NYSE:close-5m"}) == 9);
    CHECK(shell.run({"schedule", "add", "eod", "15:55", "do", "close", "UP", "all", "market"}) == 2);
    CHECK_THAT(shell.client.err, Contains("--tz America/New_York"));
    CHECK(shell.run({"when", "list"}) == 0);
    CHECK(shell.run({"when", "show", "when-1"}) == 12);
    CHECK(shell.run({"when", "UP.last > 9", "do", "buy", "UP", "1", "market", "--live"}) == 9);
    CHECK_THAT(shell.client.err, Contains("live.not_a_live_profile"));
    CHECK(shell.ask({"status"})["data"]["serving"] == false);
}

TEST_CASE("triggers are armed, listed, shown and taken back") {
    OrderShell desk({"KO"}, true);
    const nlohmann::json armed = desk.ask("when KO.last>900 for 3s until 2h do buy KO 10 limit 901");
    INFO(armed.dump());
    REQUIRE(armed["ok"] == true);
    CHECK(armed["schema"] == "when@1");
    CHECK(armed["data"]["trigger"] == "when-1");
    CHECK(armed["data"]["command"] == "buy KO 10 limit 901");
    CHECK(desk.ask("when KO.last>1 do buy KO 1 market")["messages"][0]["text"].get<std::string>().starts_with(
        "the condition holds already"));
    const nlohmann::json eod = desk.ask("schedule add eod NYSE:close-5m --days mon-fri do close KO all market");
    CHECK(eod["data"]["next"] == "2026-11-20T20:55:00Z");
    CHECK(eod["data"]["waits_for"] == "NYSE:close-5m mon-fri");
    const nlohmann::json later = desk.ask("buy KO 5 market --at NYSE:close-12m");
    INFO(later.dump());
    CHECK(later["data"]["trigger"] == "sched-2");
    CHECK(later["data"]["next"] == "2026-11-20T20:48:00Z");
    CHECK(later["data"]["command"] == "buy KO 5 market");
    CHECK(desk.position("KO") == "0");
    CHECK(desk.ask("when list")["data"].size() == 2);
    CHECK(desk.ask("schedule list")["data"].size() == 2);
    CHECK(desk.ask("schedule rm eod")["data"]["state"] == "cancelled");
    CHECK(desk.run("schedule rm eod") == 9);
    CHECK(desk.ask("when show 1")["data"]["trigger"] == "when-1");
    CHECK(desk.run("when show 7") == 12);
    CHECK(desk.ask("when rm 1")["data"]["state"] == "cancelled");
    CHECK(desk.ask("status")["data"]["triggers"] == "1");
}

TEST_CASE("an exit by time stands armed before its order is sent, and goes when the order is refused") {
    OrderShell desk({"KO"}, true);
    desk.ask("q KO");
    const nlohmann::json placed = desk.ask("buy KO 10 market --exit-after 30m");
    INFO(placed.dump());
    REQUIRE(placed["ok"] == true);
    CHECK(placed["data"]["key"] == "exit-1");
    CHECK(desk.ask("when show exit-1")["data"]["waits_for"] == "30m after the fill of KO, order exit-1");
    CHECK(desk.ask("when show exit-1")["data"]["state"] == "armed");

    CHECK(desk.run("buy KO 10 limit 0.0001 --exit-after 30m") != 0); // off the tick
    CHECK(desk.ask("when show exit-2")["data"]["state"] == "cancelled");
    CHECK(desk.run("sell KO 5 market --exit-after 30m") == 2);
    CHECK_THAT(desk.shell.client.err, Contains("exit.reduces"));
    CHECK(desk.run("buy KO 5 market --exit-after soon") == 2);

    const nlohmann::json bracket = desk.ask("buy KO 5 limit 200 target 400 protect 50 --exit-after 1h --key b");
    INFO(bracket.dump());
    REQUIRE(bracket["ok"] == true);
    CHECK(desk.ask("when show exit-3")["data"]["waits_for"] == "1h after the fill of KO, order b");
    CHECK(bracket["data"]["target"] == "limit 400"); // the venue holds these, with or without a core
    CHECK(bracket["data"]["protect"] == "stop 50");
    CHECK(desk.open_orders() == 2); // the entry has filled
    CHECK(desk.ask("buy KO 5 limit 200 target 400 protect 50 --exit-after 1h --key b")["data"]["replayed"] == true);
    CHECK(desk.ask("when list")["data"].size() == 3); // the second run armed nothing
}

TEST_CASE("a key that reads like the id of another order is a new key, and its order gets its exit") {
    OrderShell desk({"KO"}, true);
    desk.ask("q KO");
    const std::string id = desk.ask("buy KO 10 market")["data"]["order"];
    const std::string short_id = id.substr(id.rfind('-') + 1);
    REQUIRE(desk.ask("order show " + short_id)["data"]["order"] == id);

    const nlohmann::json placed = desk.ask("buy KO 5 market --exit-after 30m --key " + short_id);
    INFO(placed.dump());
    CHECK(placed["data"]["replayed"] == false);
    CHECK(desk.ask("when list")["data"].size() == 1);
}

TEST_CASE("without a core that serves an order with an exit by time is not sent") {
    OrderShell desk({"KO"});
    CHECK(desk.run("buy KO 10 market --exit-after 30m") == 9);
    CHECK_THAT(desk.shell.client.err, Contains("trigger.not_serving"));
    CHECK(desk.position("KO") == "0");
}

TEST_CASE("keys of the core's own orders cannot be typed") {
    OrderShell desk({"KO"}, true);
    desk.ask("q KO");
    CHECK(desk.run("buy KO 1 limit 1 --key exit-1.1") == 2);
    CHECK_THAT(desk.shell.client.err, Contains("order.key_of_core"));
    CHECK(desk.run("buy KO 1 limit 1 key when-3") == 2);
    REQUIRE(desk.run("watchlist add day KO") == 0);
    CHECK(desk.run("close @day all market --key sched-2@2026-11-21") == 2);
    CHECK(desk.run("begin pair --key when-1") == 2);
    CHECK(desk.ask("buy KO 1 limit 1 --key exit-2 --dry-run")["error"]["code"] == "order.key_of_core");
    CHECK(desk.run("buy KO 1 limit 1 --key exit-now") == 0);
    CHECK(desk.run("order modify exit-now limit 2 --key exit-4") == 2);
}
