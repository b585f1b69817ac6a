#include "core/engine/profile.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::engine;
using namespace std::chrono_literals;

namespace {

Result<Profile> parse(std::string_view name, std::string_view text) { return parse_profile(name, text, "config.toml"); }

} // namespace

TEST_CASE("the profiles paper and demo exist without a file, others do not") {
    const Profile paper = parse("paper", "").value();
    CHECK(paper.venue == "paper");
    CHECK_FALSE(paper.simulated_history);
    const Profile demo = parse("demo", "").value();
    CHECK(demo.venue == "paper");
    CHECK(demo.mode() == "paper");
    CHECK(demo.simulated_history);
    const Result<Profile> other = parse("other", "");
    REQUIRE_FALSE(other);
    CHECK(other.error().code == "profile.unknown");
}

TEST_CASE("a simulated history is configured key by key") {
    const Profile profile = parse("lab", R"(
        [profiles.lab]
        history = "simulated"
        [profiles.lab.history_simulation]
        seed = 7
        latency_ms = 200
        requests_max = 60
        requests_window_s = 600
        in_flight_max = 3
        bars_per_request_max = 1000
        publish_delay_s = 900
        no_trade_pct = 5
        error_pct = 10
        minute_bars_since = "2025-01-02"
        daily_bars_since = "2010-01-04"
    )")
                                .value();
    CHECK(profile.simulated_history);
    const venue::HistorySimulationOptions& options = profile.history_simulation;
    CHECK(options.seed == 7);
    CHECK(options.latency == 200ms);
    CHECK(options.paces == std::vector{venue::Pace{.requests = 60, .window = 600s}});
    CHECK(options.requests_in_flight_max == 3);
    CHECK(options.bars_per_request_max == 1000);
    CHECK(options.publish_delay == 900s);
    CHECK(options.no_trade_share == Approx(0.05));
    CHECK(options.error_share == Approx(0.1));
    CHECK(options.minute_bars_since == parse_instant("2025-01-02"));
    CHECK(options.daily_bars_since == parse_instant("2010-01-04"));
}

TEST_CASE("demo may be tuned or turned off") {
    const Profile tuned = parse("demo", "[profiles.demo.history_simulation]\nlatency_ms = 0").value();
    CHECK(tuned.simulated_history);
    CHECK(tuned.history_simulation.latency == 0ms);
    CHECK_FALSE(parse("demo", "[profiles.demo]\nhistory = \"none\"").value().simulated_history);
}

TEST_CASE("what does not fit a simulated history is an error that names the key") {
    struct Example {
        std::string text;
        std::string says;
    };
    const std::vector<Example> examples{
        {"[profiles.demo]\nhistory = \"tws\"", "profiles.demo.history must be"},
        {"[profiles.demo.history_simulation]\nlatency = 1", "unknown key 'latency'"},
        {"[profiles.demo.history_simulation]\nno_trade_pct = 101", "no_trade_pct must be a whole number from 0 to 100"},
        {"[profiles.demo.history_simulation]\nminute_bars_since = \"soon\"", "minute_bars_since must be a date"},
        {"[profiles.demo]\nhistory_simulation = 1", "must be a table"},
        {"[profiles.demo]\nhistory = \"none\"\n[profiles.demo.history_simulation]\nseed = 1",
         "needs history = \"simulated\""},
    };
    for (const auto& [text, says] : examples) {
        CAPTURE(text);
        const Result<Profile> refused = parse("demo", text);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::config);
        CHECK_THAT(refused.error().message, Contains(says));
    }
}

