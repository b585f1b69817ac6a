#include "core/history/resample.hpp"
#include "tests/history/sample_bars.hpp"

using namespace tradesh;
using namespace tradesh::history;
using namespace tradesh::test;

namespace {

using std::chrono::hours;
using std::chrono::minutes;

SessionCalendar calendar(std::string_view exchange) { return SessionCalendar::find(exchange).value(); }

/// Bars of price 10 and volume 1 in every slot of [from, to).
Bars full(const SessionCalendar& exchange, Timeframe timeframe, std::string_view from, std::string_view to,
          Hours hours) {
    std::vector<Instant> times;
    for (const Slot& slot : exchange.slots(timeframe, at(from), at(to), hours).value()) {
        times.push_back(slot.open_time);
    }
    return bars_at(times);
}

std::vector<std::string> open_times(const Bars& bars) {
    std::vector<std::string> times;
    for (const Instant time : bars.open_time) {
        times.push_back(to_rfc3339(time));
    }
    return times;
}

std::vector<std::string> volumes(const Bars& bars) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < bars.size(); ++i) {
        texts.push_back(bars.volume.at(i).to_string());
    }
    return texts;
}

using Texts = std::vector<std::string>;
using Counts = std::vector<std::size_t>;

} // namespace

TEST_CASE("which timeframes can be made of which") {
    CHECK(can_resample(Timeframe::m1, Timeframe::m5));
    CHECK(can_resample(Timeframe::h1, Timeframe::h3));
    CHECK(can_resample(Timeframe::h1, Timeframe::h4));
    CHECK(can_resample(Timeframe::h4, Timeframe::d1));
    CHECK(can_resample(Timeframe::m30, Timeframe::mo1));
    CHECK(can_resample(Timeframe::d1, Timeframe::w1));
    CHECK(can_resample(Timeframe::d1, Timeframe::mo1));
    CHECK_FALSE(can_resample(Timeframe::h2, Timeframe::h3));
    CHECK_FALSE(can_resample(Timeframe::h3, Timeframe::h4));
    CHECK_FALSE(can_resample(Timeframe::w1, Timeframe::mo1));
    CHECK_FALSE(can_resample(Timeframe::d1, Timeframe::d1));
    CHECK_FALSE(can_resample(Timeframe::d1, Timeframe::h1));
}

TEST_CASE("first open, highest high, lowest low, last close, sum of volumes") {
    const Bars daily = bars_of({bar("2024-01-03", "10 12.5 9 11 100"), bar("2024-01-04", "11 11.25 8 10.75 0.5"),
                                bar("2024-01-08", "10.5 11 10 10.125 7")});
    const Resampled weekly = resample(daily, Timeframe::d1, Timeframe::w1, nullptr, Hours::regular).value();
    REQUIRE(weekly.bars.size() == 2);
    CHECK(weekly.bars.at(0) == bar("2024-01-01", "10 12.5 8 10.75 100.5"));
    CHECK(weekly.bars.at(1) == bar("2024-01-08", "10.5 11 10 10.125 7"));
    CHECK(weekly.absent.empty());
    const Resampled monthly = resample(daily, Timeframe::d1, Timeframe::mo1, nullptr, Hours::regular).value();
    REQUIRE(monthly.bars.size() == 1);
    CHECK(monthly.bars.at(0) == bar("2024-01-01", "10 12.5 8 10.125 107.5"));
}

TEST_CASE("weeks and months with a calendar count the trading dates that have no bar") {
    const SessionCalendar nyse = calendar("NYSE");
    const Bars daily = bars_of({bar("2024-01-03", "10 10 10 10 1"), bar("2024-01-04", "10 10 10 10 1"),
                                bar("2024-01-15", "10 10 10 10 1"), // Martin Luther King's day
                                bar("2024-01-16", "10 10 10 10 1")});
    const Resampled weekly = resample(daily, Timeframe::d1, Timeframe::w1, &nyse, Hours::regular).value();
    CHECK(open_times(weekly.bars) == Texts{"2024-01-01T00:00:00Z", "2024-01-15T00:00:00Z"});
    CHECK(weekly.absent == Counts{2, 3}); // 2 and 5 January; 17 to 19 January
    CHECK(weekly.outside == 1);
    const Resampled monthly = resample(daily, Timeframe::d1, Timeframe::mo1, &nyse, Hours::regular).value();
    CHECK(monthly.absent == Counts{18}); // of 21
}

