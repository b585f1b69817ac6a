#include "core/history/settled_answer.hpp"
#include "tests/history/slot_rows.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::history;
using test::bars_at;
using test::hour;
using test::hourly_slots;

namespace {

venue::HistoryRequest request_of(std::int64_t from, std::int64_t to) {
    venue::HistoryRequest request;
    request.timeframe = Timeframe::h1;
    request.from = hour(from);
    request.to = hour(to);
    return request;
}

Result<SettledAnswer> settle(std::vector<Instant> times, std::int64_t complete_before, std::int64_t published = 1'000) {
    const venue::HistoryAnswer answer{.bars = bars_at(times), .complete_before = hour(complete_before)};
    return settle_answer(answer, request_of(2, 8), hourly_slots(2, 8), hour(published));
}

} // namespace

TEST_CASE("a whole answer: its bars, and slots without trades") {
    const SettledAnswer settled = settle({hour(2), hour(3), hour(7)}, 8).value();
    CHECK(settled.bars == bars_at({hour(2), hour(3), hour(7)}));
    CHECK(settled.answered_to == hour(8));
    CHECK(settled.no_trades == 3);
    CHECK_FALSE(settled.rest);
}

TEST_CASE("an answer that was cut short is asked on from there") {
    const SettledAnswer settled = settle({hour(2), hour(3), hour(4)}, 4).value();
    CHECK(settled.bars == bars_at({hour(2), hour(3)})); // what follows the cut may have holes
    CHECK(settled.answered_to == hour(4));
    CHECK(settled.no_trades == 0);
    CHECK(settled.rest == Segment{.from = hour(4), .to = hour(8), .slots = 4, .missing = 4});
}

TEST_CASE("what has not been published is neither stored nor answered for") {
    const SettledAnswer settled = settle({hour(2), hour(3), hour(5), hour(6)}, 8, 6).value();
    CHECK(settled.bars == bars_at({hour(2), hour(3), hour(5)}));
    CHECK(settled.not_final == 1);
    CHECK(settled.answered_to == hour(6));
    CHECK(settled.no_trades == 1);
    CHECK_FALSE(settled.rest);
    const SettledAnswer cut = settle({hour(2)}, 6, 6).value(); // the source says so itself
    CHECK(cut.answered_to == hour(6));
    CHECK_FALSE(cut.rest);
}

TEST_CASE("bars nobody asked for and bars off the calendar are left out and counted") {
    const SettledAnswer settled =
        settle({hour(1), hour(2), hour(2) + std::chrono::minutes(5), hour(7), hour(8), hour(9)}, 8).value();
    CHECK(settled.bars == bars_at({hour(2), hour(7)}));
    CHECK(settled.outside == 3);
    CHECK(settled.off_calendar == 1);
}

TEST_CASE("answers that cannot be trusted are errors") {
    CHECK(settle({hour(3), hour(2)}, 8).error().code == "history.unsorted");
    CHECK_THAT(settle({hour(3), hour(3)}, 8).error().message, Contains("twice"));
    CHECK(settle({}, 2).error().code == "history.no_progress");
    CHECK(settle({hour(2)}, 1).error().code == "history.no_progress");
    CHECK(settle({}, 2, 2).value().answered_to == hour(2)); // nothing was due: no answer needed
}
