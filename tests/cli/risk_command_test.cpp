#include "tests/cli/data_shell.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::test;
using nlohmann::json;
using orders::Limit;

namespace {

/// A paper account that knows GOOG.
struct RiskShell : DataShell {
    explicit RiskShell(const std::function<void(engine::Profile&)>& change_profile = {})
        : DataShell(quick_history(), change_profile) {
        run({"data", "load", "GOOG", "1d", "--from", "2026-11-02", "--mode", "full"});
    }
    std::string state() {
        for (const json& each : all({"risk", "show"})) {
            if (each.contains("state") && each.at("state").is_string()) {
                return each.at("state").get<std::string>();
            }
        }
        return "";
    }
    /// Every object within the data that a command printed.
    std::vector<json> all(std::vector<std::string> words) {
        std::vector<json> objects;
        const json printed = ask(std::move(words));
        collect(printed, objects);
        return objects;
    }

private:
    static void collect(const json& part, std::vector<json>& objects) {
        if (part.is_object()) {
            objects.push_back(part);
        }
        if (part.is_structured()) {
            for (const json& inner : part) {
                collect(inner, objects);
            }
        }
    }
};

void rehearse_live(engine::Profile& profile) {
    profile.rehearse = true;
    profile.limits = orders::RiskLimits(true);
    profile.limits.set(Limit::order_quantity_max, {}, {.number = 50, .currency = {}, .source = "config.toml:4"});
}

} // namespace

TEST_CASE("risk show tells the state and every limit with where it was set") {
    RiskShell shell;
    CHECK(shell.run({"risk", "show"}) == 0);
    CHECK_THAT(shell.client.out, Contains("ACTIVE"));
    for (const orders::LimitSpec& spec : orders::limit_specs()) {
        CHECK_THAT(shell.client.out, Contains(std::string(spec.name)));
    }
    CHECK_THAT(shell.client.out, Contains("default"));
}

TEST_CASE("a halt refuses orders with exit 9 until it is resumed with a reason") {
    RiskShell shell;
    CHECK(shell.run({"risk", "halt", "feed", "looks", "wrong"}) == 0);
    CHECK(shell.state() == "HALTED");
    CHECK(shell.run({"buy", "GOOG", "1", "market"}) == 9);
    CHECK_THAT(shell.client.err, Contains("feed looks wrong") && Contains("risk resume"));
    CHECK(shell.run({"risk", "resume"}) == 2);
    CHECK(shell.run({"risk", "resume", ""}) == 2);
    CHECK(shell.run({"risk", "resume", " ", "\t"}) == 2);
    CHECK_THAT(shell.client.err, Contains("no visible character"));
    CHECK(shell.state() == "HALTED");
    CHECK(shell.run({"risk", "resume", "feed", "is", "back"}) == 0);
    CHECK(shell.state() == "ACTIVE");
    CHECK(shell.run({"buy", "GOOG", "1", "market"}) == 0);
}

TEST_CASE("panic withdraws what is open, says what is held, and closes it when asked") {
    RiskShell shell;
    REQUIRE(shell.run({"buy", "GOOG", "3", "market"}) == 0);
    REQUIRE(shell.run({"buy", "GOOG", "1", "limit", "1"}) == 0);
    CHECK(shell.run({"panic", "--dry-run"}) == 0);
    CHECK(shell.state() == "ACTIVE");
    CHECK(shell.run({"panic"}) == 0);
    CHECK_THAT(shell.client.err, Contains("still held: GOOG 3") && Contains("panic --flatten"));
    CHECK_THAT(shell.client.out, Contains("cancelled"));
    CHECK(shell.state() == "HALTED");
    CHECK(shell.run({"close", "GOOG", "all", "market"}) == 9);
    CHECK_THAT(shell.client.err, Contains("held without protection: GOOG 3") && Contains("panic --flatten"));
    CHECK(shell.run({"panic", "--flatten"}) == 0);
    CHECK_THAT(shell.client.out, Contains("filled"));
    shell.run({"panic"});
    CHECK_THAT(shell.client.err, Contains("no position is held"));
}

