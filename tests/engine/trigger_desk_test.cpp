#include "core/engine/trigger_desk.hpp"
#include "tests/orders/order_desk.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/failing_disk.hpp"

#include <algorithm>

using namespace tradesh;
using namespace tradesh::engine;
using namespace tradesh::test;
using namespace std::chrono_literals;
using runtime::Task;
using runtime::TaskInfo;
using Lines = std::vector<std::string>;

namespace {

/// A trigger desk at work on the journal and the orders of an OrderDesk, in virtual time. Its lines are bought for:
/// each sends one order with the line's key, as the interpreter would.
class TriggerStage {
public:
    explicit TriggerStage(bool serving = true) : serving_(serving) {
        workers_.stop(); // work runs inline
        set_quote(100);
        open();
    }
    ~TriggerStage() { shut(); }

    void set_quote(int price) { price_ = price; }

    void open() {
        venue_quote();
        desk = std::make_unique<TriggerDesk>(TriggerDesk::Parts{
            .loop = orders.time.loop,
            .log = log_,
            .workers = workers_,
            .journal = *orders.journal,
            .manager = *orders.manager,
            .venue = *orders.venue,
            .find_instrument = [](std::string symbol) -> Task<Result<Instrument>> {
                if (symbol != "GOOG") {
                    co_return fail(ErrorKind::not_found, "instrument.unknown", "nothing is known of " + symbol);
                }
                co_return goog();
            },
            .follow_bars = [this](expression::Program, std::string, OnTruth on_truth) { return follow(on_truth); },
            .account = "T1",
            .profile = "paper",
            .serving = serving_,
            .notify = [this](const std::string& line) { notices.push_back(line); }});
        wait([this]() -> Task<void> {
            const Result<void> started = co_await desk->start();
            REQUIRE(started);
        });
        desk->begin([this](CommandDue due) { return run_line(std::move(due)); });
        orders.run_ready();
    }
    void shut() {
        if (desk) {
            hold_line.reset();
            line_goes_on_.set();
            wait([this]() -> Task<void> { co_await desk->stop(); });
            desk.reset();
        }
    }
    /// A clean stop and a new core after `downtime`.
    void restart(Duration downtime = 0s) {
        shut();
        orders.restart();
        orders.time.clock.advance(downtime);
        open();
    }
    /// The process dies; what the desk still does is done by nobody.
    void crash(Duration downtime = 0s) {
        orders.before_shut = [this] { shut(); };
        orders.crash();
        orders.before_shut = nullptr;
        orders.time.clock.advance(downtime);
        open();
    }
    void serve(bool on) { serving_ = on; }

    Result<Armed> arm(TriggerRule rule) {
        Result<Armed> armed = fail(ErrorKind::failed, "test.not_run", "the arming did not run");
        wait([&]() -> Task<void> {
            TriggerWanted wanted{.rule = std::move(rule), .command = "buy GOOG 1 market"};
            armed = co_await desk->arm(std::move(wanted));
        });
        return armed;
    }
    Armed when(std::string expression, Duration held_for = 0s, std::optional<Instant> until = std::nullopt) {
        Result<Armed> armed = arm(WhenTrue{.expression = std::move(expression), .held_for = held_for, .until = until});
        REQUIRE(armed);
        return *armed;
    }
    Armed at(std::string time, bool repeats = false, std::string name = "") {
        Result<Armed> armed = arm(AtTime{.name = std::move(name), .rule = {.at = std::move(time)}, .repeats = repeats});
        REQUIRE(armed);
        return *armed;
    }
    Result<Trigger> remove(std::string text) {
        Result<Trigger> removed = fail(ErrorKind::failed, "test.not_run", "the removal did not run");
        wait([&]() -> Task<void> { removed = co_await desk->remove(std::move(text)); });
        return removed;
    }

    /// Begins to take one back, and leaves it waiting for the disk.
    void begin_remove(std::string text) {
        removing_.spawn("remove", [this, text](TaskInfo&) -> Task<void> {
            const Result<Trigger> removed = co_await desk->remove(text);
            CHECK(removed);
        });
        orders.time.loop.poll();
    }
    void stand(orders::TradingState state) {
        orders.risk->stand({.state = state, .since = orders.time.clock.now(), .reason = "test", .cause = "user"});
    }

