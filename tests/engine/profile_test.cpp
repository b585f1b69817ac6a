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