TEST_CASE("a limit is set by name and value; a refusal leaves the key free") {
    RiskShell shell;
    CHECK(shell.run({"risk", "set", "order_quantity_max", "5", "first", "day"}) == 0);
    CHECK(shell.run({"buy", "GOOG", "6", "market", "--key", "k1"}) == 9);
    CHECK_THAT(shell.client.err, Contains("order_quantity 6 is over the limit 5") && Contains("first day"));
    CHECK(shell.run({"buy", "GOOG", "5", "market", "--key", "k1"}) == 0);
    CHECK(shell.run({"risk", "set", "order_quantity_max", "7", "--symbol", "GOOG"}) == 0);
    CHECK(shell.run({"buy", "GOOG", "6", "market"}) == 9); // a scope tightens and never loosens
    CHECK(shell.run({"risk", "set", "order_quantity_max", "none"}) == 0);
    CHECK(shell.run({"buy", "GOOG", "7", "market"}) == 0);
    CHECK(shell.run({"risk", "set", "order_quantty_max", "7"}) == 2);
    CHECK_THAT(shell.client.err, Contains("order_quantity_max"));
    CHECK(shell.run({"risk", "set", "order_notional_max", "7"}) == 2);
    CHECK(shell.run({"risk", "set", "open_orders_max", "many"}) == 2);
    CHECK(shell.run({"risk", "set", "open_orders_max", "7", "--symbol", "GOOG"}) == 2);
}

TEST_CASE("limits of one name in two currencies hold side by side, and one without a rate says what it stops") {
    RiskShell shell;
    json set = shell.ask({"risk", "set", "order_notional_max_eur", "5"});
    CHECK(set["data"]["before"] == "none");
    CHECK_THAT(set["messages"].dump(),
               Contains("orders in USD are refused until they can be compared: there is no rate of "
                        "EUR in USD for 2026-11-20") &&
                   Contains("EUR,2026-11-20,RATE"));
    CHECK(shell.run({"buy", "GOOG", "1", "market"}) == 9);
    CHECK_THAT(shell.client.err, Contains("EUR,2026-11-20,RATE"));
    set = shell.ask({"risk", "set", "order_notional_max_usd", "50000"});
    CHECK(set["data"]["before"] == "none");
    CHECK_THAT(set["messages"].dump(), Contains("order_notional_max_eur holds beside it: 5 EUR"));
    set = shell.ask({"risk", "set", "order_notional_max_usd", "none"});
    CHECK(set["data"]["before"].get<std::string>().starts_with("50000 USD"));
    CHECK_THAT(set["messages"].dump(), Contains("order_notional_max_eur holds beside it: 5 EUR"));
    CHECK(shell.run({"risk", "set", "order_notional_max_eur", "none"}) == 0);
    CHECK(shell.run({"buy", "GOOG", "1", "market"}) == 0);
}

TEST_CASE("a stop that the market has passed, an offset in an unknown unit and a key of blanks go nowhere") {
    RiskShell shell;
    CHECK(shell.run({"buy", "GOOG", "1sh", "stop", "1"}) == 9);
    CHECK_THAT(shell.client.err, Contains("the buy stop at 1 is not above") && Contains("at once"));
    CHECK(shell.run({"buy", "GOOG", "1sh", "limit", "mid-5bps"}) == 2);
    CHECK_THAT(shell.client.err, Contains("'BPS' is no unit of an offset") && Contains("mid-5bps") && Contains("^"));
    CHECK(shell.run({"buy", "GOOG", "1sh", "limit", "mid-0.05USD", "--key", "u"}) == 0);
    for (const std::string& key : std::vector<std::string>{" ", "\t", "a\n", "k4x9-1-1", std::string(300, 'x')}) {
        CHECK(shell.run({"buy", "GOOG", "1sh", "market", "--key", key}) == 2);
        CHECK_THAT(shell.client.err, !Contains("xxxxx"));
    }
}

TEST_CASE("a live change of a quantity needs its unit, as a live order does") {
    RiskShell shell(rehearse_live);
    REQUIRE(shell.run({"buy", "GOOG", "2sh", "limit", "bid-1pct", "--key", "a", "--live"}) == 0);
    CHECK(shell.run({"order", "modify", "a", "quantity", "3", "--key", "b", "--live"}) == 9);
    CHECK_THAT(shell.client.err, Contains("needs its unit"));
    CHECK(shell.run({"order", "modify", "a", "quantity", "60sh", "--key", "b", "--live"}) == 9);
    CHECK_THAT(shell.client.err, Contains("the change was not sent") && !Contains("the order was not sent"));
    CHECK(shell.run({"order", "modify", "a", "quantity", "3sh", "--key", "b", "--live"}) == 0);
}

TEST_CASE("a limit for a symbol or an account that does not exist is refused: it would guard nothing") {
    RiskShell shell;
    CHECK(shell.run({"risk", "set", "order_quantity_max", "7", "--symbol", "GOGO"}) == 12);
    CHECK_THAT(shell.client.err, Contains("GOOG"));
    CHECK(shell.run({"risk", "set", "order_quantity_max", "7", "--account", "XX"}) == 12);
    CHECK(shell.run({"risk", "show"}) == 0);
    CHECK_THAT(shell.client.out, !Contains("GOGO") && !Contains("XX"));
}

