#include "tests/cli/data_shell.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <functional>
#include <map>
#include <optional>

using namespace tradesh;
using namespace tradesh::test;
using nlohmann::json;

namespace {

bool has_message(const json& object, const std::string& part) {
    for (const json& message : object["messages"]) {
        if (message["text"].get<std::string>().find(part) != std::string::npos) {
            return true;
        }
    }
    return false;
}

double number(const json& value) { return std::stod(value.get<std::string>()); }

/// Daily bars of some stocks, so that they have a price.
struct Market : DataShell {
    Market() {
        run({"data", "load", "AAPL,MSFT,NVDA", "1d", "--from", "2026-11-01"});
        REQUIRE(code == 0);
    }
};

} // namespace

TEST_CASE("a chain is shown with exact prices, by expiry and strike") {
    Market market;
    const json chain = market.ask({"data", "chain", "AAPL", "--dte", "20..40", "--near", "3", "--greeks"});
    INFO(chain.dump());
    REQUIRE(market.code == 0);
    REQUIRE(chain["data"].size() >= 3 * 2 * 2);
    std::string before;
    for (const json& row : chain["data"]) {
        CHECK(number(row["dte"]) >= 20);
        CHECK(number(row["dte"]) <= 40);
        if (!row["bid"].is_null()) {
            CHECK(Decimal::parse(row["middle"].get<std::string>()).value() * Decimal(2) ==
                  Decimal::parse(row["bid"].get<std::string>()).value() +
                      Decimal::parse(row["ask"].get<std::string>()).value());
        }
        CHECK((row["right"] == "call" || row["right"] == "put"));
        if (!row["iv"].is_null()) {
            CHECK(number(row["iv"]) > 0.05);
            CHECK((number(row["delta"]) > 0) == (row["right"] == "call"));
            CHECK(number(row["vega"]) > 0);
        }
        CHECK(row["expiry"].get<std::string>() >= before);
        before = row["expiry"].get<std::string>();
    }
    CHECK(has_message(chain, "simulated"));
    CHECK(has_message(chain, "rank"));
    CHECK(has_message(chain, "percentile"));
    CHECK(has_message(chain, "a rate of 4 % and a dividend yield of 1 %"));
}

TEST_CASE("a chain is cut to a day, a right and strikes") {
    Market market;
    const json all = market.ask({"data", "chain", "AAPL", "--near", "1"});
    const std::string expiry = all["data"][4]["expiry"];
    const std::string strike = all["data"][4]["strike"];
    const json one = market.ask(
        {"data", "chain", "AAPL", "--expiry", expiry, "--right", "put", "--strikes", strike + ".." + strike});
    INFO(one.dump());
    REQUIRE(one["data"].size() == 1);
    CHECK(one["data"][0]["right"] == "put");
    CHECK(one["data"][0]["strike"] == strike);
    CHECK_FALSE(one["data"][0].contains("delta"));

    CHECK(market.run({"data", "chain", "AAPL", "--strikes", "250..200"}) == 2);
    CHECK(market.run({"data", "chain", "AAPL", "--strikes", "x"}) == 2);
    CHECK(market.run({"data", "chain", "AAPL", "--strikes", ""}) == 2);
    CHECK(market.run({"data", "chain", "AAPL", "--strikes", "60...70"}) == 2);
    CHECK_THAT(market.client.err, Contains("'60...70' is no range of strikes"));
    CHECK(market.ask({"data", "chain", "AAPL", "--expiry", expiry, "--near", "2", "--strikes", strike + ".."})["data"]
              .size() == 4);
    CHECK(market.run({"data", "chain", "AAPL", "--dte", "7", "--expiry", "2026-12-18"}) == 2);
    CHECK(market.run({"data", "chain", "AAPL", "--dte", "45..30"}) == 2);
    CHECK_THAT(market.client.err, Contains("  data chain AAPL --dte 45..30\n"
                                           "                        ^^^^^^\n"));
    CHECK(market.run({"data", "chain", "AAPL", "--dte", "27.5"}) == 2);
    CHECK(market.run({"data", "chain", "AAPL", "--dte", "4000.."}) == 12);
    CHECK(market.run({"data", "chain", "AAPL", "--expiry", "2026-12-25"}) == 12);
    CHECK_THAT(market.client.err, Contains("no option expires on 2026-12-25"));
    CHECK_THAT(market.client.err, Contains("the nearest expiry is 2026-12-24, 34 days ahead"));
    CHECK(market.run({"data", "chain", "AAPL", "--strikes", "..0.01"}) == 12);
    CHECK_THAT(market.client.err, Contains("the nearest strike is "));
    CHECK(market.run({"data", "chain", "NONE"}) == 12);
}