TEST_CASE("every limit can be set for the profile, and says where") {
    for (const orders::LimitSpec& spec : orders::limit_specs()) {
        const bool is_money = spec.unit == orders::LimitUnit::money;
        const std::string key = orders::name_of(spec.limit, is_money ? Currency("EUR") : Currency());
        const std::string value = spec.unit == orders::LimitUnit::yes_no ? "\"yes\"" : "\"7\"";
        CAPTURE(key);
        const Result<Profile> profile =
            parse("desk", "[profiles.desk]\nrehearse = \"live\"\n[profiles.desk.risk]\n" + key + " = " + value + "\n");
        REQUIRE(profile.has_value());
        CHECK(profile->limits.any_set());
        CHECK(profile->limits.live_rules());
        const std::vector<orders::ScopedLimit> set = profile->limits.set_values(spec.limit);
        REQUIRE(set.size() == 1);
        CHECK(set.front().value.source == "config.toml:4 profiles.desk.risk." + key);
    }
}

TEST_CASE("limits of symbols and accounts, lists of symbols and currency rates") {
    const Profile profile = parse("desk", R"(
        [profiles.desk.risk]
        order_notional_max_usd = "25000"
        open_orders_max = 20
        short_selling = false
        restricted_symbols = ["GME", "amc"]
        allowed_symbols = ["GOOG"]
        [profiles.desk.risk.symbols.GOOG]
        order_quantity_max = 100
        [profiles.desk.risk.accounts.DU12]
        open_orders_max = 5
        [rates]
        base = "USD"
        EUR = { date = "2026-11-20", rate = "1.0842" }
    )")
                                .value();
    using orders::Limit;
    CHECK(profile.limits.find(Limit::order_quantity_max, "", "GOOG")->number == Decimal(100));
    CHECK_FALSE(profile.limits.find(Limit::order_quantity_max, "", "AAPL").has_value());
    CHECK(profile.limits.find(Limit::open_orders_max, "DU12")->number == Decimal(5));
    CHECK(profile.limits.find(Limit::open_orders_max, "DU13")->number == Decimal(20));
    CHECK(profile.limits.find(Limit::short_selling, "")->number == Decimal(0));
    CHECK(profile.limits.restricted_symbols.contains("AMC"));
    CHECK(profile.limits.allowed_symbols->contains("GOOG"));
    const Money euro{.amount = 1, .currency = Currency("EUR")};
    const auto day = std::chrono::floor<std::chrono::days>(parse_instant("2026-11-21").value());
    CHECK(profile.rates.convert(euro, Currency("USD"), day, std::chrono::days(1))->amount == Decimal::of(10842, 4));
}

TEST_CASE("a limit that cannot be is an error that names file, line and cure") {
    struct Example {
        std::string text;
        std::string says;
    };
    const std::string head = "[profiles.desk]\nrehearse = \"live\"\n[profiles.desk.risk]\n";
    const std::vector<Example> examples{
        {head + "order_notional_max = \"1\"", "unknown key 'order_notional_max'"},
        {head + "open_order_max = 1", "unknown key 'open_order_max' in [profiles.desk.risk]"},
        {head + "order_quantity_max = \"none\"", "cannot be 'none' under the rules of live trading"},
        {head + "halt_on_mismatch = false", "cannot be 'no' under the rules of live trading"},
        {head + "price_band_pct = 2.5", "must be a number in quotes"},
        {head + "order_quantity_max = -5", "order_quantity_max cannot be '-5'"},
        {head + "restricted_symbols = \"GME\"", "must be a list of symbols"},
        {head + "symbols = 3", "must be a table of tables"},
        {head + "[profiles.desk.risk.symbols.GOOG]\nopen_orders_max = 3", "cannot be set for one symbol"},
        {"[profiles.desk]\nrisk = 1", "must be a table"},
        {"[profiles.desk]\n[rates]\nEUR = 1.08", "must be the rate of a currency"},
        {"[profiles.desk]\n[rates]\nEUR = { date = \"soon\", rate = \"1\" }", "must be a date and a number"},
    };
    for (const auto& [text, says] : examples) {
        CAPTURE(text);
        const Result<Profile> refused = parse("desk", text);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::config);
        CHECK_THAT(refused.error().message, Contains(says));
        CHECK_THAT(refused.error().subject, Contains("config.toml:"));
    }
}
