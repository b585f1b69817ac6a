#include "core/engine/quote_condition.hpp"
#include "core/engine/trigger.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_loop.hpp"

using namespace tradesh;
using namespace tradesh::engine;
using namespace std::chrono_literals;
using expression::Truth;

namespace {

Truth holds(std::string_view text, Quote quote) {
    const Result<Condition> condition = parse_condition(text);
    REQUIRE(condition);
    REQUIRE(condition->quotes);
    return truth_of(*condition->quotes, quote);
}

Quote quote(int bid, int ask, int last) {
    Quote made;
    made.bid = Decimal(bid);
    made.ask = Decimal(ask);
    made.last = Decimal(last);
    return made;
}

std::string error_of(std::string_view text) {
    const Result<Condition> condition = parse_condition(text);
    return condition ? "none" : condition.error().code;
}

} // namespace

TEST_CASE("a condition over quotes") {
    const Quote now = quote(699, 701, 703);
    CHECK(holds("GOOG.last > 700", now) == Truth::yes);
    CHECK(holds("goog.LAST > 703", now) == Truth::no);
    CHECK(holds("GOOG.bid >= 699 and GOOG.ask < 702", now) == Truth::yes);
    CHECK(holds("GOOG.mid == 700", now) == Truth::yes);
    CHECK(holds("GOOG.ask-GOOG.bid < 1.5 or not GOOG.last/GOOG.bid > 1", now) == Truth::no);
    CHECK(holds("abs(GOOG.last - 700) <= 3", now) == Truth::yes);
    CHECK(parse_condition("EUR.USD.bid > 1.10")->symbol == "EUR.USD");
    CHECK(parse_condition("\"XLM/USDC\".ask < 0.5")->symbol == "XLM/USDC");
}

TEST_CASE("what a quote does not tell is unknown, and unknown is not true") {
    Quote without_bid = quote(1, 701, 703);
    without_bid.bid.reset();
    CHECK(holds("GOOG.bid > 0", without_bid) == Truth::unknown);
    CHECK(holds("GOOG.mid > 0", without_bid) == Truth::unknown);
    CHECK(holds("GOOG.last > 700 or GOOG.bid > 0", without_bid) == Truth::yes);
}

TEST_CASE("a condition over bars names its symbol first") {
    const Result<Condition> condition = parse_condition("GOOG: close > ema(20) and rsi(14) < 30");
    REQUIRE(condition);
    CHECK_FALSE(condition->quotes);
    CHECK(condition->symbol == "GOOG");
    CHECK(condition->bars == "close > ema(20) and rsi(14) < 30");
}

TEST_CASE("what is neither is refused at its place") {
    CHECK(error_of("close > 900") == "when.no_symbol");
    CHECK(error_of("GOOG.lst > 900") == "when.unknown_field");
    CHECK(error_of("GOOG.last > GOOG.bd + 1.5") == "when.unknown_field");
    CHECK_THAT(parse_condition("GOOG.lst > 900").error().hint, Contains("did you mean 'last'?"));
    CHECK(error_of("GOOG.last > KO.last") == "when.two_symbols");
    CHECK(error_of("GOOG.last > close") == "when.mixed");
    CHECK(error_of("GOOG.last > sma(GOOG.last, 20)") == "when.mixed");
    CHECK(error_of("GOOG: close > GOOG.last") == "when.mixed");
    CHECK(error_of("GOOG.last + 1") == "expression.type");
    CHECK(error_of("GOOG.last >") == "expression.syntax");
    const Result<Condition> wrong = parse_condition("GOOG.last > foo(3)");
    REQUIRE_FALSE(wrong);
    REQUIRE(wrong.error().where);
    CHECK(wrong.error().where->column == 13);
    CHECK(wrong.error().where->text == "GOOG.last > foo(3)");
}

TEST_CASE("a stale, delayed or frozen quote decides nothing") {
    test::VirtualClock clock;
    Quote now = quote(1, 2, 3);
    now.received_elapsed = clock.elapsed();
    CHECK(is_fresh(now, clock));
    for (const QuoteKind kind : {QuoteKind::delayed, QuoteKind::frozen}) {
        Quote other = now;
        other.kind = kind;
        CHECK_FALSE(is_fresh(other, clock));
    }
    clock.advance(2001ms);
    CHECK_FALSE(is_fresh(now, clock));
}

TEST_CASE("a trigger is kept as it is") {
    const Instant now = Instant(1'800'000'000s);
    Trigger trigger{
        .id = "sched-7",
        .rule = AtTime{.name = "eod",
                       .rule = {.at = "NYSE:close-5m", .zone = "", .days = "mon-fri"},
                       .repeats = true,
                       .next = now},
        .command = "order close GOOG all market",
        .live = true,
        .state = TriggerState::firing,
        .occurrence = "sched-7@2027-01-15",
        .created = now,
        .changed = now + 1s,
        .fired = 3,
        .missed = 2,
        .last = TriggerOutcome{
            .time = now, .occurrence = "sched-7@2027-01-14", .exit_code = 9, .words = "halted", .orders = {"a"}}};
    const auto same = [](const Trigger& kept) {
        const Result<Trigger> read = parse_trigger(to_payload(kept));
        REQUIRE(read);
        CHECK(to_payload(*read) == to_payload(kept));
        CHECK(describe(read->rule) == describe(kept.rule));
    };
    same(trigger);
    CHECK(describe(trigger.rule) == "NYSE:close-5m mon-fri");
    trigger.rule = WhenTrue{.expression = "GOOG.last > 9", .timeframe = Timeframe::m5, .held_for = 3s, .until = now};
    trigger.last.reset();
    same(trigger);
    CHECK(describe(trigger.rule) == "GOOG.last > 9 on 5m for 3s until 2027-01-15T08:00:00Z");
    trigger.rule = ExitOf{.order_key = "k",
                          .symbol = "GOOG",
                          .entry_side = Side::sell,
                          .holding = 30min,
                          .target = Decimal(110),
                          .protect = Decimal::of(955, 1),
                          .trailing = TrailingStop{.distance = Decimal(2), .percent = true},
                          .begun = 2};
    same(trigger);
    CHECK(describe(trigger.rule) == "30m after the fill or target 110 or protect 95.5 or trail 2pct of GOOG, order k");
    CHECK(parse_trigger("{}").error().code == "journal.unreadable");
}