TEST_CASE("spreads keep to every filter that was given, and add up") {
    Market market;
    const json found = market.ask({"scan", "spreads", "AAPL", "--dte", "25..60", "--short-delta", "0.20..0.35",
                                   "--width", "..10", "--kind", "bull-put,bear-call", "-n", "12"});
    INFO(found.dump());
    REQUIRE(market.code == 0);
    REQUIRE(!found["data"].empty());
    CHECK(found["data"].size() <= 12);
    double score_before = 101;
    for (const json& row : found["data"]) {
        CHECK(row["symbol"] == "AAPL");
        CHECK((row["kind"] == "bull-put" || row["kind"] == "bear-call"));
        CHECK(number(row["dte"]) >= 25);
        CHECK(number(row["dte"]) <= 60);
        const double width = std::abs(number(row["long"]) - number(row["short"]));
        CHECK(width <= 10);
        CHECK(number(row["premium"]) + number(row["max_loss"]) == Approx(width));
        CHECK((row["kind"] == "bull-put") == (number(row["long"]) < number(row["short"])));
        CHECK(number(row["score"]) <= score_before);
        score_before = number(row["score"]);
    }
    CHECK(has_message(found, "simulated"));
    CHECK(has_message(found, "contracts match"));
}

TEST_CASE("the counts tell what each step and filter did, the report what the Greeks say") {
    Market market;
    const json found = market.ask({"scan", "spreads", "AAPL", "--dte", "25..60", "--delta", "0.2..0.4", "--counts",
                                   "--report", "-n", "1", "--sort", "probability"});
    INFO(found.dump());
    REQUIRE(market.code == 0);
    CHECK(found["data"]["spreads"].size() == 1);
    REQUIRE(found["data"]["greeks"].size() == 1);
    const json& greeks = found["data"]["greeks"][0];
    CHECK((greeks["delta_band"] == "low" || greeks["delta_band"] == "medium" || greeks["delta_band"] == "high"));
    CHECK(number(greeks["risk_score"]) >= 20);
    CHECK(greeks.contains("quick_score"));
    CHECK(number(greeks["risk"]) == Approx(100 * number(found["data"]["spreads"][0]["max_loss"])));
    std::vector<std::string> steps;
    for (const json& row : found["data"]["counts"]) {
        steps.push_back(row["step"]);
    }
    CHECK(steps == std::vector<std::string>{"quoted on both sides", "dte", "explained by a volatility", "delta",
                                            "spreads that can be entered", "spreads that match"});
}

TEST_CASE("options go before the filters of a preset") {
    Market market;
    const json with = market.ask(
        {"scan", "spreads", "AAPL", "--preset", "moderate", "--iv-percentile", "..", "--dte", "25..90", "--counts"});
    INFO(with.dump());
    REQUIRE(market.code == 0);
    bool has_dte = false;
    for (const json& row : with["data"]["counts"]) {
        has_dte = has_dte || (row["step"] == "dte" && row["range"] == "25..90");
        CHECK(row["step"] != "iv-percentile");
    }
    CHECK(has_dte);
    CHECK(market.run({"scan", "spreads", "AAPL", "--preset", "modrate"}) == 12);
    CHECK_THAT(market.client.err, Contains("did you mean 'moderate'?"));
}

TEST_CASE("an underlying whose volatility is not where it should be has no spreads, and why is said") {
    Market market;
    const json none = market.ask({"scan", "spreads", "AAPL", "--iv-percentile", "..0", "--iv-rank", "100.."});
    INFO(none.dump());
    CHECK(market.code == 0);
    CHECK(none["data"].empty());
    CHECK(has_message(none, "AAPL has no spread that matches: its iv-"));
    CHECK(has_message(none, "without this filter: --iv-"));
    CHECK(has_message(none, "no spread matches: no contract was looked at"));

    const json dear = market.ask({"scan", "spreads", "AAPL", "--dte", "20..60", "--premium", "1000.."});
    CHECK(has_message(dear, "passes --premium 1000.."));
    CHECK(has_message(dear, "each step: --counts"));
    const json late = market.ask({"scan", "spreads", "AAPL", "--dte", "4000.."});
    CHECK(has_message(late, "no option expires within those days; the nearest expiry is 2027-"));
    const json one = market.ask({"scan", "spreads", "AAPL", "-n", "1"});
    CHECK(has_message(one, "the best one is shown"));
}

