#include "core/market/bar_completion.hpp"
#include "tests/market/calendar_facts.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace calendar_facts;

namespace {

/// "2024-07-03T17:00" when a bar is complete.
std::string complete(const BarCompletion& completion, Timeframe timeframe, std::string_view open_time) {
    return minute(completion.of(timeframe, utc(open_time)));
}

/// "open/end" of the bar in progress, or "closed".
std::string in_progress(const BarCompletion& completion, Timeframe timeframe, std::string_view now) {
    const std::optional<Slot> slot = completion.in_progress(timeframe, utc(now));
    return slot ? minute(slot->open_time) + "/" + minute(slot->end) : "closed";
}

} // namespace

TEST_CASE("bars of New York are complete when their session says so") {
    const BarCompletion nyse(calendar("NYSE"));
    CHECK(complete(nyse, Timeframe::h1, "2024-01-02T14:30Z") == "2024-01-02T15:30");
    CHECK(complete(nyse, Timeframe::h1, "2024-01-02T20:30Z") == "2024-01-02T21:00"); // the last one is short
    CHECK(complete(nyse, Timeframe::h4, "2024-07-03T13:30Z") == "2024-07-03T17:00"); // a half day
    CHECK(complete(nyse, Timeframe::h4, "2024-07-02T20:00Z") == "2024-07-03T00:00"); // after hours
    CHECK(complete(nyse, Timeframe::h1, "2024-01-02T15:00Z") == "2024-01-02T16:00"); // on no slot
    CHECK(complete(nyse, Timeframe::d1, "2024-01-02") == "2024-01-02T21:00");
    CHECK(complete(nyse, Timeframe::d1, "2024-07-02") == "2024-07-02T20:00"); // summer
    CHECK(complete(nyse, Timeframe::d1, "2024-07-03") == "2024-07-03T17:00");
    CHECK(complete(nyse, Timeframe::d1, "2024-07-04") == "2024-07-05T00:00"); // closed: nothing is known of such a bar
    CHECK(complete(nyse, Timeframe::w1, "2024-07-01") == "2024-07-05T20:00");
    CHECK(complete(nyse, Timeframe::w1, "2024-03-25") == "2024-03-28T20:00"); // Good Friday
    CHECK(complete(nyse, Timeframe::mo1, "2024-06-01") == "2024-06-28T20:00");
}

TEST_CASE("currencies and coins close when their day does") {
    const BarCompletion forex(calendar("FOREX"));
    CHECK(complete(forex, Timeframe::d1, "2024-01-02") == "2024-01-02T22:00");
    CHECK(complete(forex, Timeframe::h4, "2024-01-02T18:00Z") == "2024-01-02T22:00");
    CHECK(complete(forex, Timeframe::w1, "2024-01-01") == "2024-01-05T22:00");
    const BarCompletion crypto(calendar("CRYPTO"));
    CHECK(complete(crypto, Timeframe::d1, "2024-01-06") == "2024-01-07T00:00");
}

TEST_CASE("without a calendar, and beyond its dates, a bar takes its nominal length") {
    const BarCompletion none;
    const BarCompletion nyse(calendar("NYSE"));
    for (const BarCompletion& completion : {none, nyse}) {
        CHECK(complete(completion, Timeframe::h1, "1980-01-02T14:30Z") == "1980-01-02T15:30");
        CHECK(complete(completion, Timeframe::d1, "1980-01-02") == "1980-01-03T00:00");
        CHECK(complete(completion, Timeframe::w1, "1980-01-07") == "1980-01-14T00:00");
        CHECK(complete(completion, Timeframe::mo1, "1980-02-01") == "1980-03-01T00:00");
        CHECK(complete(completion, Timeframe::mo1, "2040-12-01") == "2041-01-01T00:00");
    }
    const std::vector<Instant> opens{utc("2024-01-02"), utc("2024-01-03")};
    CHECK(none.of(Timeframe::d1, opens) == std::vector<Instant>{utc("2024-01-03"), utc("2024-01-04")});
}

TEST_CASE("a bar is in progress while its session lasts") {
    const BarCompletion nyse(calendar("NYSE"));
    CHECK(in_progress(nyse, Timeframe::h1, "2024-01-02T20:45Z") == "2024-01-02T20:30/2024-01-02T21:00");
    CHECK(in_progress(nyse, Timeframe::m1, "2024-01-02T14:30:59Z") == "2024-01-02T14:30/2024-01-02T14:31");
    CHECK(in_progress(nyse, Timeframe::h1, "2024-01-06T15:00Z") == "closed"); // Saturday
    CHECK(in_progress(nyse, Timeframe::d1, "2024-01-02T15:00Z") == "2024-01-02T00:00/2024-01-02T21:00");
    CHECK(in_progress(nyse, Timeframe::d1, "2024-01-02T21:00Z") == "closed");
    CHECK(in_progress(nyse, Timeframe::w1, "2024-01-06T15:00Z") == "closed");
    const BarCompletion none;
    CHECK(in_progress(none, Timeframe::h4, "2024-01-06T15:00Z") == "2024-01-06T12:00/2024-01-06T16:00");
    CHECK(in_progress(none, Timeframe::w1, "2024-01-06T15:00Z") == "2024-01-01T00:00/2024-01-08T00:00");
    CHECK(in_progress(none, Timeframe::mo1, "2024-12-06T15:00Z") == "2024-12-01T00:00/2025-01-01T00:00");
}