    void run_for(Duration span) {
        const Duration step = 250ms;
        for (Duration done{0}; done < span; done += step) {
            venue_quote();
            orders.run_for(step);
        }
    }
    void run_until_running() {
        REQUIRE(orders.run_until([this] { return desk->is_running(); }));
    }

    std::string state(const std::string& id) const {
        const Result<Trigger> found = desk->find(id);
        return found ? std::string(name_of(found->state)) : found.error().code;
    }
    Trigger trigger(const std::string& id) const { return desk->find(id).value(); }
    /// Kinds of the journal's rows of triggers, in sequence.
    Lines journal() {
        Lines kinds;
        wait([&]() -> Task<void> {
            auto read = [&kinds](store::JournalFile& file) {
                return file.replay(1, [&](const store::JournalRow& row) -> Result<void> {
                    if (row.event.kind.starts_with("trigger.")) {
                        kinds.push_back(row.event.kind.substr(8));
                    }
                    return {};
                });
            };
            const Result<void> done = co_await orders.journal->with_file(read);
            REQUIRE(done);
        });
        return kinds;
    }

    OrderDesk orders;
    std::unique_ptr<TriggerDesk> desk;
    Lines lines; ///< that ran: "when-1: buy GOOG 1 market"
    Lines notices;
    QuoteKind quote_kind = QuoteKind::simulated;
    Duration quote_age{0};
    bool place_orders = true;
    int exit_code = 0;
    std::optional<bool> hold_line; ///< set: a line stops before (false) or after (true) its order is sent
    OnTruth tell_bars;

private:
    void venue_quote() {
        Quote quote;
        quote.kind = quote_kind;
        quote.bid = Decimal(price_);
        quote.ask = Decimal(price_ + 1);
        quote.last = Decimal(price_);
        orders.venue->quote_now = quote;
    }

    Task<CommandOutcome> run_line(CommandDue due) {
        lines.push_back(due.key + ": " + due.line);
        if (hold_line == false) {
            line_goes_on_.reset();
            co_await line_goes_on_.wait();
            co_return CommandOutcome{.exit_code = 143, .words = "stopped"};
        }
        if (place_orders) {
            const bool closes = due.line.starts_with("order close");
            const std::string_view size = closes ? std::string_view(due.line).substr(17) : "1sh";
            const Decimal quantity = Decimal::parse(size.substr(0, size.find("sh"))).value();
            orders::OrderForm form = market_form(closes ? Side::sell : Side::buy, quantity);
            const Result<orders::Placed> placed = co_await orders.manager->place(form, goog(), with_key(due.key));
            if (!placed) {
                co_return CommandOutcome{.exit_code = 9, .words = placed.error().describe()};
            }
        }
        if (hold_line == true) {
            line_goes_on_.reset();
            co_await line_goes_on_.wait();
        }
        co_return CommandOutcome{.exit_code = exit_code, .words = "done"};
    }

    Task<Result<void>> follow(OnTruth on_truth) {
        tell_bars = std::move(on_truth);
        runtime::Event never(orders.time.loop);
        co_await never.wait();
        co_return Result<void>();
    }

    void wait(std::function<Task<void>()> body) {
        bool done = false;
        {
            runtime::TaskScope scope(orders.time.loop);
            scope.spawn("test", [&](TaskInfo&) -> Task<void> {
                co_await body();
                done = true;
            });
            for (int look = 0; look < 20 && !done; ++look) { // what goes to the disk and back several times
                orders.run_until([&] { return done; });
            }
            REQUIRE(done);
        }
    }

    bool serving_;
    int price_ = 100;
    runtime::Log log_;
    runtime::Workers workers_{orders.time.loop, "test", 1};
    runtime::Event line_goes_on_{orders.time.loop};
    runtime::TaskScope removing_{orders.time.loop};
};

std::string key_of(const OrderDesk& orders, const std::string& key) {
    const orders::Order* order = orders.ledger().find_by_key(key);
    return order == nullptr ? "none" : order->request.id.value;
}

} // namespace