TEST_CASE("the words of a scan of spreads are checked before anything happens") {
    Market market;
    CHECK(market.run({"scan", "spreads", "AAPL", "--short-delta", "0.4..0.2"}) == 2);
    CHECK_THAT(market.client.err, Contains("  scan spreads AAPL --short-delta 0.4..0.2\n"
                                           "                                  ^^^^^^^^\n"));
    CHECK(market.run({"scan", "spreads", "AAPL", "--pop", "70.."}) == 2);
    CHECK_THAT(market.client.err, Contains("within 0..1"));
    CHECK(market.run({"scan", "spreads", "AAPL", "--kind", "bull-put,condor"}) == 2);
    CHECK_THAT(market.client.err, Contains("bear-call"));
    CHECK(market.run({"scan", "spreads", "AAPL", "--style", "wild"}) == 2);
    CHECK(market.run({"scan", "spreads", "AAPL", "--sort", "luck"}) == 2);
    CHECK(market.run({"scan", "spreads", "AAPL", "-n", "0"}) == 2);
    CHECK(market.run({"scan", "spreads", "AAPL", "-n", "99999999999"}) == 2);
    CHECK_THAT(market.client.err, Contains("up to 1000000000"));
    CHECK(market.run({"scan", "spreads", "A$PL"}) == 2);
    CHECK(market.run({"scan", "spreads", "@none"}) == 12);
}

TEST_CASE("several symbols are ranked together, and one that fails is told of without stopping the others") {
    Market market;
    market.keep(store::SavedKind::watchlist, {"tech", "MSFT,NVDA"});
    const json found = market.ask({"scan", "spreads", "@tech,AAPL,NONE", "--dte", "20..60", "--width", "..10",
                                   "--style", "conservative", "-n", "300"});
    INFO(found["messages"].dump());
    CHECK(market.code == 7);
    std::map<std::string, int> symbols;
    double before = 101;
    for (const json& row : found["data"]) {
        ++symbols[row["symbol"].get<std::string>()];
        CHECK(number(row["score"]) <= before);
        before = number(row["score"]);
    }
    CHECK(symbols.size() == 3);
    CHECK(has_message(found, "NONE"));
    CHECK(market.run({"scan", "spreads", "NONE"}) == 12);
    CHECK(market.run({"scan", "spreads", "NONE,NOTHING"}) == 12);
    CHECK_THAT(market.client.err, Contains("nothing is known of NOTHING"));
}

TEST_CASE("on a profile of its own past volatilities are stored once; elsewhere they are looked at and not kept") {
    Market market;
    const json first = market.ask({"scan", "spreads", "AAPL", "--dte", "30..45"});
    CHECK_FALSE(has_message(first, "were not stored"));
    CHECK(has_message(first, "of 252 days"));
    CHECK(market.stored_volatilities("AAPL") == 252);
    market.ask({"scan", "spreads", "AAPL", "--dte", "30..45"});
    CHECK(market.stored_volatilities("AAPL") == 252);

    DataShell shared(std::nullopt);
    shared.client.files["KO.csv"] = "date,open,high,low,close,volume\n2026-11-18,60,61,59,60.5,100\n"
                                    "2026-11-19,60,61,59,60.5,100\n";
    REQUIRE(shared.run({"data", "import", "KO.csv", "--symbol", "KO", "-t", "1d"}) == 0);
    const json unknown = shared.ask({"data", "chain", "KO", "--near", "1"});
    INFO(unknown.dump());
    CHECK(shared.code == 0);
    CHECK(has_message(unknown, "IV rank and percentile of KO are unknown"));
    const json known = shared.ask({"data", "chain", "KO", "--near", "1", "--exchange", "NYSE"});
    INFO(known.dump());
    CHECK(has_message(known, "of 252 days"));
    CHECK(has_message(known, "past volatilities are simulated and were not stored"));
    CHECK(shared.stored_volatilities("KO") == 0);
}

TEST_CASE("Ctrl-C ends a scan of spreads") {
    DataShell shell;
    std::string symbols = "S0";
    for (int i = 1; i < 3'000; ++i) {
        symbols += ",S" + std::to_string(i);
    }
    int turns = 50; // of the loop, until the scan is under way
    std::function<void()> interrupt = [&] {
        if (--turns == 0) {
            shell.interrupt();
        } else {
            shell.loop().post(interrupt);
        }
    };
    shell.loop().post(interrupt);
    CHECK(shell.run({"scan", "spreads", symbols}) == 130);
    CHECK_THAT(shell.client.err, Contains("symbols were not reached"));
}

TEST_CASE("Ctrl-C reaches a scan whose last spreads are being searched") {
    Market market;
    for (const int turns : {4, 16, 64, 256}) { // far fewer than the search takes
        int left = turns;
        bool over = false;
        std::function<void()> interrupt = [&] {
            if (!over && --left == 0) {
                market.interrupt();
            } else if (!over) {
                market.loop().post(interrupt);
            }
        };
        market.loop().post(interrupt);
        market.run({"scan", "spreads", "AAPL,MSFT,NVDA", "-n", "1"});
        over = true;
        CAPTURE(turns, left, market.client.err);
        CHECK(market.code == (left == 0 ? 130 : 0));
    }
}