TEST_CASE("risk show says where the lists of symbols were set") {
    RiskShell shell([](engine::Profile& profile) {
        profile.limits.restricted_symbols.emplace("GME", "config.toml:9");
        profile.limits.allowed_symbols.emplace({std::string("GOOG"), std::string("KO")});
        profile.limits.allowed_symbols_source = "config.toml:10";
    });
    CHECK(shell.run({"risk", "show"}) == 0);
    CHECK_THAT(shell.client.err, Contains("never traded: GME (config.toml:9)"));
    CHECK_THAT(shell.client.err, Contains("nothing is traded but: GOOG, KO (config.toml:10)"));
}

TEST_CASE("a second purchase does not meet the target of the first, far above the market") {
    RiskShell shell(rehearse_live);
    REQUIRE(shell.run(
                {"buy", "GOOG", "2sh", "market", "target", "+3pct", "protect", "-3pct", "--key", "a", "--live"}) == 0);
    CHECK(shell.run({"buy", "GOOG", "1sh", "market", "--key", "b", "--live"}) == 0);
    CHECK_THAT(shell.client.err, !Contains("trade against our own"));
}

TEST_CASE("under the rules of live trading a limit is loosened on purpose, and never away") {
    RiskShell shell(rehearse_live);
    CHECK(shell.run({"risk", "set", "order_quantity_max", "40"}) == 0);
    CHECK(shell.run({"risk", "set", "order_quantity_max", "41"}) == 9);
    CHECK_THAT(shell.client.err, Contains("--yes"));
    CHECK(shell.run({"risk", "set", "order_quantity_max", "41", "--yes"}) == 9); // without a reason
    CHECK(shell.run({"risk", "set", "order_quantity_max", "41", " ", "--yes"}) == 2);
    CHECK(shell.run({"risk", "set", "order_quantity_max", "41", "agreed"}) == 9);
    CHECK(shell.run({"risk", "set", "order_quantity_max", "41", "agreed", "--dry-run"}) == 9);
    CHECK(shell.run({"risk", "set", "order_quantity_max", "41", "agreed", "--yes"}) == 0);
    CHECK(shell.run({"risk", "set", "order_quantity_max", "39"}) == 0); // tighter needs neither
    CHECK(shell.run({"risk", "set", "order_quantity_max", "none", "--yes"}) == 9);
    CHECK(shell.run({"risk", "set", "halt_on_mismatch", "no", "--yes"}) == 9);
}

TEST_CASE("a rehearsal makes all sixteen checks, also after a denial, and sends nothing") {
    RiskShell shell(rehearse_live);
    CHECK(shell.run({"buy", "GOOG", "51sh", "limit", "1", "--key", "k", "--live", "--dry-run"}) == 9);
    for (const std::string& name :
         std::vector<std::string>{"form", "trading_state", "duplicate", "instrument", "session", "reference_price",
                                  "price_collar", "order_size", "position", "short_selling", "self_match",
                                  "open_orders", "order_rate", "day_loss", "buying_power", "concentration"}) {
        CHECK_THAT(shell.client.out, Contains(name));
    }
    CHECK_THAT(shell.client.out, Contains("config.toml:4"));
    CHECK_THAT(shell.client.err, Contains("it would be refused") && Contains("error[risk.price_distance]"));
    CHECK(shell.run({"buy", "GOOG", "51sh", "limit", "1", "--key", "k", "--live"}) == 9); // as foretold
    CHECK_THAT(shell.client.err, Contains("error[risk.price_distance]"));
    CHECK(shell.run({"orders"}) == 0);
    CHECK_THAT(shell.client.out, !Contains("GOOG"));
}

TEST_CASE("a halt says what it leaves without protection") {
    RiskShell shell;
    REQUIRE(shell.run({"buy", "GOOG", "3", "market", "protect", "1"}) == 0);
    CHECK(shell.run({"risk", "halt"}) == 0);
    CHECK_THAT(shell.client.err, Contains("still held: GOOG 3, without protection") && Contains("panic --flatten"));
    CHECK(shell.run({"risk", "show"}) == 0);
    CHECK_THAT(shell.client.err, Contains("held without protection") && Contains("GOOG 3"));
    CHECK(shell.run({"buy", "GOOG", "1", "market"}) == 9);
    CHECK_THAT(shell.client.err, !Contains("panic --flatten"));
    REQUIRE(shell.run({"panic", "--flatten"}) == 0);
    REQUIRE(shell.run({"risk", "show"}) == 0);
    CHECK_THAT(shell.client.err, !Contains("without protection"));
}
