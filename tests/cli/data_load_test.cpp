#include "tests/cli/data_shell.hpp"
#include "tests/support/catch.hpp"

#include <chrono>

using namespace tradesh;
using namespace tradesh::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

Instant day(int year, unsigned month, unsigned date) {
    return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(date));
}

bool has_message(const json& object, const std::string& part) {
    for (const json& message : object["messages"]) {
        if (message["text"].get<std::string>().find(part) != std::string::npos) {
            return true;
        }
    }
    return false;
}

std::int64_t number(const json& value) { return std::stoll(value.get<std::string>()); }

} // namespace

TEST_CASE("a load fetches what is missing, and a second one nothing") {
    DataShell shell;
    const json first = shell.ask({"data", "load", "AAPL", "1d", "--from", "2026-01-01", "--mode", "full"});
    INFO(first.dump());
    REQUIRE(shell.code == 0);
    const json& row = first["data"]["loads"][0];
    CHECK(row["symbol"] == "AAPL");
    CHECK(row["timeframe"] == "1d");
    CHECK(number(row["inserted"]) > 200);
    CHECK(number(row["requests"]) >= 1);
    CHECK(row["failed"] == "0");
    CHECK(has_message(first, "simulated"));

    const std::uint64_t asked = shell.requests();
    const json second = shell.ask({"data", "load", "AAPL", "1d", "--from", "2026-01-01", "--mode", "full"});
    CHECK(shell.code == 0);
    CHECK(second["data"]["loads"][0]["requests"] == "0");
    CHECK(second["data"]["loads"][0]["inserted"] == "0");
    CHECK(has_message(second, "everything was there already"));
    CHECK(shell.requests() == asked);
}

TEST_CASE("symbols come as words and as lists, the timeframe last, each symbol once") {
    DataShell shell;
    const json loaded = shell.ask({"data", "load", "AAPL,MSFT", "NVDA", "AAPL", "1h", "--from", "2026-11-16"});
    INFO(loaded.dump());
    REQUIRE(shell.code == 0);
    REQUIRE(loaded["data"]["loads"].size() == 3);
    CHECK(loaded["data"]["loads"][2]["symbol"] == "NVDA");
    CHECK(loaded["data"]["loads"][2]["timeframe"] == "1h");
}

TEST_CASE("the words of a load are checked before anything happens") {
    DataShell shell;
    CHECK(shell.run({"data", "load", "AAPL,,MSFT"}) == 2);
    CHECK(shell.run({"data", "load", "AAPL", "1h", "-t", "1d"}) == 2);
    CHECK_THAT(shell.client.err, Contains("the timeframe is given twice"));
    CHECK(shell.run({"data", "load", "AAPL", "1h", "1d"}) == 2);
    CHECK(shell.run({"data", "load", "AAPL", "7m"}) == 2); // no symbol of that name is asked for
    CHECK_THAT(shell.client.err, Contains("timeframe"));
    CHECK(shell.run({"data", "load", "AAPL,M$FT", "1h"}) == 2);
    CHECK_THAT(shell.client.err, Contains("  data load 'AAPL,M$FT' 1h\n"
                                          "                  ^^^^\n"));
    CHECK(shell.run({"data", "load", "AAPL", "--mode", "fast"}) == 2);
    CHECK_THAT(shell.client.err, Contains("tail, backfill, full"));
    CHECK(shell.run({"data", "load", "AAPL", "--from", "2026-02-01", "--to", "2026-01-01"}) == 2);
    CHECK_THAT(shell.client.err, Contains("the range ends before it begins"));
    CHECK(shell.run({"data", "show", "AAPL", "--from", "2026-11-01", "--to", "-1d"}) == 12); // 2026-11-19
    CHECK(shell.run({"data", "load", "AAPL", "--exchange", "MARS"}) == 2);
    CHECK_THAT(shell.client.err, Contains("NYSE"));
    CHECK(shell.requests() == 0);
}

