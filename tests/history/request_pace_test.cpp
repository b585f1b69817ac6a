#include "core/history/request_pace.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <random>

using namespace tradesh;
using namespace tradesh::history;
using std::chrono::milliseconds;
using std::chrono::seconds;
using venue::Pace;

namespace {

Instant ms(std::int64_t count) { return Instant(milliseconds(count)); }

/// The most requests within any stretch of the window's length.
std::size_t most_within(const std::vector<Instant>& sent, Duration window) {
    std::size_t most = 0;
    for (std::size_t first = 0, last = 0; last < sent.size(); ++last) {
        while (sent[last] - sent[first] >= window) {
            ++first;
        }
        most = std::max(most, last - first + 1);
    }
    return most;
}

} // namespace

TEST_CASE("when the next request may leave") {
    const std::vector<Pace> paces{{.requests = 2, .window = seconds(1)}, {.requests = 3, .window = seconds(10)}};
    struct Row {
        const char* name;
        std::vector<Instant> sent;
        Instant now;
        Instant expected;
    };
    const std::vector<Row> rows{
        {"nothing was sent", {}, ms(0), ms(0)},
        {"one place is free", {ms(0)}, ms(0), ms(0)},
        {"the short window is full", {ms(0), ms(100)}, ms(200), ms(1'010)},
        {"it is free again", {ms(0), ms(100)}, ms(1'010), ms(1'010)},
        {"at the edge the margin is kept", {ms(0), ms(100)}, ms(1'000), ms(1'010)},
        {"the long window is full", {ms(0), ms(2'000), ms(4'000)}, ms(6'000), ms(10'010)},
        {"both are: the later counts", {ms(0), ms(9'500), ms(9'600)}, ms(9'700), ms(10'510)},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        CHECK(next_send(paces, row.sent, row.now) == row.expected);
    }
    CHECK(next_send({}, std::vector{ms(0), ms(0)}, ms(0)) == ms(0));
    CHECK(pace_memory(paces) == seconds(10) + pace_margin);
    CHECK(pace_memory({}) == Duration(0));
}

TEST_CASE("random wishes never break a window, even when each arrives up to the margin late") {
    const std::uint32_t seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 50; ++round) {
        std::vector<Pace> paces;
        for (std::uint32_t i = 0; i < 1 + random() % 3; ++i) {
            paces.push_back({.requests = 1 + random() % 8, .window = milliseconds(20 + random() % 3'000)});
        }
        std::vector<Instant> sent;
        std::vector<Instant> arrived;
        Instant now = ms(0);
        for (int i = 0; i < 300; ++i) {
            now += milliseconds(random() % 4 == 0 ? random() % 1'000 : 0);
            now = next_send(paces, sent, now);
            sent.push_back(now);
            arrived.push_back(now + milliseconds(random() % 10));
        }
        std::ranges::sort(arrived);
        for (const Pace& pace : paces) {
            REQUIRE(most_within(arrived, pace.window) <= pace.requests);
        }
    }
}

TEST_CASE("rows of the log keep their place whatever happens to the time of day") {
    const Duration memory = seconds(10);
    SeenRequests seen;
    SECTION("other processes' rows count by their age") {
        seen.take(std::vector{ms(95'000), ms(99'000)}, ms(100'000), seconds(50), memory);
        CHECK(seen.moments() == std::vector{ms(45'000), ms(49'000)});
        seen.take(std::vector{ms(99'000)}, ms(108'000), seconds(58), memory);
        CHECK(seen.moments() == std::vector{ms(49'000)}); // the other is older than any window
    }
    SECTION("a row from the future counts from when it was first seen, once") {
        seen.take(std::vector{ms(900'000)}, ms(100'000), seconds(50), memory);
        CHECK(seen.moments() == std::vector{ms(50'000)});
        seen.take(std::vector{ms(900'000)}, ms(111'000), seconds(61), memory);
        CHECK(seen.moments() == std::vector{ms(50'000)});
    }
    SECTION("our own stay where they were when the time of day is set back or forward") {
        seen.add(ms(100'000), seconds(50));
        seen.add(ms(100'000), seconds(50));
        seen.take(std::vector{ms(100'000), ms(100'000)}, ms(40'000), seconds(52), memory);
        CHECK(seen.moments() == std::vector{ms(50'000), ms(50'000)});
        seen.add(ms(41'000), seconds(53));
        seen.take({}, ms(900'000), seconds(54), memory); // so late that the log shows none of them
        CHECK(seen.moments() == std::vector{ms(50'000), ms(50'000), ms(53'000)});
        seen.take({}, ms(908'000), seconds(62), memory);
        CHECK(seen.moments() == std::vector{ms(53'000)});
    }
}

TEST_CASE("what a stream of requests takes") {
    const std::vector<Pace> paces{{.requests = 60, .window = std::chrono::minutes(10)}};
    CHECK(steady_time(120, paces, 10, milliseconds(200)) == std::chrono::minutes(20));
    CHECK(steady_time(21, {}, 10, milliseconds(200)) == milliseconds(600));
    CHECK(steady_time(0, paces, 10, milliseconds(200)) == Duration(0));
}
