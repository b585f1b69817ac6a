#include "core/engine/exit_keeper.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::engine;
using namespace std::chrono_literals;

namespace {

const Instant start = Instant(1'800'000'000s);

Fill fill(int quantity, Duration after = 0s) {
    Fill filled;
    filled.quantity = Decimal(quantity);
    filled.price = Decimal(100);
    filled.time = start + after;
    return filled;
}

Quote quote(int bid, int ask) {
    Quote made;
    made.bid = Decimal(bid);
    made.ask = Decimal(ask);
    return made;
}

std::string told(const ExitDecision& decision) {
    return decision.quantity.to_string() + (decision.limit ? " limit " + decision.limit->to_string() : "") +
           (decision.reason.empty() ? "" : ": " + decision.reason) + (decision.over ? " over" : "");
}

} // namespace

TEST_CASE("a target and a protect price of a long position, whichever comes first") {
    const ExitOf exit{.symbol = "GOOG", .target = Decimal(110), .protect = Decimal(95)};
    struct Row {
        int bid;
        std::string decision;
    };
    for (const Row& row :
         {Row{100, "0"}, Row{109, "0"}, Row{96, "0"}, Row{110, "10 limit 110: target 110 reached at 110"},
          Row{120, "10 limit 110: target 110 reached at 120"}, Row{95, "10: protect 95 reached at 95"},
          Row{80, "10: protect 95 reached at 80"}}) {
        const ExitView view{.now = start, .fills = {fill(10)}, .quote = quote(row.bid, row.bid + 50)};
        CHECK(told(decide(exit, view)) == row.decision);
    }
}

TEST_CASE("those of a short position look at the ask") {
    const ExitOf exit{.symbol = "GOOG", .entry_side = Side::sell, .target = Decimal(90), .protect = Decimal(105)};
    const auto at = [&](int ask) {
        return told(decide(exit, {.now = start, .fills = {fill(10)}, .quote = quote(ask - 50, ask)}));
    };
    CHECK(at(100) == "0");
    CHECK(at(90) == "10 limit 90: target 90 reached at 90");
    CHECK(at(106) == "10: protect 105 reached at 106");
}

TEST_CASE("only what is filled and not closed yet is closed") {
    const ExitOf exit{.symbol = "GOOG", .protect = Decimal(95)};
    ExitView view{.now = start, .quote = quote(90, 91)};
    CHECK(told(decide(exit, view)) == "0"); // nothing filled yet
    view.order_ended = true;
    CHECK(told(decide(exit, view)) == "0 over");
    view.fills = {fill(4), fill(3)};
    CHECK(decide(exit, view).quantity == Decimal(7));
    view.closed = 4;
    CHECK(decide(exit, view).quantity == Decimal(3));
    view.closed = 7;
    CHECK(told(decide(exit, view)) == "0 over");
    view.order_ended = false; // it may fill on
    CHECK(told(decide(exit, view)) == "0");
}

TEST_CASE("without a usable quote prices decide nothing") {
    const ExitOf exit{.symbol = "GOOG", .target = Decimal(110), .protect = Decimal(95)};
    ExitView view{.now = start, .fills = {fill(10)}};
    CHECK(told(decide(exit, view)) == "0");
    view.quote = quote(90, 91);
    view.quote->bid.reset();
    CHECK(told(decide(exit, view)) == "0");
}

TEST_CASE("a trailing stop follows the best price and never moves back") {
    const ExitOf exit{.symbol = "GOOG", .trailing = TrailingStop{.distance = Decimal(5), .percent = false}};
    ExitView view{.now = start, .fills = {fill(10)}};
    struct Row {
        int bid;
        int best;
        int closes;
    };
    for (const Row& row : {Row{100, 100, 0}, Row{97, 100, 0}, Row{110, 110, 0}, Row{106, 110, 0}, Row{105, 110, 10}}) {
        view.quote = quote(row.bid, row.bid + 1);
        const ExitDecision decision = decide(exit, view);
        CHECK(decision.best == Decimal(row.best));
        CHECK(decision.quantity == Decimal(row.closes));
        view.best = decision.best;
    }
    CHECK(decide(exit, view).reason == "trail 5, stop 105 reached at 105");

    const ExitOf percent{
        .symbol = "GOOG", .entry_side = Side::sell, .trailing = TrailingStop{.distance = Decimal(2), .percent = true}};
    CHECK(decide(percent, {.now = start, .fills = {fill(1)}, .quote = quote(1, 101), .best = Decimal(100)})
              .quantity.is_zero());
    CHECK(decide(percent, {.now = start, .fills = {fill(1)}, .quote = quote(1, 102), .best = Decimal(100)}).reason ==
          "trail 2pct, stop 102 reached at 102");
}

TEST_CASE("a holding time counts from each fill") {
    const ExitOf exit{.symbol = "GOOG", .holding = 30min};
    ExitView view{.now = start + 29min, .fills = {fill(4), fill(6, 10min)}, .order_ended = true};
    CHECK(told(decide(exit, view)) == "0");
    view.now = start + 30min;
    CHECK(told(decide(exit, view)) == "4: held for 30m");
    view.closed = 4;
    CHECK(told(decide(exit, view)) == "0");
    view.now = start + 3h; // long overdue: a core was away
    CHECK(told(decide(exit, view)) == "6: held for 30m");
    view.closed = 10;
    CHECK(told(decide(exit, view)) == "0 over");
}

TEST_CASE("what others closed is told by the smallest position there has been since") {
    using Of = Movement::Of;
    const auto lost = [](int now, std::vector<Movement> movements) {
        for (Movement& each : movements) {
            each.keeper = each.of == Of::other || !each.keeper.empty() ? each.keeper : "exit-1";
        }
        return closed_by_others("exit-1", Decimal(now), movements).to_string();
    };
    CHECK(lost(5, {{Of::entry, 5}}) == "0");
    CHECK(lost(5, {{Of::entry, 5}, {Of::other, -5}, {Of::other, 5}}) == "5");
    CHECK(lost(6, {{Of::entry, 5}, {Of::other, -3}, {Of::other, 4}}) == "3");
    CHECK(lost(10, {{Of::entry, 5}, {Of::other, 8}, {Of::other, -3}}) == "0"); // theirs are sold first
    CHECK(lost(0, {{Of::entry, 5}, {Of::exit, -5}}) == "0");
    CHECK(lost(2, {{Of::entry, 5}, {Of::exit, -2}, {Of::other, -1}}) == "1");
    CHECK(lost(0, {{Of::entry, 5}}) == "5"); // it bought back what was short
    // Beside another exit: what both keep is never more than there is, and each closing is its own exit's.
    CHECK(lost(3, {{Of::entry, 10}, {Of::entry, 7, "exit-2"}, {Of::other, -14}}) == "10");
    CHECK(lost(3, {{Of::entry, 10, "exit-2"}, {Of::entry, 7}, {Of::other, -14}}) == "4");
    CHECK(lost(23, {{Of::entry, 10, "exit-2"}, {Of::entry, 7}, {Of::other, -14}, {Of::other, 20}}) == "4");
    CHECK(lost(10, {{Of::entry, 10}, {Of::entry, 7, "exit-2"}, {Of::exit, -7, "exit-2"}}) == "0");
}