TEST_CASE("a plan says what a load would cost, and asks for no bar") {
    DataShell shell;
    const json plan = shell.ask({"data", "load", "AAPL", "MSFT", "--from", "2024-01-01", "--mode", "full", "--plan"});
    INFO(plan.dump());
    REQUIRE(shell.code == 0);
    CHECK(plan["data"]["plans"].size() == 2);
    const json& row = plan["data"]["plans"][0];
    CHECK(number(row["slots"]) == number(row["missing"]) + 1); // today is not over
    CHECK(number(row["requests"]) >= 2);
    CHECK(number(plan["data"]["total"]["requests"]) == number(row["requests"]) * 2);
    CHECK(has_message(plan, "no bar was asked for"));
    CHECK(shell.run({"data", "show", "AAPL"}) == 12);

    shell.ask({"data", "load", "AAPL", "--from", "2024-01-01", "--mode", "full", "--dry-run"});
    CHECK(shell.code == 0);
    CHECK(shell.run({"data", "show", "AAPL"}) == 12);
    CHECK_THAT(shell.client.err, Contains("data load AAPL"));
}

TEST_CASE("an unknown symbol is its own failure, and those beside it are loaded") {
    DataShell shell;
    const json loaded = shell.ask({"data", "load", "AAPL", "WHATISTHIS", "--from", "2026-11-01"});
    INFO(loaded.dump());
    CHECK(shell.code == 7);
    CHECK(loaded["data"]["loads"].size() == 1);
    REQUIRE(loaded["data"]["failed"].size() == 1);
    CHECK(loaded["data"]["failed"][0]["symbol"] == "WHATISTHIS");
    CHECK(loaded["error"]["code"] == "load.partial");
    CHECK_THAT(loaded["error"]["message"].get<std::string>(), Contains("1 of 2 symbols could not be loaded"));

    CHECK(shell.run({"data", "load", "WHATISTHIS"}) == 12);
    CHECK_THAT(shell.client.err, Contains("  data load WHATISTHIS\n"
                                          "            ^^^^^^^^^^\n"));
}

TEST_CASE("a request without an answer is listed, what came stays, and the next load asks for it alone") {
    bool broken = true;
    venue::HistorySimulationOptions options = quick_history();
    options.fault = [&broken](const venue::HistoryRequest& request, std::uint32_t) -> std::optional<Error> {
        const bool hit = request.from <= day(2025, 6, 2) && request.to > day(2025, 6, 2);
        return broken && hit ? std::optional(Error(ErrorKind::rejected, "sim.fault", "no data for you")) : std::nullopt;
    };
    DataShell shell(options);
    const json loaded = shell.ask({"data", "load", "AAPL", "--from", "2022-01-01", "--mode", "full"});
    INFO(loaded.dump());
    REQUIRE(shell.code == 7);
    REQUIRE(loaded["data"]["failed"].size() == 1);
    CHECK_THAT(loaded["data"]["failed"][0]["error"].get<std::string>(), Contains("no data for you"));
    CHECK(loaded["data"]["loads"][0]["failed"] == "1");
    CHECK(number(loaded["data"]["loads"][0]["inserted"]) > 500);
    CHECK(shell.run({"data", "verify", "AAPL"}) == 7);

    broken = false;
    const json again = shell.ask({"data", "load", "AAPL", "--from", "2022-01-01", "--mode", "full"});
    CHECK(shell.code == 0);
    CHECK(number(again["data"]["loads"][0]["requests"]) == 2); // the missing bars, and splits before them
    CHECK(again["data"]["loads"][0]["unchanged"] == "0");
}

TEST_CASE("every symbol failing is the failure of the first one") {
    venue::HistorySimulationOptions options = quick_history();
    options.fault = [](const venue::HistoryRequest&, std::uint32_t) {
        return std::optional(Error(ErrorKind::rejected, "sim.fault", "no data for you"));
    };
    DataShell shell(options);
    CHECK(shell.run({"data", "load", "AAPL", "--from", "2026-11-01"}) == 7);
    CHECK_THAT(shell.client.err, Contains("1 request got no answer"));
}