TEST_CASE("hours of New York open at half past nine on both sides of a clock change; the last one is short") {
    const SessionCalendar nyse = calendar("NYSE");
    const Bars half_hours = full(nyse, Timeframe::m30, "2024-03-08", "2024-03-12", Hours::regular);
    const Resampled hourly = resample(half_hours, Timeframe::m30, Timeframe::h1, &nyse, Hours::regular).value();
    REQUIRE(hourly.bars.size() == 14);
    CHECK(to_rfc3339(hourly.bars.open_time[0]) == "2024-03-08T14:30:00Z");
    CHECK(to_rfc3339(hourly.bars.open_time[6]) == "2024-03-08T20:30:00Z");
    CHECK(to_rfc3339(hourly.bars.open_time[7]) == "2024-03-11T13:30:00Z");
    CHECK(volumes(hourly.bars) == Texts{"2", "2", "2", "2", "2", "2", "1", "2", "2", "2", "2", "2", "2", "1"});
    CHECK(hourly.absent == Counts(14, 0));
    const Resampled four = resample(half_hours, Timeframe::m30, Timeframe::h4, &nyse, Hours::regular).value();
    CHECK(volumes(four.bars) == Texts{"8", "5", "8", "5"});
}

TEST_CASE("a half day is a short day, not one with holes") {
    const SessionCalendar nyse = calendar("NYSE");
    const Bars minutes_of_it = full(nyse, Timeframe::m1, "2024-11-29", "2024-11-30", Hours::regular);
    const Resampled day = resample(minutes_of_it, Timeframe::m1, Timeframe::d1, &nyse, Hours::regular).value();
    CHECK(open_times(day.bars) == Texts{"2024-11-29T00:00:00Z"});
    CHECK(volumes(day.bars) == Texts{"210"});
    CHECK(day.absent == Counts{0});
    CHECK(day.spans == std::vector<TimeSpan>{{.from = parse_instant("2024-11-29T14:30:00Z").value(),
                                              .to = parse_instant("2024-11-29T18:00:00Z").value()}});
}

TEST_CASE("regular hours leave the early and the late bars out, extended hours take them") {
    const SessionCalendar nyse = calendar("NYSE");
    const Bars hourly = full(nyse, Timeframe::h1, "2024-01-03 05:00", "2024-01-04 05:00", Hours::extended);
    const Resampled regular = resample(hourly, Timeframe::h1, Timeframe::d1, &nyse, Hours::regular).value();
    CHECK(volumes(regular.bars) == Texts{"7"});
    CHECK(regular.outside == hourly.size() - 7);
    const Resampled extended = resample(hourly, Timeframe::h1, Timeframe::d1, &nyse, Hours::extended).value();
    CHECK(volumes(extended.bars) == Texts{std::to_string(hourly.size())});
    CHECK(extended.absent == Counts{0});
    CHECK(extended.outside == 0);
}

TEST_CASE("what is there is used, and what is not is counted") {
    const SessionCalendar nyse = calendar("NYSE");
    const std::vector<Instant> times{at("2024-01-03 14:35"), at("2024-01-03 14:50"), at("2024-01-03 16:00"),
                                     at("2024-01-03 23:00")};
    const Resampled hourly = resample(bars_at(times), Timeframe::m5, Timeframe::h1, &nyse, Hours::regular).value();
    CHECK(open_times(hourly.bars) == Texts{"2024-01-03T14:30:00Z", "2024-01-03T15:30:00Z"});
    CHECK(hourly.absent == Counts{10, 11});
    CHECK(hourly.outside == 1);
    const Resampled day = resample(bars_at(times), Timeframe::m5, Timeframe::d1, &nyse, Hours::regular).value();
    CHECK(day.absent == Counts{75}); // of 78, the part of the day that is yet to come included
}

TEST_CASE("two bars within one slot count as one slot") {
    const SessionCalendar nyse = calendar("NYSE");
    const std::vector<Instant> times{at("2024-01-03 14:30"), at("2024-01-03 14:33"), at("2024-01-03 14:37")};
    const Resampled hourly = resample(bars_at(times), Timeframe::m5, Timeframe::h1, &nyse, Hours::regular).value();
    CHECK(volumes(hourly.bars) == Texts{"3"});
    CHECK(hourly.absent == Counts{10});
}

TEST_CASE("Tokyo's lunch break cuts the bars of a time of day, but not the day") {
    const SessionCalendar tokyo = calendar("TSE");
    // 2024-06-03: 09:00-11:30 and 12:30-15:00 in Tokyo. One bar at 12:00 there belongs to neither.
    std::vector<Instant> times;
    for (const Slot& slot : tokyo.slots(Timeframe::m30, at("2024-06-03"), at("2024-06-04"), Hours::regular).value()) {
        times.push_back(slot.open_time);
    }
    REQUIRE(times.size() == 10);
    times.insert(times.begin() + 5, at("2024-06-03 03:00"));
    const Resampled two_hours = resample(bars_at(times), Timeframe::m30, Timeframe::h2, &tokyo, Hours::regular).value();
    CHECK(open_times(two_hours.bars) ==
          Texts{"2024-06-03T00:00:00Z", "2024-06-03T02:00:00Z", "2024-06-03T03:30:00Z", "2024-06-03T05:30:00Z"});
    CHECK(volumes(two_hours.bars) == Texts{"4", "1", "4", "1"});
    CHECK(two_hours.outside == 1);
    const Resampled day = resample(bars_at(times), Timeframe::m30, Timeframe::d1, &tokyo, Hours::regular).value();
    CHECK(volumes(day.bars) == Texts{"10"});
    CHECK(day.absent == Counts{0});
}

