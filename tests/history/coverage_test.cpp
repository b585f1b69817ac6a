#include "core/history/coverage.hpp"
#include "tests/history/slot_rows.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::history;
using test::hour;
using test::hourly_slots;

namespace {

SeriesKnowledge knowledge_at(std::int64_t now, std::vector<store::AnsweredRange> answered = {}) {
    return {.answered = std::move(answered),
            .head = std::nullopt,
            .now = hour(now),
            .publish_delay = std::chrono::minutes(30)};
}

store::AnsweredRange answered(std::int64_t from, std::int64_t to, Hours hours = Hours::regular) {
    return {.hours = hours, .from = hour(from), .to = hour(to)};
}

/// "ok 2, missing 3"
std::string text_of(const Coverage& coverage) {
    std::string text;
    for (const SlotRun& run : coverage.runs) {
        text += (text.empty() ? "" : ", ") + std::string(name_of(run.state)) + " " + std::to_string(run.slots);
    }
    return text;
}

std::vector<Instant> hours_of(const std::vector<std::int64_t>& numbers) {
    std::vector<Instant> times;
    for (const std::int64_t number : numbers) {
        times.push_back(hour(number));
    }
    return times;
}

} // namespace

TEST_CASE("every slot is stored, answered for, missing or not published yet") {
    struct Row {
        const char* name;
        std::vector<std::int64_t> stored;
        std::vector<store::AnsweredRange> answered;
        std::int64_t now;
        const char* expected;
    };
    const std::vector<Row> rows{
        {"nothing is known", {}, {}, 100, "missing 10"},
        {"all is stored", {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {}, 100, "ok 10"},
        {"a hole", {0, 1, 2, 6, 7, 8, 9}, {}, 100, "ok 3, missing 3, ok 4"},
        {"a hole the source has no bars for", {0, 1, 6, 7, 8, 9}, {answered(0, 10)}, 100, "ok 2, no-trades 4, ok 4"},
        {"answered in part",
         {0, 9},
         {answered(2, 4), answered(6, 7)},
         100,
         "ok 1, missing 1, no-trades 2, missing 2, no-trades 1, missing 2, ok 1"},
        {"the end of an answered stretch is not answered for", {}, {answered(0, 3)}, 100, "no-trades 3, missing 7"},
        {"stretches of several hours together", {}, {answered(0, 4, Hours::all), answered(3, 10)}, 100, "no-trades 10"},
        {"the last slots have not been published", {0}, {}, 9, "ok 1, missing 7, delayed 2"},
        {"a stored bar counts even so", {8, 9}, {}, 9, "missing 8, ok 2"},
        {"answered for before it can have been published", {}, {answered(0, 10)}, 9, "no-trades 8, delayed 2"},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        const Coverage coverage =
            compare(hourly_slots(0, 10), hours_of(row.stored), knowledge_at(row.now, row.answered), Hours::regular);
        CHECK(text_of(coverage) == row.expected);
        CHECK(coverage.off_calendar.empty());
    }
}

TEST_CASE("an answer for fewer hours does not count for more") {
    const std::vector<Slot> slots = hourly_slots(0, 4);
    const SeriesKnowledge knowledge = knowledge_at(100, {answered(0, 4, Hours::extended)});
    CHECK(text_of(compare(slots, {}, knowledge, Hours::regular)) == "no-trades 4");
    CHECK(text_of(compare(slots, {}, knowledge, Hours::extended)) == "no-trades 4");
    CHECK(text_of(compare(slots, {}, knowledge, Hours::all)) == "missing 4");
}

TEST_CASE("slots before the head do not exist, and without any history there are none") {
    SeriesKnowledge knowledge = knowledge_at(100);
    knowledge.head = store::SeriesHead{.first = hour(4), .asked_at = hour(99)};
    CHECK(text_of(compare(hourly_slots(0, 10), {}, knowledge, Hours::regular)) == "missing 6");
    knowledge.head = store::SeriesHead{.first = std::nullopt, .asked_at = hour(99)};
    CHECK(compare(hourly_slots(0, 10), {}, knowledge, Hours::regular).runs.empty());
}

TEST_CASE("a run asks for its slots and no other; bars on no slot are named") {
    std::vector<Slot> slots = hourly_slots(0, 3);
    const std::vector<Slot> later = hourly_slots(20, 22);
    slots.insert(slots.end(), later.begin(), later.end());
    const std::vector<Instant> stored{hour(-1), hour(1), hour(1) + Duration(1), hour(10), hour(30)};
    const Coverage coverage = compare(slots, stored, knowledge_at(100), Hours::regular);
    CHECK(text_of(coverage) == "missing 1, ok 1, missing 3");
    CHECK(coverage.runs[2].from == hour(2));
    CHECK(coverage.runs[2].to == hour(21) + Duration(1));
    CHECK(coverage.off_calendar == std::vector{hour(-1), hour(1) + Duration(1), hour(10), hour(30)});
    CHECK(coverage.count(SlotState::missing) == 4);
    CHECK(coverage.count(SlotState::delayed) == 0);
}

TEST_CASE("NYSE: a hole from Thursday to Tuesday is one run, and a weekend none") {
    const SessionCalendar nyse = SessionCalendar::find("NYSE").value();
    const Instant from = parse_instant("2026-11-02").value(); // a Monday; clocks went back the day before
    const Instant to = parse_instant("2026-11-14").value();
    const std::vector<Slot> slots = nyse.slots(Timeframe::h1, from, to, Hours::regular).value();
    REQUIRE(slots.size() == 70);
    std::vector<Instant> stored;
    for (const Slot& slot : slots) {
        const auto day = std::chrono::floor<std::chrono::days>(slot.open_time);
        if (day < parse_instant("2026-11-05").value() || day > parse_instant("2026-11-10").value()) {
            stored.push_back(slot.open_time);
        }
    }
    SeriesKnowledge knowledge;
    knowledge.now = parse_instant("2026-11-20").value();
    const Coverage coverage = compare(slots, stored, knowledge, Hours::regular);
    CHECK(text_of(coverage) == "ok 21, missing 28, ok 21");
    CHECK(coverage.runs[1].from == parse_instant("2026-11-05T14:30:00Z").value());
    CHECK(coverage.runs[1].to == parse_instant("2026-11-10T20:30:00Z").value() + Duration(1));
}
