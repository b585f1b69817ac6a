#include "core/market/zone.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace std::chrono_literals;

namespace {

LocalTime wall(const char* text) { return LocalTime(parse_instant(text).value().time_since_epoch()); }
Instant utc(const char* text) { return parse_instant(text).value(); }

} // namespace

TEST_CASE("wall clocks and UTC agree in summer and winter") {
    const Zone york = Zone::find("America/New_York").value();
    CHECK(york.to_utc(wall("2024-01-02 09:30")).earlier == utc("2024-01-02T14:30:00Z"));
    CHECK(york.to_utc(wall("2024-07-02 09:30")).earlier == utc("2024-07-02T13:30:00Z"));
    CHECK(york.to_local(utc("2024-07-02T13:30:00Z")) == wall("2024-07-02 09:30"));
    CHECK(york.to_utc(wall("2024-07-02 09:30")).kind == ZonedTime::Kind::unique);
    CHECK(york.name() == "America/New_York");
}

TEST_CASE("times around a clock change are told apart") {
    const Zone berlin = Zone::find("Europe/Berlin").value();
    const ZonedTime skipped = berlin.to_utc(wall("2024-03-31 02:30"));
    CHECK(skipped.kind == ZonedTime::Kind::nonexistent);
    CHECK(skipped.earlier == utc("2024-03-31T01:00:00Z"));
    const ZonedTime twice = berlin.to_utc(wall("2024-10-27 02:30"));
    CHECK(twice == ZonedTime{.kind = ZonedTime::Kind::ambiguous,
                             .earlier = utc("2024-10-27T00:30:00Z"),
                             .later = utc("2024-10-27T01:30:00Z")});
}

TEST_CASE("unknown zones are refused") {
    for (const char* name : {"", "Nowhere", "America", "../etc/passwd"}) {
        INFO(name);
        CHECK_FALSE(is_known_zone(name));
        CHECK(Zone::find(name).error().code == "zone.unknown");
    }
    CHECK(is_known_zone("UTC"));
}