TEST_CASE("a day of forex begins at 17:00 in New York the evening before, in winter and in summer") {
    const SessionCalendar forex = calendar("FOREX");
    const std::vector<Instant> winter{at("2024-01-07 22:00"), at("2024-01-08 21:00"), at("2024-01-08 22:00")};
    const Resampled days = resample(bars_at(winter), Timeframe::h1, Timeframe::d1, &forex, Hours::regular).value();
    CHECK(open_times(days.bars) == Texts{"2024-01-08T00:00:00Z", "2024-01-09T00:00:00Z"});
    CHECK(volumes(days.bars) == Texts{"2", "1"});
    const std::vector<Instant> summer{at("2024-07-07 20:00"), at("2024-07-07 21:00"), at("2024-07-08 01:00")};
    const Resampled four = resample(bars_at(summer), Timeframe::h1, Timeframe::h4, &forex, Hours::regular).value();
    CHECK(open_times(four.bars) == Texts{"2024-07-07T21:00:00Z", "2024-07-08T01:00:00Z"});
    CHECK(four.outside == 1); // an hour before the week opens
}

TEST_CASE("crypto days are those of UTC, weekends too") {
    const SessionCalendar crypto = calendar("CRYPTO");
    const Bars hourly = full(crypto, Timeframe::h1, "2024-03-09", "2024-03-11", Hours::regular);
    const Resampled days = resample(hourly, Timeframe::h1, Timeframe::d1, &crypto, Hours::regular).value();
    CHECK(volumes(days.bars) == Texts{"24", "24"});
    CHECK(days.absent == Counts{0, 0});
}

TEST_CASE("a day of GLOBEX with all hours begins the evening before") {
    const SessionCalendar globex = calendar("GLOBEX");
    const Bars half_hours = full(globex, Timeframe::m30, "2024-01-09 22:30", "2024-01-10 22:30", Hours::all);
    const Resampled all = resample(half_hours, Timeframe::m30, Timeframe::d1, &globex, Hours::all).value();
    CHECK(open_times(all.bars) == Texts{"2024-01-10T00:00:00Z"});
    CHECK(all.absent == Counts{0});
    CHECK(all.outside == 0);
    const Resampled regular = resample(half_hours, Timeframe::m30, Timeframe::d1, &globex, Hours::regular).value();
    CHECK(open_times(regular.bars) == Texts{"2024-01-10T00:00:00Z"});
    CHECK(regular.outside > half_hours.size() / 2);
}

TEST_CASE("without bars there is no result") {
    const SessionCalendar nyse = calendar("NYSE");
    CHECK(resample(Bars(), Timeframe::m1, Timeframe::d1, &nyse, Hours::regular).value().bars.empty());
    CHECK(resample(Bars(), Timeframe::d1, Timeframe::w1, nullptr, Hours::regular).value().bars.empty());
}

TEST_CASE("what cannot be made is refused with what can be done") {
    const Bars none;
    CHECK(resample(none, Timeframe::h2, Timeframe::h3, nullptr, Hours::regular).error().code == "resample.timeframe");
    const Error unknown = resample(none, Timeframe::m1, Timeframe::d1, nullptr, Hours::regular).error();
    CHECK(unknown.code == "resample.calendar");
    CHECK_THAT(unknown.hint, Contains("--exchange"));
    const SessionCalendar nyse = calendar("NYSE");
    const std::vector<Instant> long_ago{at("1900-01-02 15:00")};
    const Result<Resampled> before = resample(bars_at(long_ago), Timeframe::h1, Timeframe::d1, &nyse, Hours::regular);
    REQUIRE_FALSE(before);
    CHECK(before.error().code == "calendar.out_of_range");
    const Result<Resampled> dates = resample(bars_at(long_ago), Timeframe::d1, Timeframe::w1, &nyse, Hours::regular);
    REQUIRE_FALSE(dates);
    CHECK(dates.error().code == "calendar.out_of_range");
}

TEST_CASE("volumes that no longer fit are an error") {
    Bars daily = bars_of({bar("2024-01-03", "1 1 1 1 1"), bar("2024-01-04", "1 1 1 1 1")});
    daily.volume.units = {std::int64_t{1} << 62, std::int64_t{1} << 62};
    const Result<Resampled> weekly = resample(daily, Timeframe::d1, Timeframe::w1, nullptr, Hours::regular);
    REQUIRE_FALSE(weekly);
    CHECK(weekly.error().code == "bars.out_of_range");
}
