#include "tests/market/calendar_facts.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <functional>
#include <map>

using namespace tradesh;
using namespace calendar_facts;

namespace {

std::map<std::string, std::size_t> counts(const SessionCalendar& calendar, std::string_view from, std::string_view to,
                                          Hours hours) {
    std::map<std::string, std::size_t> counts;
    for (const Timeframe timeframe : timeframes) {
        counts[std::string(name_of(timeframe))] = slots(calendar, timeframe, from, to, hours).size();
    }
    return counts;
}

} // namespace

TEST_CASE("slots of New York are counted from 09:30, and the last may be short") {
    const SessionCalendar nyse = calendar("NYSE");
    CHECK(slots(nyse, Timeframe::h1, "2024-01-02", "2024-01-03") ==
          Lines{"2024-01-02T14:30/15:30", "2024-01-02T15:30/16:30", "2024-01-02T16:30/17:30", "2024-01-02T17:30/18:30",
                "2024-01-02T18:30/19:30", "2024-01-02T19:30/20:30", "2024-01-02T20:30/21:00"});
    CHECK(slots(nyse, Timeframe::h4, "2024-07-02", "2024-07-03") ==
          Lines{"2024-07-02T13:30/17:30", "2024-07-02T17:30/20:00"});
    CHECK(slots(nyse, Timeframe::h4, "2024-07-03", "2024-07-04") == Lines{"2024-07-03T13:30/17:00"});
    CHECK(slots(nyse, Timeframe::h3, "2024-07-04", "2024-07-05").empty());
}

TEST_CASE("a normal day, a half day and days of changed clocks have their number of slots in every timeframe") {
    const SessionCalendar nyse = calendar("NYSE");
    const std::map<std::string, std::size_t> normal{{"1m", 390}, {"5m", 78}, {"15m", 26}, {"30m", 13},
                                                    {"1h", 7},   {"2h", 4},  {"3h", 3},   {"4h", 2},
                                                    {"1d", 1},   {"1w", 0},  {"1M", 0}};
    CHECK(counts(nyse, "2024-07-02", "2024-07-03", Hours::regular) == normal);
    CHECK(counts(nyse, "2024-03-12", "2024-03-13", Hours::regular) == normal);
    CHECK(counts(nyse, "2024-11-05", "2024-11-06", Hours::regular) == normal);
    CHECK(counts(nyse, "2024-07-03", "2024-07-04", Hours::regular) == std::map<std::string, std::size_t>{{"1m", 210},
                                                                                                         {"5m", 42},
                                                                                                         {"15m", 14},
                                                                                                         {"30m", 7},
                                                                                                         {"1h", 4},
                                                                                                         {"2h", 2},
                                                                                                         {"3h", 2},
                                                                                                         {"4h", 1},
                                                                                                         {"1d", 1},
                                                                                                         {"1w", 0},
                                                                                                         {"1M", 0}});
    // A Globex night that began on the Sunday when clocks had changed is as long as any other.
    CHECK(slots(calendar("GLOBEX"), Timeframe::m1, "2024-03-10T12:00Z", "2024-03-11T21:00Z", Hours::all).size() ==
          23 * 60);
    CHECK(slots(calendar("GLOBEX"), Timeframe::m1, "2024-11-03T12:00Z", "2024-11-04T22:00Z", Hours::all).size() ==
          23 * 60);
}

TEST_CASE("wider hours add sessions that keep their own grid") {
    const SessionCalendar nyse = calendar("NYSE");
    CHECK(slots(nyse, Timeframe::h4, "2024-07-02", "2024-07-03", Hours::extended) ==
          Lines{"2024-07-02T08:00/12:00", "2024-07-02T12:00/13:30", "2024-07-02T13:30/17:30", "2024-07-02T17:30/20:00",
                "2024-07-02T20:00/00:00"});
    const SessionCalendar globex = calendar("GLOBEX");
    CHECK(slots(globex, Timeframe::h4, "2024-07-01T22:00Z", "2024-07-02T22:00Z", Hours::extended).size() == 3);
    CHECK(slots(globex, Timeframe::h4, "2024-07-01T22:00Z", "2024-07-02T22:00Z", Hours::all).size() == 7);
}

TEST_CASE("Tokyo counts from each of its two opens") {
    CHECK(slots(calendar("TSE"), Timeframe::h1, "2024-11-05", "2024-11-06") ==
          Lines{"2024-11-05T00:00/01:00", "2024-11-05T01:00/02:00", "2024-11-05T02:00/02:30", "2024-11-05T03:30/04:30",
                "2024-11-05T04:30/05:30", "2024-11-05T05:30/06:30"});
    CHECK(
        slots(calendar("TSE"), Timeframe::h2, "2024-11-01", "2024-11-02") ==
        Lines{"2024-11-01T00:00/02:00", "2024-11-01T02:00/02:30", "2024-11-01T03:30/05:30", "2024-11-01T05:30/06:00"});
}