TEST_CASE("a condition that comes true fires once, with a key of its own") {
    TriggerStage stage;
    CHECK_FALSE(stage.when("GOOG.last > 110").true_now);
    stage.run_for(3s);
    CHECK(stage.state("when-1") == "armed");
    CHECK(stage.lines.empty());
    stage.set_quote(111);
    stage.run_for(3s);
    CHECK(stage.lines == Lines{"when-1: buy GOOG 1 market"});
    CHECK(stage.state("when-1") == "fired");
    const Trigger fired = stage.trigger("when-1");
    CHECK(fired.last->orders == Lines{key_of(stage.orders, "when-1")});
    CHECK(fired.last->exit_code == 0);
    CHECK(stage.journal() == Lines{"armed", "firing", "fired"});
    CHECK(stage.orders.exchange.submits() == 1);
    CHECK_THAT(stage.notices.back(), Contains("when-1 fired: buy GOOG 1 market: order "));
    stage.set_quote(100);
    stage.run_for(2s);
    stage.set_quote(120);
    stage.run_for(2s);
    CHECK(stage.lines.size() == 1);
}

TEST_CASE("a condition that is true already says so and fires at once") {
    TriggerStage stage;
    CHECK(stage.when("GOOG.bid >= 100").true_now);
    stage.run_for(4s);
    CHECK(stage.state("when-1") == "fired");
}

TEST_CASE("'for' asks for time without a break") {
    TriggerStage stage;
    stage.when("GOOG.last > 110", 3s);
    stage.set_quote(111);
    stage.run_for(2s);
    stage.set_quote(109);
    stage.run_for(1s);
    stage.set_quote(111);
    stage.run_for(2500ms);
    CHECK(stage.lines.empty());
    stage.run_for(1500ms);
    CHECK(stage.lines.size() == 1);
}

TEST_CASE("a stale or delayed quote never fires and breaks a 'for'") {
    TriggerStage stage;
    stage.quote_kind = QuoteKind::delayed;
    stage.run_for(250ms);
    const Armed armed = stage.when("GOOG.last > 90");
    CHECK_FALSE(armed.true_now);
    CHECK_THAT(armed.doubt, Contains("delayed"));
    stage.run_for(10s);
    CHECK(stage.lines.empty());
    CHECK_THAT(stage.desk->doubt_of("when-1"), Contains("delayed"));
    stage.quote_kind = QuoteKind::realtime;
    stage.run_for(1s);
    CHECK(stage.lines.size() == 1);
}

TEST_CASE("a line that fails is told, and the trigger does not come back") {
    TriggerStage stage;
    stage.place_orders = false;
    stage.exit_code = 9;
    stage.when("GOOG.last > 90");
    stage.run_for(5s);
    CHECK(stage.state("when-1") == "failed");
    CHECK(stage.lines.size() == 1);
    CHECK(stage.trigger("when-1").last->exit_code == 9);
    CHECK_THAT(stage.notices.back(), Contains("failed (exit 9)"));
    CHECK(stage.journal() == Lines{"armed", "firing", "failed"});
}

TEST_CASE("a condition runs out at its 'until', also while no core is there") {
    TriggerStage stage;
    const Instant until = stage.orders.time.clock.now() + 5s;
    stage.when("GOOG.last > 110", 0s, until);
    stage.when("GOOG.last > 110", 0s, until + 1h);
    stage.run_for(6s);
    CHECK(stage.state("when-1") == "cancelled");
    stage.restart(2h);
    stage.set_quote(111);
    stage.run_for(1s);
    CHECK(stage.state("when-2") == "cancelled");
    CHECK(stage.lines.empty());
    CHECK_THAT(stage.desk->take_missed().at(0), Contains("when-2 ended: its time ran out"));
    CHECK(stage.arm(WhenTrue{.expression = "GOOG.last > 1", .until = until}).error().code == "trigger.past");
}

TEST_CASE("what is armed is armed again by the next core; what was true when it came is missed") {
    TriggerStage stage;
    stage.when("GOOG.last > 110");
    stage.when("GOOG.last > 120");
    SECTION("after a clean stop") {
        stage.shut();
        stage.set_quote(115);
        stage.restart();
    }
    SECTION("after kill -9") {
        stage.set_quote(115);
        stage.crash(1h);
    }
    stage.run_for(2s);
    CHECK(stage.state("when-1") == "missed");
    CHECK(stage.state("when-2") == "armed");
    CHECK(stage.lines.empty());
    const Lines told = stage.desk->take_missed();
    REQUIRE(told.size() == 1);
    CHECK_THAT(told[0], Contains("when-1 missed: it was true already") && Contains("not run: buy GOOG 1 market"));
    CHECK(stage.desk->take_missed().empty());
    CHECK(stage.desk->missed_lately() == 1);
    stage.set_quote(121);
    stage.run_for(2s);
    CHECK(stage.lines == Lines{"when-2: buy GOOG 1 market"});
    CHECK(stage.when("GOOG.last > 500").trigger.id == "when-3"); // numbers go on
}