TEST_CASE("an interrupted load keeps what it saved and says so") {
    DataShell* interrupted = nullptr;
    int answered = 0;
    venue::HistorySimulationOptions options = quick_history();
    options.requests_in_flight_max = 1;
    options.fault = [&](const venue::HistoryRequest&, std::uint32_t) -> std::optional<Error> {
        if (++answered == 3 && interrupted != nullptr) {
            interrupted->loop().post([interrupted] { interrupted->interrupt(); });
        }
        return std::nullopt;
    };
    DataShell shell(options);
    interrupted = &shell;
    CHECK(shell.run({"data", "load", "AAPL", "--from", "2015-01-01", "--mode", "full"}) == 130);
    INFO(shell.client.err);
    CHECK_THAT(shell.client.err, Contains("stopped: ") && Contains(" bars saved"));
    interrupted = nullptr;
    REQUIRE(shell.run({"data", "show", "AAPL", "-n", "1"}) == 0);
    const json rest = shell.ask({"data", "load", "AAPL", "--from", "2015-01-01", "--mode", "full"});
    CHECK(shell.code == 0);
    CHECK(rest["data"]["loads"][0]["unchanged"] == "0");
    CHECK(shell.run({"data", "verify", "AAPL"}) == 0);
}

TEST_CASE("one by one gives the same bars as side by side") {
    DataShell side_by_side;
    DataShell in_order;
    REQUIRE(side_by_side.run({"data", "load", "AAPL", "MSFT", "--from", "2025-01-01", "--mode", "full"}) == 0);
    REQUIRE(in_order.run({"data", "load", "AAPL", "MSFT", "--from", "2025-01-01", "--mode", "full", "--sync"}) == 0);
    REQUIRE(side_by_side.run({"data", "export", "AAPL", "MSFT", "1d"}) == 0);
    REQUIRE(in_order.run({"data", "export", "AAPL", "MSFT", "1d"}) == 0);
    CHECK(side_by_side.client.out == in_order.client.out);
    CHECK(side_by_side.client.out.size() > 10'000);
}

TEST_CASE("a venue without history says what can be done") {
    DataShell shell(std::nullopt);
    CHECK(shell.run({"data", "load", "AAPL"}) == 4);
    CHECK_THAT(shell.client.err, Contains("history.none") && Contains("data import") && Contains("--profile demo"));
    CHECK(shell.run({"data", "heal", "AAPL"}) == 4);
}

TEST_CASE("healing fills the holes inside of what is stored") {
    DataShell shell;
    REQUIRE(shell.run({"data", "load", "AAPL", "--from", "2026-01-01", "--mode", "full"}) == 0);
    shell.make_hole("AAPL", Timeframe::d1, day(2026, 6, 1), day(2026, 6, 6));
    const json sick = shell.ask({"data", "verify", "AAPL"});
    INFO(sick.dump());
    CHECK(shell.code == 7);
    CHECK(sick["data"]["series"][0]["missing"] == "5");
    CHECK(sick["data"]["series"][0]["healthy"] == false);

    const json plan = shell.ask({"data", "heal", "AAPL", "--plan"});
    CHECK(plan["data"]["total"]["requests"] == "1");
    const json healed = shell.ask({"data", "heal", "AAPL"});
    INFO(healed.dump());
    CHECK(shell.code == 0);
    CHECK(healed["data"]["healed"][0]["missing"] == "5");
    CHECK(healed["data"]["healed"][0]["filled"] == "5");
    CHECK(healed["data"]["healed"][0]["left"] == "0");
    CHECK(shell.run({"data", "verify", "AAPL"}) == 0);
    CHECK(shell.run({"data", "heal", "MSFT"}) == 12);
}

TEST_CASE("an imported series is not healed from another source") {
    DataShell shell;
    shell.client.files["k.csv"] = "date,open,high,low,close,volume\n2026-11-02,10,11,9,10,100\n"
                                  "2026-11-03,10,11,9,10,100\n2026-11-06,10,11,9,10,100\n";
    REQUIRE(shell.run({"data", "import", "k.csv", "--symbol", "AAPL", "--exchange", "NASDAQ", "-t", "1d"}) == 0);
    CHECK(shell.run({"data", "heal", "AAPL"}) == 9);
    CHECK_THAT(shell.client.err, Contains("never mix") && Contains("data load AAPL 1d --mode full"));
}

TEST_CASE("the source's traffic is part of the status") {
    DataShell shell;
    shell.run({"data", "load", "AAPL", "--from", "2026-11-01"});
    const json status = shell.ask({"status"});
    CHECK(number(status["data"]["history_requests"]) >= 2);
    CHECK(status["data"]["history_waiting"] == "0");
}
