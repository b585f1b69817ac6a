#include "core/market/time_rule.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace std::chrono_literals;

namespace {

Instant at(std::string_view text) { return parse_instant(text).value(); }

TimeRule rule(std::string time, std::string zone = "", std::string days = "") {
    const Result<TimeRule> parsed = parse_time_rule({std::move(time), std::move(zone), std::move(days)});
    REQUIRE(parsed);
    return *parsed;
}

std::string next(const TimeRule& planned, std::string_view after) {
    const Result<std::optional<Instant>> moment = next_after(planned, at(after));
    REQUIRE(moment);
    return *moment ? to_rfc3339(**moment) : "never";
}

std::string error_of(std::string time, std::string zone = "", std::string days = "") {
    const Result<TimeRule> parsed = parse_time_rule({std::move(time), std::move(zone), std::move(days)});
    return parsed ? "none" : parsed.error().code;
}

} // namespace

TEST_CASE("a time of day comes once on each date, also when clocks change") {
    const TimeRule afternoon = rule("15:55", "America/New_York");
    CHECK(next(afternoon, "2026-11-20T20:54:59Z") == "2026-11-20T20:55:00Z");
    CHECK(next(afternoon, "2026-11-20T20:55:00Z") == "2026-11-21T20:55:00Z");
    CHECK(next(afternoon, "2026-03-07T21:00:00Z") == "2026-03-08T19:55:00Z"); // summer time began that night
    CHECK(next(afternoon, "2026-10-31T20:00:00Z") == "2026-11-01T20:55:00Z"); // and ended

    const TimeRule skipped = rule("02:30", "America/New_York"); // does not exist on 8 March
    CHECK(next(skipped, "2026-03-07T12:00:00Z") == "2026-03-08T07:00:00Z");
    CHECK(next(skipped, "2026-03-08T07:00:00Z") == "2026-03-09T06:30:00Z");

    const TimeRule twice = rule("01:30", "America/New_York"); // twice on 1 November
    CHECK(next(twice, "2026-10-31T12:00:00Z") == "2026-11-01T05:30:00Z");
    CHECK(next(twice, "2026-11-01T05:30:00Z") == "2026-11-02T06:30:00Z");
    CHECK(date_of_occurrence(twice, at("2026-11-02T04:30:00Z")) == "2026-11-01");
}

TEST_CASE("days of the week are those of the zone") {
    const TimeRule workdays = rule("09:00:30", "Asia/Tokyo", "mon-fri");
    CHECK(next(workdays, "2026-11-20T00:00:30Z") == "2026-11-23T00:00:30Z"); // Friday there, then Monday
    CHECK(next(rule("23:00", "UTC", "sat,sun"), "2026-11-20T00:00:00Z") == "2026-11-21T23:00:00Z");
    CHECK(next(rule("23:00", "UTC", "fri-mon"), "2026-11-23T23:00:00Z") == "2026-11-27T23:00:00Z");
}

TEST_CASE("around the open and the close of an exchange, half days and holidays included") {
    const TimeRule before_close = rule("NYSE:close-5m");
    CHECK(next(before_close, "2026-11-25T00:00:00Z") == "2026-11-25T20:55:00Z");
    CHECK(next(before_close, "2026-11-25T20:55:00Z") == "2026-11-27T17:55:00Z"); // Thanksgiving, then 13:00
    CHECK(date_of_occurrence(before_close, at("2026-11-27T17:55:00Z")) == "2026-11-27");
    CHECK(next(rule("NYSE:open+30m"), "2026-11-20T15:00:00Z") == "2026-11-23T15:00:00Z");
    CHECK(next(rule("NYSE:close", "", "fri"), "2026-11-23T00:00:00Z") == "2026-11-27T18:00:00Z");
    CHECK(next(rule("TSE:close-1m"), "2026-11-20T02:30:00Z") == "2026-11-20T06:29:00Z"); // not its lunch break
}

TEST_CASE("one moment comes once") {
    const TimeRule once = rule("2026-11-23T15:55:00-05:00");
    CHECK(next(once, "2026-11-20T00:00:00Z") == "2026-11-23T20:55:00Z");
    CHECK(next(once, "2026-11-23T20:55:00Z") == "never");
    CHECK(next(rule("2026-11-23 15:55", "America/New_York"), "2026-11-20T00:00:00Z") == "2026-11-23T20:55:00Z");
}

TEST_CASE("a time that may mean several things is refused") {
    CHECK(error_of("15:55") == "time.zone_missing");
    CHECK(error_of("2026-11-23 15:55") == "time.zone_missing");
    CHECK(error_of("15:55", "America/Gotham") == "zone.unknown");
    CHECK(error_of("2026-11-01 01:30", "America/New_York") == "time.rule");
    CHECK(error_of("25:00", "UTC") == "time.rule");
    CHECK(error_of("close-5m") == "time.rule");
    CHECK(error_of("NYSE:close-soon") == "time.rule");
    CHECK(error_of("GOTHAM:close-5m") == "calendar.unknown");
    CHECK(error_of("15:55", "UTC", "someday") == "time.days");
    CHECK(error_of("2026-11-23T15:55:00Z", "", "fri") == "time.days");
}