TEST_CASE("killed while firing, before the order: missed, and never sent later") {
    TriggerStage stage;
    stage.hold_line = false;
    stage.when("GOOG.last > 90");
    stage.run_until_running();
    CHECK(stage.state("when-1") == "firing");
    CHECK(stage.remove("when-1").error().code == "trigger.firing");
    stage.crash();
    stage.run_for(5s);
    CHECK(stage.state("when-1") == "missed");
    CHECK(stage.lines.size() == 1);
    CHECK(stage.orders.exchange.submits() == 0);
    CHECK_THAT(stage.desk->take_missed().at(0), Contains("no order of it is on record"));
}

TEST_CASE("killed while firing, after the order went out: it is found by its key, and not sent again") {
    TriggerStage stage;
    stage.hold_line = true;
    stage.when("GOOG.last > 90");
    stage.run_until_running();
    stage.orders.run_until([&] { return stage.orders.exchange.submits() == 1; });
    stage.orders.run_ready();
    stage.crash();
    stage.run_for(5s);
    CHECK(stage.state("when-1") == "fired");
    CHECK(stage.orders.exchange.submits() == 1);
    const Trigger fired = stage.trigger("when-1");
    CHECK(fired.last->orders == Lines{key_of(stage.orders, "when-1")});
    CHECK_FALSE(fired.last->exit_code);
    CHECK_THAT(stage.desk->take_missed().at(0),
               Contains("when-1 fired") && Contains("the core ended while its line ran"));
}

TEST_CASE("a condition over bars follows what the watch tells") {
    TriggerStage stage;
    stage.when("GOOG: close > ema(20)");
    stage.run_for(1s);
    stage.tell_bars(false);
    stage.run_for(1s);
    CHECK(stage.lines.empty());
    stage.tell_bars(true);
    stage.run_for(1s);
    CHECK(stage.lines.size() == 1);

    stage.when("GOOG: close > ema(20)");
    stage.run_for(1s);
    stage.restart();
    stage.run_for(1s);
    stage.tell_bars(true); // at first sight
    stage.run_for(1s);
    CHECK(stage.state("when-2") == "missed");
    CHECK(stage.lines.size() == 1);
}

TEST_CASE("a moment comes once, on the second") {
    TriggerStage stage; // it is 15:00 UTC
    const Armed armed = stage.at("2026-11-20T15:01:00Z");
    CHECK(std::get<AtTime>(armed.trigger.rule).next == parse_instant("2026-11-20T15:01:00Z").value());
    stage.run_for(59s);
    CHECK(stage.lines.empty());
    stage.run_for(4s);
    CHECK(stage.lines == Lines{"sched-1: buy GOOG 1 market"});
    CHECK(stage.state("sched-1") == "fired");
    CHECK(stage.arm(AtTime{.rule = {.at = "2026-11-20T15:00:30Z"}}).error().code == "trigger.past");
}

TEST_CASE("an entry of the schedule comes again, each time with a key of its own") {
    TriggerStage stage;
    stage.at("NYSE:close-5m", true, "eod"); // 20:55 UTC
    stage.orders.time.clock.advance(5h + 54min);
    stage.run_for(65s);
    CHECK(stage.lines == Lines{"sched-1@2026-11-20: buy GOOG 1 market"});
    CHECK(stage.state("eod") == "armed");
    CHECK(std::get<AtTime>(stage.trigger("eod").rule).next == parse_instant("2026-11-23T20:55:00Z").value());
    CHECK(stage.arm(AtTime{.name = "eod", .rule = {.at = "NYSE:close"}}).error().code == "schedule.name_taken");
    REQUIRE(stage.remove("eod"));
    CHECK(stage.state("sched-1") == "cancelled");
    CHECK(stage.arm(AtTime{.name = "eod", .rule = {.at = "NYSE:close"}})->trigger.id == "sched-2");
}

