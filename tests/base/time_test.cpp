#include "core/base/time.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace std::chrono_literals;

TEST_CASE("instants survive a round trip through text") {
    for (const char* text : {"2026-11-21T14:30:00Z", "1997-01-02T00:00:00Z", "2026-11-21T14:30:00.5Z",
                             "2026-11-21T14:30:00.123456789Z", "2024-02-29T23:59:59Z"}) {
        CHECK(to_rfc3339(parse_instant(text).value()) == text);
    }
    CHECK(to_rfc3339(parse_instant("2026-11-21").value()) == "2026-11-21T00:00:00Z");
    CHECK(to_rfc3339(parse_instant("2026-11-21 09:05").value()) == "2026-11-21T09:05:00Z");
    CHECK(to_rfc3339(parse_instant("2026-11-21T01:30:00+02:00").value()) == "2026-11-20T23:30:00Z");
}

TEST_CASE("an instant tells whether an offset was written") {
    bool has_offset = true;
    CHECK(parse_instant("2026-11-21 09:05:00", &has_offset));
    CHECK_FALSE(has_offset);
    CHECK(parse_instant("2026-11-21 09:05:00Z", &has_offset));
    CHECK(has_offset);
}

TEST_CASE("dates that do not exist are refused") {
    for (const char* text : {"2023-02-29", "2026-13-01", "2026-11-21T25:00", "2026-11-21T14:60", "21.11.2026", "",
                             "2026", "2026-11-21T14:30:00 ", "2026-11-21 14:30:00+1", "2600-01-01"}) {
        INFO(text);
        CHECK_FALSE(parse_instant(text).has_value());
    }
}

TEST_CASE("durations parse with units only and print the shortest exact spelling") {
    CHECK(parse_duration("250ms").value() == 250ms);
    CHECK(parse_duration("1h30m").value() == 90min);
    CHECK(parse_duration("1d").value() == 24h);
    CHECK(to_text(90min) == "1h30m");
    CHECK(to_text(Duration(0)) == "0s");
    for (const char* text : {"", "5", "s", "1y", "-1s", "1.5h", "99999999999999w"}) {
        INFO(text);
        CHECK_FALSE(parse_duration(text).has_value());
    }
}
