#include "core/history/load_range.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::history;

namespace {

/// Day 1000 is today.
Instant day(std::int64_t number) { return Instant(std::chrono::days(number)); }

LoadRequest request_of(LoadMode mode) {
    LoadRequest request;
    request.instrument.symbol = "AAPL";
    request.instrument.exchange = "NASDAQ";
    request.mode = mode;
    return request;
}

RangeFacts facts_with_head(std::int64_t head) {
    RangeFacts facts;
    facts.head = store::SeriesHead{.first = day(head), .asked_at = day(1'000) - std::chrono::hours(1)};
    facts.calendar_from = day(10);
    facts.now = day(1'000);
    return facts;
}

store::SeriesInfo stored(std::int64_t first, std::int64_t last) {
    return {.key = {}, .bars = 1, .first = day(first), .last = day(last)};
}

/// "970 .. 1000"
std::string text_of(const LoadRange& range) {
    const auto count = [](Instant time) {
        return std::chrono::floor<std::chrono::days>(time.time_since_epoch()).count();
    };
    return std::to_string(count(range.from)) + " .. " + std::to_string(count(range.to));
}

} // namespace

TEST_CASE("the ranges of the modes") {
    RangeFacts facts = facts_with_head(100);
    CHECK(text_of(decide_range(request_of(LoadMode::tail), facts)) == "970 .. 1000");
    CHECK(text_of(decide_range(request_of(LoadMode::backfill), facts)) == "100 .. 1000");
    CHECK(text_of(decide_range(request_of(LoadMode::full), facts)) == "100 .. 1000");
    facts.stored = stored(500, 600);
    const LoadRange tail = decide_range(request_of(LoadMode::tail), facts);
    CHECK(tail.from == day(601));
    CHECK(text_of(decide_range(request_of(LoadMode::backfill), facts)) == "100 .. 500");
    CHECK(text_of(decide_range(request_of(LoadMode::full), facts)) == "100 .. 1000");
}

TEST_CASE("stated bounds hold for every mode, and no load reaches into the future") {
    RangeFacts facts = facts_with_head(100);
    facts.stored = stored(500, 600);
    for (const auto& [mode, expected] : std::vector<std::pair<LoadMode, const char*>>{
             {LoadMode::tail, "601 .. 900"}, {LoadMode::backfill, "300 .. 500"}, {LoadMode::full, "300 .. 900"}}) {
        LoadRequest request = request_of(mode);
        request.from = day(300);
        request.to = day(900);
        CHECK(text_of(decide_range(request, facts)) == expected);
    }
    LoadRequest late = request_of(LoadMode::full);
    late.from = day(990);
    late.to = day(2'000);
    CHECK(text_of(decide_range(late, facts)) == "990 .. 1000");
    late.from = day(1'500);
    const LoadRange nothing = decide_range(late, facts);
    CHECK(nothing.from == nothing.to);
}

TEST_CASE("a start before the head or before the calendar is moved, and said") {
    RangeFacts facts = facts_with_head(100);
    LoadRequest request = request_of(LoadMode::full);
    request.from = day(50);
    const LoadRange moved = decide_range(request, facts);
    CHECK(text_of(moved) == "100 .. 1000");
    CHECK(moved.notes == std::vector<std::string>{"the history of AAPL 1d begins on 1970-04-11"});
    facts.calendar_from = day(200);
    CHECK_THAT(decide_range(request, facts).notes.back(), Contains("holidays of NASDAQ are known from 1970-07-20"));
    facts.head->first.reset();
    const LoadRange none = decide_range(request, facts);
    CHECK(none.from == none.to);
    CHECK_THAT(none.notes.front(), Contains("no history"));
}

TEST_CASE("an interrupted tail or backfill is gone on with") {
    RangeFacts facts = facts_with_head(100);
    facts.stored = stored(995, 999);
    facts.unfinished = {.from = day(800), .to = day(999)};
    const LoadRange tail = decide_range(request_of(LoadMode::tail), facts);
    CHECK(text_of(tail) == "800 .. 1000");
    CHECK_THAT(tail.notes.at(0), Contains("interrupted"));
    facts.stored = stored(100, 999);
    facts.unfinished = {.from = day(100), .to = day(700)};
    CHECK(text_of(decide_range(request_of(LoadMode::backfill), facts)) == "100 .. 700");
    LoadRequest bounded = request_of(LoadMode::backfill);
    bounded.from = day(400);
    bounded.to = day(600);
    CHECK(text_of(decide_range(bounded, facts)) == "400 .. 600");
}

TEST_CASE("the head is asked for only where it matters") {
    RangeFacts facts = facts_with_head(100);
    const LoadRequest full = request_of(LoadMode::full);
    CHECK_FALSE(needs_head(full, facts)); // asked an hour ago
    facts.head->asked_at = day(998);
    CHECK(needs_head(full, facts));
    facts.head->asked_at = day(1'001); // the time of day was set back
    CHECK(needs_head(full, facts));
    LoadRequest later = full;
    later.from = day(100);
    CHECK_FALSE(needs_head(later, facts)); // that far it reaches, as we know
    facts.head.reset();
    CHECK(needs_head(later, facts));
    facts.stored = stored(50, 60);
    CHECK_FALSE(needs_head(later, facts)); // a bar is older than what is asked for
    CHECK_FALSE(needs_head(request_of(LoadMode::tail), facts));
    later.from = day(1'000);
    CHECK_FALSE(needs_head(later, facts)); // there is nothing to look at
}