TEST_CASE("moments that came while no core was there are missed, not run late") {
    TriggerStage stage;
    stage.at("NYSE:close-5m", true, "eod");
    stage.at("2026-11-20T16:00:00Z");
    stage.restart(24h * 4 + 6h); // Friday and Monday are over on Tuesday evening; so is Tuesday
    stage.run_for(1s);
    CHECK(stage.lines.empty());
    CHECK(stage.trigger("eod").missed == 3);
    CHECK(stage.state("eod") == "armed");
    CHECK(std::get<AtTime>(stage.trigger("eod").rule).next == parse_instant("2026-11-25T20:55:00Z").value());
    CHECK(stage.state("sched-2") == "missed");
    Lines told = stage.desk->take_missed();
    std::ranges::sort(told);
    REQUIRE(told.size() == 2);
    CHECK_THAT(told[0], Contains("sched-1 (eod) missed: it came due at 2026-11-20T20:55:00Z and 2 more times"));
    CHECK_THAT(told[1], Contains("sched-2 missed"));
    stage.restart();
    stage.run_for(1s);
    CHECK(stage.desk->take_missed().empty());
    CHECK(stage.journal() == Lines{"armed", "armed", "missed", "missed"});
}

TEST_CASE("what came due before the core was there is missed, however few seconds ago") {
    TriggerStage stage;
    stage.at("2026-11-20T15:01:00Z");
    stage.at("2026-11-20T15:01:10Z");
    stage.restart(64s);
    stage.run_for(20s);
    CHECK(stage.state("sched-1") == "missed");
    CHECK(stage.state("sched-2") == "fired");
}

TEST_CASE("a core that does not serve arms nothing, keeps what is armed and tells what it sees pass") {
    TriggerStage stage;
    stage.when("GOOG.last > 110");
    stage.at("2026-11-20T15:01:00Z");
    stage.serve(false);
    stage.restart();
    stage.set_quote(120);
    CHECK(stage.arm(WhenTrue{.expression = "GOOG.last > 1"}).error().code == "trigger.not_serving");
    stage.run_for(70s);
    CHECK(stage.lines.empty());
    CHECK(stage.state("when-1") == "armed");
    CHECK(stage.state("sched-1") == "missed");
}

TEST_CASE("what cannot be recorded is not armed and does not run") {
    TriggerStage stage;
    stage.when("GOOG.last > 110");
    stage.orders.write_protect(true);
    CHECK_FALSE(stage.arm(WhenTrue{.expression = "GOOG.last > 1"}));
    CHECK(stage.desk->list().size() == 1);
    stage.set_quote(111);
    stage.run_for(2s);
    CHECK(stage.lines.empty());
    CHECK_THAT(stage.notices.back(), Contains("when-1 did not fire"));
    stage.orders.write_protect(false);
    stage.run_for(4s);
    CHECK(stage.lines.size() == 1);
    CHECK(stage.state("when-1") == "fired");
}

TEST_CASE("unknown symbols and wrong words are refused when armed") {
    TriggerStage stage;
    CHECK(stage.arm(WhenTrue{.expression = "NOPE.last > 1"}).error().code == "instrument.unknown");
    CHECK(stage.arm(WhenTrue{.expression = "close > 1"}).error().code == "when.no_symbol");
    CHECK(stage.arm(AtTime{.rule = {.at = "15:55"}}).error().code == "time.zone_missing");
    CHECK(stage.desk->list().empty());
    CHECK(stage.remove("when-1").error().code == "trigger.unknown");
}

TEST_CASE("a holding time closes what was filled, once, over restarts") {
    TriggerStage stage;
    REQUIRE(stage.arm(ExitOf{.symbol = "GOOG", .holding = 30s}));
    CHECK(std::get<ExitOf>(stage.trigger("exit-1").rule).order_key == "exit-1");
    stage.orders.exchange.expect_submit("GOOG", 5).then_ack().then_fill(5);
    REQUIRE(stage.orders.place(market_form(Side::buy, 5), with_key("exit-1")));
    stage.run_for(10s);
    stage.crash(10s);
    stage.run_for(5s);
    CHECK(stage.lines.empty());
    stage.orders.exchange.expect_submit("GOOG", 5).then_ack().then_fill(5);
    stage.run_for(10s);
    CHECK(stage.lines == Lines{"exit-1.1: order close GOOG 5sh market # held for 30s"});
    stage.run_for(2s);
    CHECK(stage.state("exit-1") == "fired");
    CHECK(stage.orders.exchange.submits() == 2);
    CHECK(stage.journal() == Lines{"armed", "firing", "fired", "ended"}); // one firing is told once
}

