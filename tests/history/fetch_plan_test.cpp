#include "core/history/fetch_plan.hpp"
#include "tests/history/slot_rows.hpp"
#include "tests/support/catch.hpp"

#include <random>
#include <set>

using namespace tradesh;
using namespace tradesh::history;
using test::hour;
using test::hourly_slots;

namespace {

venue::HistoryLimits limits_of(std::size_t bars_max) {
    venue::HistoryLimits limits;
    limits.bars_per_request_max = bars_max;
    return limits;
}

/// Slots 0.. with a letter each: 'o' stored, 'n' no trades, '.' missing, 'd' delayed.
Coverage coverage_of(std::string_view letters) {
    const std::vector<Slot> slots = hourly_slots(0, static_cast<std::int64_t>(letters.size()));
    std::vector<Instant> stored;
    SeriesKnowledge knowledge;
    knowledge.now =
        hour(static_cast<std::int64_t>(letters.find('d') == letters.npos ? letters.size() : letters.find('d')));
    for (std::size_t i = 0; i < letters.size(); ++i) {
        if (letters[i] == 'o') {
            stored.push_back(slots[i].open_time);
        } else if (letters[i] == 'n') {
            knowledge.answered.push_back({.hours = Hours::regular,
                                          .from = slots[i].open_time,
                                          .to = slots[i].open_time + std::chrono::minutes(1)});
        }
    }
    return compare(slots, stored, knowledge, Hours::regular);
}

/// "0-3 6-9": the hours that each segment asks for, in their order.
std::string text_of(const std::vector<Segment>& segments, std::string_view letters) {
    std::string text;
    for (const Segment& segment : segments) {
        const auto first = std::chrono::floor<std::chrono::hours>(segment.from.time_since_epoch()).count();
        const auto last = first + static_cast<std::int64_t>(segment.slots) - 1;
        text += (text.empty() ? "" : " ") + std::to_string(first) + "-" + std::to_string(last);
        CHECK(segment.from == hour(first));
        CHECK(segment.to ==
              (static_cast<std::size_t>(last) + 1 < letters.size() ? hour(last + 1) : hour(last) + Duration(1)));
    }
    return text;
}

std::string plan(std::string_view letters, LoadMode mode, std::size_t bars_max = 2'000, std::int64_t now = 100'000) {
    const std::vector<Slot> slots = hourly_slots(0, static_cast<std::int64_t>(letters.size()));
    return text_of(plan_segments(coverage_of(letters), slots, Timeframe::h1, mode, limits_of(bars_max), hour(now)),
                   letters);
}

} // namespace

TEST_CASE("which slots each mode fetches, in which order") {
    struct Row {
        const char* slots;
        const char* tail;
        const char* backfill;
        const char* full;
    };
    const std::vector<Row> rows{
        {"..........", "8-9 4-7 0-3", "0-3 4-7 8-9", "0-3 4-7 8-9"},
        {"oooooooooo", "", "", ""},
        {"...oooo...", "7-9", "0-2", "0-2 7-9"},
        {"..oo.oooo.", "9-9", "0-1", "0-1 4-4 9-9"},
        {"nnoooonn..", "8-9", "", "8-9"},
        {"oooo....dd", "4-7", "", "4-7"},
        {"dddddddddd", "", "", ""},
    };
    for (const Row& row : rows) {
        INFO(row.slots);
        CHECK(plan(row.slots, LoadMode::tail, 4) == row.tail);
        CHECK(plan(row.slots, LoadMode::backfill, 4) == row.backfill);
        CHECK(plan(row.slots, LoadMode::full, 4) == row.full);
    }
}

TEST_CASE("a full load begins with the last seven days") {
    // 15 days, all missing, five days a request.
    const std::string letters(15 * 24, '.');
    CHECK(plan(letters, LoadMode::full, 120, 15 * 24) == "120-239 240-359 0-119");
}