TEST_CASE("a range cuts by open time, and is half-open") {
    const SessionCalendar nyse = calendar("NYSE");
    CHECK(slots(nyse, Timeframe::h1, "2024-01-02T15:30Z", "2024-01-02T17:30Z") ==
          Lines{"2024-01-02T15:30/16:30", "2024-01-02T16:30/17:30"});
    CHECK(slots(nyse, Timeframe::h1, "2024-01-02T15:31Z", "2024-01-02T16:31Z") == Lines{"2024-01-02T16:30/17:30"});
    CHECK(slots(nyse, Timeframe::h1, "2024-01-02T21:00Z", "2024-01-03T14:30Z").empty());
    CHECK(slots(nyse, Timeframe::h1, "2024-01-02T15:30Z", "2024-01-02T15:30Z").empty());
    CHECK(slots(nyse, Timeframe::h1, "2024-01-03", "2024-01-02").empty());
    // Forex opens the evening before its date, Hong Kong's night a long weekend before.
    CHECK(slots(calendar("FOREX"), Timeframe::h4, "2024-07-07", "2024-07-08T01:00Z") ==
          Lines{"2024-07-07T21:00/01:00"});
    CHECK(slots(calendar("HKFE"), Timeframe::h4, "2024-03-28T09:15Z", "2024-03-28T10:00Z", Hours::all) ==
          Lines{"2024-03-28T09:15/13:15"});
}

TEST_CASE("days, weeks and months are stored under their dates") {
    const SessionCalendar nyse = calendar("NYSE");
    CHECK(slots(nyse, Timeframe::d1, "2024-07-02", "2024-07-06") == Lines{"2024-07-02: 2024-07-02T13:30/20:00",
                                                                          "2024-07-03: 2024-07-03T13:30/17:00",
                                                                          "2024-07-05: 2024-07-05T13:30/20:00"});
    CHECK(slots(nyse, Timeframe::d1, "2024-07-02T00:01Z", "2024-07-03T00:01Z") ==
          Lines{"2024-07-03: 2024-07-03T13:30/17:00"});
    CHECK(slots(nyse, Timeframe::d1, "2024-07-02", "2024-07-03", Hours::extended) ==
          Lines{"2024-07-02: 2024-07-02T08:00/00:00"});
    // The Monday of the second week was a holiday.
    CHECK(slots(nyse, Timeframe::w1, "2024-01-08", "2024-01-22") ==
          Lines{"2024-01-08: 2024-01-08T14:30/21:00", "2024-01-15: 2024-01-16T14:30/21:00"});
    CHECK(slots(nyse, Timeframe::mo1, "2023-12-31", "2024-02-02") ==
          Lines{"2024-01-01: 2024-01-02T14:30/21:00", "2024-02-01: 2024-02-01T14:30/21:00"});
    const Slot january =
        nyse.slots(Timeframe::mo1, utc("2024-01-01"), utc("2024-01-02"), Hours::regular).value().front();
    CHECK(january.end == utc("2024-01-31T21:00Z"));
    // A week of forex begins on the Sunday before its Monday.
    const Slot week =
        calendar("FOREX").slots(Timeframe::w1, utc("2024-07-08"), utc("2024-07-09"), Hours::regular).value().front();
    CHECK(week ==
          Slot{.open_time = utc("2024-07-08"), .begin = utc("2024-07-07T21:00Z"), .end = utc("2024-07-12T21:00Z")});
}

TEST_CASE("a week without a session has no slot") {
    // Golden Week of 2019 closed Tokyo from Saturday to Monday, ten days.
    CHECK(slots(calendar("TSE"), Timeframe::w1, "2019-04-22", "2019-05-12") ==
          Lines{"2019-04-22T00:00/06:00", "2019-05-06: 2019-05-07T00:00/06:00"});
}

TEST_CASE("ten years of minutes join without a gap in time or a slot too many") {
    const SessionCalendar nyse = calendar("NYSE");
    const auto minutes = nyse.slots(Timeframe::m1, utc("2014-01-01"), utc("2024-01-01"), Hours::regular).value();
    const auto days = nyse.slots(Timeframe::d1, utc("2014-01-01"), utc("2024-01-01"), Hours::regular).value();
    Duration open{0};
    for (const Slot& slot : days) {
        open += slot.end - slot.begin;
    }
    CHECK(days.size() == 2'516);
    CHECK(minutes.size() == static_cast<std::size_t>(open / std::chrono::minutes(1)));
    CHECK(std::ranges::is_sorted(minutes, std::ranges::less_equal{}, &Slot::end));
    // Two halves of a range have what the whole has.
    const Instant middle = utc("2019-03-11T15:07Z");
    auto halves = nyse.slots(Timeframe::m1, utc("2014-01-01"), middle, Hours::regular).value();
    const auto second = nyse.slots(Timeframe::m1, middle, utc("2024-01-01"), Hours::regular).value();
    halves.insert(halves.end(), second.begin(), second.end());
    CHECK(halves == minutes);
}