TEST_CASE("an exit whose order was never sent ends with the next core") {
    TriggerStage stage;
    REQUIRE(stage.arm(ExitOf{.symbol = "GOOG", .holding = 30s}));
    stage.run_for(2s);
    CHECK(stage.state("exit-1") == "armed");
    stage.crash();
    stage.run_for(2s);
    CHECK(stage.state("exit-1") == "cancelled");
}

TEST_CASE("a trailing stop that the core keeps remembers the best price over a kill") {
    TriggerStage stage;
    REQUIRE(stage.arm(ExitOf{.symbol = "GOOG", .trailing = TrailingStop{.distance = Decimal(5), .percent = false}}));
    stage.orders.exchange.expect_submit("GOOG", 5).then_ack().then_fill(5);
    REQUIRE(stage.orders.place(market_form(Side::buy, 5), with_key("exit-1")));
    stage.set_quote(120);
    stage.run_for(2s);
    stage.set_quote(116);
    stage.crash(1h);
    stage.run_for(2s);
    CHECK(stage.lines.empty());
    stage.orders.exchange.expect_submit("GOOG", 5).then_ack().then_fill(5);
    stage.set_quote(115);
    stage.run_for(2s);
    REQUIRE(stage.lines.size() == 1);
    CHECK(stage.lines[0] == "exit-1.1: order close GOOG 5sh market # trail 5, stop 115 reached at 115");
    CHECK(stage.state("exit-1") == "fired");
}

namespace {

/// An exit with a protecting price that is reached, and whose lines are refused.
void arm_refused_exit(TriggerStage& stage) {
    REQUIRE(stage.arm(ExitOf{.symbol = "GOOG", .protect = Decimal(95)}));
    stage.orders.exchange.expect_submit("GOOG", 5).then_ack().then_fill(5);
    REQUIRE(stage.orders.place(market_form(Side::buy, 5), with_key("exit-1")));
    stage.place_orders = false;
    stage.exit_code = 9;
    stage.set_quote(94);
}

} // namespace

TEST_CASE("an exit whose line is refused is tried for as long as it takes, and told of once") {
    TriggerStage stage;
    arm_refused_exit(stage);
    stage.run_for(6h);
    CHECK(stage.state("exit-1") == "armed");
    CHECK(stage.lines.size() > 300);
    CHECK(stage.lines.size() < 400);
    CHECK(stage.lines.back().starts_with("exit-1.1: ")); // what never went out leaves its key free
    CHECK(std::ranges::count_if(stage.notices, [](const std::string& each) { return each.contains("exit-1"); }) == 1);
    CHECK_THAT(stage.notices.back(), Contains("tried again until the position is closed"));
    const Lines journal = stage.journal();
    CHECK(std::ranges::count(journal, "failed") == 1);
    stage.place_orders = true;
    stage.exit_code = 0;
    stage.orders.exchange.expect_submit("GOOG", 5).then_ack().then_fill(5);
    stage.run_for(62s);
    CHECK(stage.state("exit-1") == "fired");
    CHECK(stage.orders.exchange.submits() == 2);
}

TEST_CASE("an exit that a halt refused goes out as soon as trading is resumed") {
    TriggerStage stage;
    arm_refused_exit(stage);
    stage.stand(orders::TradingState::halted);
    stage.run_for(10min);
    const std::size_t tried = stage.lines.size();
    stage.place_orders = true;
    stage.exit_code = 0;
    stage.orders.exchange.expect_submit("GOOG", 5).then_ack().then_fill(5);
    stage.stand(orders::TradingState::active);
    stage.run_for(2s);
    CHECK(stage.lines.size() == tried + 1);
    CHECK(stage.state("exit-1") == "fired");
}