TEST_CASE("two holes share a request where less lies between them than is missing, or than a request is worth") {
    CHECK(plan("..o..", LoadMode::full) == "0-4");
    CHECK(plan(".oo.", LoadMode::full, 9) == "0-0 3-3");
    CHECK(plan(".oo.", LoadMode::full, 30) == "0-3"); // two bars again are cheaper than a request
    CHECK(plan("..oo..", LoadMode::full, 9) == "0-5");
    CHECK(plan("...nnoon...", LoadMode::full) == "0-10");
    CHECK(plan("..o..", LoadMode::full, 4) == "0-1 3-4"); // the answer would not hold both
    CHECK(plan("......o.", LoadMode::full, 4) == "0-3 4-7");
}

TEST_CASE("a request is no longer than its timeframe allows") {
    const std::string letters(70 * 24, '.');
    CHECK(plan(letters, LoadMode::full) == "0-719 720-1439 1440-1679");
    CHECK(segment_length_max(Timeframe::m1) == std::chrono::days(1));
    CHECK(segment_length_max(Timeframe::d1) == std::chrono::days(365));
    CHECK(segment_length_max(Timeframe::w1) == std::chrono::days(730));
}

TEST_CASE("any plan asks for every missing slot once, and for no request more than the bounds") {
    const std::uint32_t seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 200; ++round) {
        std::string letters;
        for (std::size_t i = 0; i < 1 + random() % 300; ++i) {
            letters += letters.empty() || random() % 4 == 0 ? "o.n"[random() % 3] : letters.back();
        }
        INFO(letters);
        const std::vector<Slot> slots = hourly_slots(0, static_cast<std::int64_t>(letters.size()));
        const std::size_t bars_max = 1 + random() % 50;
        const std::vector<Segment> segments = plan_segments(coverage_of(letters), slots, Timeframe::h1, LoadMode::full,
                                                            limits_of(bars_max), hour(100'000));
        std::set<Instant> asked;
        for (const Segment& segment : segments) {
            std::size_t missing = 0;
            std::size_t count = 0;
            for (std::size_t i = 0; i < slots.size(); ++i) {
                if (slots[i].open_time >= segment.from && slots[i].open_time < segment.to) {
                    ++count;
                    missing += letters[i] == '.' ? 1 : 0;
                    REQUIRE(asked.insert(slots[i].open_time).second);
                }
            }
            REQUIRE(count == segment.slots);
            REQUIRE(missing == segment.missing);
            REQUIRE(count <= bars_max);
            REQUIRE(count - missing < std::max(missing, bars_max / 10));
        }
        for (std::size_t i = 0; i < slots.size(); ++i) {
            REQUIRE((letters[i] != '.' || asked.contains(slots[i].open_time)));
        }
    }
}

TEST_CASE("a plan has a price: requests, bars and the time they take") {
    venue::HistoryLimits limits;
    limits.requests_in_flight_max = 2;
    limits.usual_latency = std::chrono::milliseconds(500);
    const std::vector<Segment> five(5, Segment{.from = hour(0), .to = hour(10), .slots = 10, .missing = 8});
    CHECK(price_plan(five, limits, {}, hour(1)) ==
          PlanCost{.requests = 5, .bars = 50, .time = std::chrono::milliseconds(1'500)});
    CHECK(price_plan({}, limits, {}, hour(1)) == PlanCost{});
    limits.paces = {{.requests = 3, .window = std::chrono::seconds(10)}};
    CHECK(price_plan(five, limits, {}, hour(1)).time == std::chrono::milliseconds(10'510));
    const std::vector<Instant> before{hour(1) - std::chrono::seconds(4), hour(1) - std::chrono::seconds(4), hour(9)};
    CHECK(price_plan(five, limits, before, hour(1)).time == std::chrono::milliseconds(16'520));
}

TEST_CASE("modes by name") {
    CHECK(parse_load_mode("tail") == LoadMode::tail);
    CHECK(parse_load_mode("full") == LoadMode::full);
    CHECK(parse_load_mode("all").error().kind == ErrorKind::usage);
}
