#include "core/history/resample.hpp"
#include "tests/history/sample_bars.hpp"
#include "tests/store/random_bars.hpp"

#include <random>

using namespace tradesh;
using namespace tradesh::history;
using namespace tradesh::test;

namespace {

struct Stretch {
    std::string_view exchange;
    Hours hours;
    std::string_view from; ///< a week or more with something odd in it
    std::string_view to;
};

/// Sound random bars in the minutes of a calendar, with holes of all sizes; some lie outside the hours.
Bars random_minutes(std::mt19937_64& random, const SessionCalendar& calendar, const Stretch& stretch) {
    const std::vector<Slot> slots = calendar.slots(Timeframe::m1, at(stretch.from), at(stretch.to), Hours::all).value();
    const Bars values = random_bars(random, slots.size(), at(stretch.from), std::chrono::minutes(1));
    std::uniform_int_distribution<std::size_t> hole(1, 400); // a session at most: some minutes of every stretch remain
    std::bernoulli_distribution begins(0.001);
    Bars bars;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        if (begins(random)) {
            i += hole(random);
            continue;
        }
        Bar bar = values.at(i);
        bar.open_time = slots[i].open_time;
        bars.push_back(bar).value();
    }
    return bars;
}

Bars resampled(const Bars& bars, Timeframe from, Timeframe to, const SessionCalendar& calendar, Hours hours) {
    return resample(bars, from, to, &calendar, hours).value().bars;
}

} // namespace

TEST_CASE("by way of hours or not, days come out the same, and so do weeks and months by way of days") {
    const Stretch stretch =
        GENERATE(Stretch{"NYSE", Hours::regular, "2024-03-07", "2024-03-13"},  // clocks forward
                 Stretch{"NYSE", Hours::extended, "2024-11-27", "2024-12-03"}, // half day
                 Stretch{"TSE", Hours::regular, "2024-11-01", "2024-11-08"},   // a longer day from 5th
                 Stretch{"FOREX", Hours::regular, "2024-03-08", "2024-03-13"},
                 Stretch{"FOREX", Hours::all, "2024-10-31", "2024-11-06"}, // clocks back
                 Stretch{"CRYPTO", Hours::regular, "2024-02-27", "2024-03-02"},
                 Stretch{"GLOBEX", Hours::all, "2024-03-07", "2024-03-13"},
                 Stretch{"GLOBEX", Hours::regular, "2024-11-27", "2024-12-03"});
    const auto seed = std::random_device()();
    INFO(stretch.exchange << " from " << stretch.from << ", seed " << seed);
    std::mt19937_64 random(seed);
    const SessionCalendar calendar = SessionCalendar::find(stretch.exchange).value();
    const Bars minutes = random_minutes(random, calendar, stretch);
    const auto make = [&](const Bars& bars, Timeframe from, Timeframe to) {
        return resampled(bars, from, to, calendar, stretch.hours);
    };
    const Bars days = make(minutes, Timeframe::m1, Timeframe::d1);
    CHECK_FALSE(days.empty());
    for (const Timeframe between : {Timeframe::m5, Timeframe::m30, Timeframe::h1, Timeframe::h2, Timeframe::h4}) {
        INFO(name_of(between));
        const Bars steps = make(minutes, Timeframe::m1, between);
        CHECK(same_bars(make(steps, between, Timeframe::d1), days));
        for (const Instant time : steps.open_time) { // a bar lies on a slot of its own timeframe
            const auto slots = calendar.slots(between, time, time + Duration(1), stretch.hours).value();
            REQUIRE(slots.size() == 1);
        }
    }
    for (const Timeframe longer : {Timeframe::w1, Timeframe::mo1}) {
        INFO(name_of(longer));
        CHECK(same_bars(make(days, Timeframe::d1, longer), make(minutes, Timeframe::m1, longer)));
        CHECK(same_bars(resample(days, Timeframe::d1, longer, nullptr, stretch.hours).value().bars,
                        make(days, Timeframe::d1, longer)));
    }
}

TEST_CASE("bars and slots without one add up to the slots of the calendar") {
    const auto seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const Stretch stretch{"NYSE", Hours::regular, "2024-11-25", "2024-12-07"};
    const SessionCalendar calendar = SessionCalendar::find(stretch.exchange).value();
    const Bars minutes = random_minutes(random, calendar, stretch);
    const Resampled result = resample(minutes, Timeframe::m1, Timeframe::h1, &calendar, stretch.hours).value();
    std::size_t used = minutes.size() - result.outside;
    std::size_t slots = 0;
    for (std::size_t i = 0; i < result.bars.size(); ++i) {
        used += result.absent[i];
        const Instant open = result.bars.open_time[i];
        const Slot hour = calendar.slots(Timeframe::h1, open, open + Duration(1), stretch.hours).value().front();
        slots += static_cast<std::size_t>((hour.end - hour.begin) / std::chrono::minutes(1));
    }
    CHECK(used == slots);
}