TEST_CASE("a full disk does not stop an exit") {
    FailingDisk disk;
    TriggerStage stage;
    REQUIRE(stage.arm(ExitOf{.symbol = "GOOG", .protect = Decimal(95)}));
    stage.orders.exchange.expect_submit("GOOG", 5).then_ack().then_fill(5);
    REQUIRE(stage.orders.place(market_form(Side::buy, 5), with_key("exit-1")));
    stage.orders.exchange.expect_submit("GOOG", 5).then_ack().then_fill(5);
    disk.fail_at(1, FailingDisk::Failure::full); // the reserve holds what gets somebody out
    stage.set_quote(94);
    stage.run_for(1s);
    CHECK(stage.lines.size() == 1);
    stage.run_for(2s);
    CHECK(stage.state("exit-1") == "fired");
}

TEST_CASE("an entry that is taken back in the moment it is due neither runs nor holds the core up") {
    TriggerStage stage;
    stage.at("2026-11-20T15:01:00Z", false, "eod");
    stage.run_for(60s - 250ms);
    stage.orders.time.clock.advance(250ms);
    stage.begin_remove("eod");
    stage.orders.time.loop.timers().fire_due(); // its moment, while the removal is on its way to the disk
    stage.run_for(2s);
    CHECK(stage.state("sched-1") == "cancelled");
    CHECK(stage.lines.empty());
}

namespace {

/// Five bought for 30 seconds, with a target at 110 and a stop at 90 that the venue holds.
void arm_with_bracket(TriggerStage& stage) {
    stage.orders.exchange.capabilities.linked_orders = true;
    REQUIRE(stage.arm(ExitOf{.symbol = "GOOG", .holding = 30s}));
    stage.orders.exchange.expect_submit("GOOG", 5).then_ack().then_fill(5);
    REQUIRE(stage.orders.place(with_exits(market_form(Side::buy, 5)), with_key("exit-1")));
    CHECK(stage.orders.ledger().open_count() == 2);
}

} // namespace

TEST_CASE("a holding time closes what is left once the venue has let go of the other exits") {
    TriggerStage stage;
    arm_with_bracket(stage);
    stage.run_for(29s);
    CHECK(stage.orders.ledger().open_count() == 2);
    stage.orders.exchange.expect_submit("GOOG", 5).then_ack().then_fill(5);
    SECTION("at once") { stage.run_for(10s); }
    SECTION("the venue does not confirm at first: nothing is sold twice") {
        stage.orders.exchange.expect_cancel().vanish();
        stage.orders.exchange.expect_cancel().vanish();
        stage.run_for(1250ms);
        CHECK(stage.lines.empty());
        stage.run_for(20s);
    }
    SECTION("after a halt, in which the venue's exits stand") {
        stage.stand(orders::TradingState::halted);
        stage.run_for(5min);
        CHECK(stage.lines.empty());
        CHECK(stage.orders.ledger().open_count() == 2);
        CHECK_THAT(stage.notices.back(), Contains("exit-1 is due and waits"));
        stage.stand(orders::TradingState::active);
        stage.run_for(5s);
    }
    CHECK(stage.lines == Lines{"exit-1.1: order close GOOG 5sh market # held for 30s"});
    CHECK(stage.orders.ledger().open_count() == 0);
    CHECK(stage.orders.exchange.cancels() >= 2);
    CHECK(stage.state("exit-1") == "fired");
}

TEST_CASE("a holding time ends when an exit at the venue has closed everything") {
    TriggerStage stage;
    arm_with_bracket(stage);
    stage.run_for(5s);
    const std::vector<const orders::Order*> open = stage.orders.ledger().open();
    stage.orders.exchange.fill(open.at(0)->request.id, 3);
    stage.run_for(1s);
    CHECK(stage.state("exit-1") == "armed");
    stage.orders.exchange.fill(open.at(0)->request.id, 2);
    stage.run_for(1s);
    CHECK(stage.state("exit-1") == "cancelled");
    stage.run_for(60s);
    CHECK(stage.lines.empty());
}

TEST_CASE("an exit that nobody watches is told of") {
    TriggerStage stage;
    REQUIRE(stage.arm(ExitOf{.symbol = "GOOG", .holding = 30s}));
    CHECK(stage.desk->unwatched_exits().empty());
    stage.serve(false);
    stage.restart();
    CHECK(stage.desk->unwatched_exits() ==
          Lines{"exit-1 of GOOG is armed and nobody watches it: start 'tradesh serve'"});
}

namespace {

/// An order that fills at once.
void trade(TriggerStage& stage, Side side, int quantity, const std::string& key) {
    stage.orders.exchange.expect_submit("GOOG", quantity).then_ack().then_fill(quantity);
    const Result<orders::Placed> placed = stage.orders.place(market_form(side, quantity), with_key(key));
    INFO((placed ? "" : placed.error().describe()));
    REQUIRE(placed);
}

} // namespace

TEST_CASE("a holding time closes nothing that others bought after its shares were sold") {
    TriggerStage stage;
    REQUIRE(stage.arm(ExitOf{.order_key = "n1", .symbol = "GOOG", .holding = 30s}));
    trade(stage, Side::buy, 5, "n1");
    stage.run_for(1s);
    trade(stage, Side::sell, 5, "n2");
    SECTION("which ends it at once") {
        stage.run_for(1s);
        CHECK(stage.state("exit-1") == "cancelled");
        CHECK_THAT(stage.notices.back(), Contains("the position was closed otherwise"));
    }
    SECTION("also when both came between two looks") {}
    SECTION("also when no core looked") { stage.restart(); }
    trade(stage, Side::buy, 5, "n3");
    stage.run_for(60s);
    CHECK(stage.lines.empty());
    CHECK(stage.state("exit-1") == "cancelled");
}

TEST_CASE("a holding time closes what is left of its shares") {
    TriggerStage stage;
    REQUIRE(stage.arm(ExitOf{.order_key = "n1", .symbol = "GOOG", .holding = 30s}));
    trade(stage, Side::buy, 5, "n1");
    trade(stage, Side::sell, 3, "n2");
    trade(stage, Side::buy, 4, "n3");
    stage.orders.exchange.expect_submit("GOOG", 2).then_ack().then_fill(2);
    stage.run_for(60s);
    CHECK(stage.lines == Lines{"exit-1.1: order close GOOG 2sh market # held for 30s"});
    CHECK(stage.state("exit-1") == "fired");
}

TEST_CASE("a holding time closes what other open orders leave, says so, and goes on for the rest") {
    TriggerStage stage;
    REQUIRE(stage.arm(ExitOf{.order_key = "n4", .symbol = "GOOG", .holding = 3s}));
    trade(stage, Side::buy, 6, "n4");
    trade(stage, Side::buy, 4, "n5");
    trade(stage, Side::sell, 3, "n6");
    REQUIRE(stage.orders.place(limit_form(Side::sell, 4, 200), with_key("guard"))); // as a protecting stop does
    stage.orders.exchange.expect_submit("GOOG", 3).then_ack().then_fill(3);
    stage.run_for(10s);
    CHECK(stage.lines == Lines{"exit-1.1: order close GOOG 3sh market # held for 3s, 3 of 6: other open orders hold "
                               "the rest"});
    CHECK(stage.state("exit-1") == "armed");
    CHECK_THAT(stage.desk->doubt_of("exit-1"), Contains("open orders hold all 4"));
    CHECK_THAT(stage.notices.back(), Contains("exit-1 is due, and cannot close 3 GOOG"));

    const orders::Order* guard = stage.orders.ledger().find_by_key("guard");
    REQUIRE(stage.orders.cancel(guard->request.id));
    stage.orders.exchange.expect_submit("GOOG", 3).then_ack().then_fill(3);
    stage.run_for(2min);
    CHECK(stage.lines.back() == "exit-1.2: order close GOOG 3sh market # held for 3s");
    CHECK(stage.state("exit-1") == "fired");
}

TEST_CASE("an order that happens to have the key of an exit's line is not counted as one") {
    TriggerStage stage;
    REQUIRE(stage.arm(ExitOf{.order_key = "x", .symbol = "GOOG", .holding = 3s, .begun = 1}));
    REQUIRE(stage.orders.place(limit_form(Side::buy, 1, 1), with_key("exit-1.1")));
    trade(stage, Side::buy, 4, "x");
    stage.orders.exchange.expect_submit("GOOG", 4).then_ack().then_fill(4);
    stage.run_for(10s);
    CHECK(stage.lines == Lines{"exit-1.2: order close GOOG 4sh market # held for 3s"});
}
