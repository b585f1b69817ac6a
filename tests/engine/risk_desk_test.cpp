#include "core/engine/risk_desk.hpp"

#include "core/engine/trading_desk.hpp"
#include "core/store/market_store.hpp"
#include "tests/orders/order_desk.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <asio/io_context.hpp>

#include <stdexcept>

using namespace tradesh;
using namespace tradesh::test;
using namespace std::chrono_literals;
using engine::RiskDesk;
using orders::Limit;
using orders::TradingState;
using runtime::Task;
using runtime::TaskInfo;

namespace {

/// A risk desk over an order desk and its scripted exchange.
struct RiskFloor {
    /// With an error: there is no price history.
    explicit RiskFloor(std::optional<Error> no_market = std::nullopt) {
        if (no_market) {
            market = store::MarketStore::without_file(desk.time.loop, folder.file("market.db"), *no_market);
            instruments = std::make_unique<engine::Instruments>(*market);
            open();
            return;
        }
        finish([this]() -> Task<void> {
            Result<std::unique_ptr<store::MarketStore>> opened =
                co_await store::MarketStore::open(desk.time.loop, folder.file("market.db"));
            market = std::move(opened.value());
        });
        instruments = std::make_unique<engine::Instruments>(*market);
        open();
    }
    ~RiskFloor() { close(); }

    void open() {
        instruments->ask(*desk.venue);
        risk = std::make_unique<RiskDesk>(
            RiskDesk::Parts{.loop = desk.time.loop,
                            .log = log,
                            .workers = workers,
                            .journal = *desk.journal,
                            .venue = *desk.venue,
                            .instruments = *instruments,
                            .book = *desk.risk,
                            .manager = *desk.manager,
                            .profile = profile,
                            .place = place,
                            .notify = [this](const std::string& line) { desk.notices.push_back(line); },
                            .warn = [this](const std::string& what) { warnings.push_back(what); }});
        finish([this]() -> Task<void> {
            const Result<void> loaded = co_await risk->load();
            if (!loaded) {
                throw std::runtime_error(loaded.error().describe());
            }
        });
        risk->begin();
    }
    void close() {
        finish([this]() -> Task<void> { co_await risk->stop(); });
        risk.reset();
    }
    void restart() {
        close();
        desk.restart();
        open();
    }

    /// Runs to the end what needs the disk and no time.
    void finish(std::function<Task<void>()> body) {
        runtime::TaskScope scope(desk.time.loop);
        std::string failure;
        scope.on_failure = [&](const TaskInfo&, const std::string& what) { failure = what; };
        scope.spawn("test", [&](TaskInfo&) { return body(); });
        desk.time.loop.poll();
        while (!scope.empty()) {
            if (desk.time.loop.context().run_one_for(10s) == 0) {
                throw std::runtime_error("the test's own step hangs");
            }
        }
        if (!failure.empty()) {
            throw std::runtime_error(failure);
        }
    }
    Result<void> halt(std::string reason) {
        Result<void> halted;
        finish([&]() -> Task<void> { halted = co_await risk->halt(reason, "c1"); });
        return halted;
    }
    Result<void> resume(std::string reason) {
        Result<void> resumed;
        finish([&]() -> Task<void> { resumed = co_await risk->resume(reason, "c1"); });
        return resumed;
    }
    Result<void> set(std::string_view name, std::string_view value) {
        Result<engine::LimitChange> change =
            risk->plan_limit(orders::parse_limit_name(name).value(), value, {}, "a test");
        Result<void> done = change ? Result<void>() : fail(change.error());
        if (change) {
            finish([&]() -> Task<void> { done = co_await risk->set_limit(*change, "c1"); });
        }
        return done;
    }
    /// Known by its symbol, without a look into market.db from now on.
    void list(const std::string& symbol) {
        finish([&]() -> Task<void> {
            Instrument instrument;
            instrument.symbol = symbol;
            instrument.currency = Currency("USD");
            const Result<void> kept = co_await instruments->keep(instrument);
            const Result<Instrument> found = co_await instruments->find(symbol);
            if (!kept || !found) {
                throw std::runtime_error("cannot list " + symbol);
            }
        });
    }
    /// Lets time pass until the work has ended.
    void work(std::function<Task<void>()> body) {
        bool done = false;
        runtime::TaskScope scope(desk.time.loop);
        scope.spawn("work", [&](TaskInfo&) -> Task<void> {
            co_await body();
            done = true;
        });
        if (!desk.run_until([&] { return done; })) {
            throw std::runtime_error("the work does not end");
        }
    }
    /// As a client's command trades.
    Result<orders::Placed> trade(const orders::OrderForm& form) {
        engine::TradingDesk trading(profile, desk.time.clock, workers, *instruments, *desk.venue, *desk.manager, *risk);
        Result<orders::Placed> placed = fail(ErrorKind::failed, "", "");
        work([&]() -> Task<void> { placed = co_await trading.place(form, {}, {}); });
        return placed;
    }
    ClientOrderId rest(Decimal price) { return desk.place(limit_form(Side::buy, 10, price)).value().order.request.id; }
    bool is_cancelled(const ClientOrderId& id) { return desk.order(id.value).state == OrderState::cancelled; }
    std::vector<std::string> risk_rows() {
        std::vector<std::string> kinds;
        finish([&]() -> Task<void> {
            auto read = [&](store::JournalFile& file) {
                return file.replay(1, [&](const store::JournalRow& row) -> Result<void> {
                    if (row.event.kind.starts_with("risk.")) {
                        kinds.push_back(row.event.kind + " " + row.event.payload);
                    }
                    return {};
                });
            };
            const Result<void> done = co_await desk.journal->with_file(read);
            static_cast<void>(done);
        });
        return kinds;
    }

    OrderDesk desk;
    TemporaryFolder folder;
    runtime::Log log;
    runtime::Workers workers{desk.time.loop, "worker", 1};
    std::unique_ptr<store::MarketStore> market;
    std::unique_ptr<engine::Instruments> instruments;
    engine::Profile profile;
    Place place;
    std::unique_ptr<RiskDesk> risk;
    std::vector<std::string> warnings;
};

} // namespace

TEST_CASE("a halt refuses new orders at once and withdraws what is open until the venue has confirmed each") {
    RiskFloor floor;
    const ClientOrderId refused = floor.rest(90);
    const ClientOrderId lost = floor.rest(91);
    const ClientOrderId plain = floor.rest(92);
    floor.desk.exchange.expect_cancel().then_reject("161", "too busy");
    floor.desk.exchange.expect_cancel().vanish();
    REQUIRE(floor.halt("fat finger").has_value());
    CHECK(floor.risk->standing().state == TradingState::halted);
    const Result<orders::Placed> denied = floor.desk.place(limit_form(Side::buy, 1, 80));
    REQUIRE_FALSE(denied.has_value());
    CHECK(denied.error().code == "risk.trading_state");
    CHECK_THAT(denied.error().message, Contains("fat finger"));
    REQUIRE(floor.desk.run_until([&] { return floor.risk->being_withdrawn() == 0; }));
    CHECK(floor.is_cancelled(refused));
    CHECK(floor.is_cancelled(lost));
    CHECK(floor.is_cancelled(plain));
    CHECK(floor.desk.exchange.cancels() >= 4);
    REQUIRE(floor.risk_rows().size() == 1);
    CHECK_THAT(floor.risk_rows().front(), Contains("risk.halted") && Contains("fat finger"));
}

TEST_CASE("a halt survives a restart, goes on withdrawing, and ends with a reason") {
    RiskFloor floor;
    const ClientOrderId open = floor.rest(90);
    floor.desk.exchange.expect_cancel().vanish();
    REQUIRE(floor.halt("fat finger").has_value());
    floor.desk.run_ready();
    CHECK_FALSE(floor.is_cancelled(open));
    floor.restart();
    CHECK(floor.risk->standing().state == TradingState::halted);
    CHECK(floor.risk->standing().reason == "fat finger");
    REQUIRE(floor.desk.run_until([&] { return floor.is_cancelled(open); }));
    CHECK_FALSE(floor.desk.place(limit_form(Side::buy, 1, 80)).has_value());
    REQUIRE(floor.resume("checked").has_value());
    CHECK(floor.desk.place(limit_form(Side::buy, 1, 80)).has_value());
    floor.restart();
    CHECK(floor.risk->standing().state == TradingState::active);
    CHECK(floor.resume("again").error().kind == ErrorKind::not_found);
}

TEST_CASE("a halt does not wait for the first settlement") {
    RiskFloor floor;
    const ClientOrderId open = floor.rest(90);
    floor.restart();
    REQUIRE(floor.halt("at once").has_value());
    REQUIRE(floor.desk.run_until([&] { return floor.is_cancelled(open); }));
    CHECK(floor.desk.exchange.cancels() == 1);
}

TEST_CASE("an order that others placed is withdrawn as the settlement finds it") {
    RiskFloor floor;
    REQUIRE(floor.halt("at once").has_value());
    OrderRequest foreign;
    foreign.id = ClientOrderId("elsewhere-1");
    foreign.symbol = "GOOG";
    foreign.quantity = 5;
    foreign.price = LimitPrice{90};
    floor.desk.exchange.rest(foreign);
    floor.restart();
    REQUIRE(floor.desk.settle());
    CHECK(floor.desk.run_until([&] { return floor.desk.exchange.cancels() == 1; }));
}

TEST_CASE("a halt that could not be recorded is recorded as soon as the journal takes it") {
    RiskFloor floor;
    floor.desk.write_protect(true);
    const Result<void> halted = floor.halt("fat finger");
    REQUIRE_FALSE(halted.has_value());
    CHECK_THAT(halted.error().hint, Contains("tried again"));
    CHECK(floor.risk->is_unrecorded());
    floor.desk.run_for(5s);
    CHECK(floor.risk->is_unrecorded());
    SECTION("by the next attempt") {
        floor.desk.write_protect(false);
        CHECK(floor.desk.run_until([&] { return !floor.risk->is_unrecorded(); }));
        CHECK(floor.risk_rows().size() == 1);
    }
    SECTION("by the last, as the core leaves") { floor.desk.write_protect(false); }
    SECTION("unless trading was resumed meanwhile") {
        floor.desk.write_protect(false);
        REQUIRE(floor.resume("all is well").has_value());
        CHECK(floor.desk.run_until([&] { return !floor.risk->is_unrecorded(); }));
        CHECK(floor.risk_rows().size() == 1);
        return;
    }
    floor.restart();
    CHECK(floor.risk->standing().state == TradingState::halted);
    CHECK(floor.risk->standing().reason == "fat finger");
}

TEST_CASE("a halt that cannot be recorded holds all the same and says so") {
    RiskFloor floor;
    const ClientOrderId open = floor.rest(90);
    floor.desk.write_protect(true);
    const Result<void> halted = floor.halt("disk");
    REQUIRE_FALSE(halted.has_value());
    CHECK_THAT(halted.error().hint, Contains("a restart would not know"));
    CHECK(floor.risk->standing().state == TradingState::halted);
    floor.desk.write_protect(false);
    CHECK(floor.desk.run_until([&] { return floor.is_cancelled(open); }));
}

TEST_CASE("a burst of rejections halts by itself, with its numbers in the journal and at every prompt") {
    RiskFloor floor;
    REQUIRE(floor.set("halt_rejects_max", "1").has_value());
    const ClientOrderId open = floor.rest(90);
    for (const Decimal price : {Decimal(91), Decimal(92)}) {
        floor.desk.exchange.expect_submit("GOOG", 10).then_reject("201", "no margin");
        CHECK_FALSE(floor.desk.place(limit_form(Side::buy, 10, price)).has_value());
    }
    CHECK(floor.risk->standing().cause == "reject_burst");
    CHECK(floor.desk.was_told("HALTED (reject_burst): 2 orders were rejected"));
    REQUIRE(floor.desk.run_until([&] { return floor.is_cancelled(open); }));
    CHECK_THAT(floor.risk_rows().back(), Contains("risk.halted") && Contains("automatic") && Contains("no margin"));
}

TEST_CASE("a limit set at run time holds at once, says who set it, and survives a restart") {
    RiskFloor floor;
    REQUIRE(floor.set("order_quantity_max", "5").has_value());
    const Result<orders::Placed> denied = floor.desk.place(limit_form(Side::buy, 6, 90));
    REQUIRE_FALSE(denied.has_value());
    CHECK(denied.error().code == "risk.order_quantity");
    CHECK_THAT(denied.error().hint, Contains("risk set, 2026-11-20 15:00 UTC: a test"));
    floor.restart();
    CHECK_FALSE(floor.desk.place(limit_form(Side::buy, 6, 91)).has_value());
    CHECK(floor.desk.place(limit_form(Side::buy, 5, 90)).has_value());
    const auto change = floor.risk->plan_limit(orders::parse_limit_name("order_quantity_max").value(), "none", {}, "");
    CHECK(change->loosens);
}

TEST_CASE("the first order of a core that has just started waits for the prices of what else is held") {
    RiskFloor floor;
    floor.list("GOOG");
    floor.list("KO");
    floor.desk.exchange.capabilities.price_rules = {"limit"};
    floor.desk.exchange.capabilities.times_in_force = {TimeInForce::day};
    REQUIRE(floor.set("daily_loss_max_usd", "2500").has_value());
    floor.desk.run_for(1s); // the day has begun before the fill
    floor.desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(100);
    REQUIRE(floor.desk.place(limit_form(Side::buy, 100, 100)).has_value());
    orders::OrderForm form = limit_form(Side::buy, 1, 90);
    form.symbol = "KO";
    const auto restart = [&](Duration quote_delay) {
        floor.close();
        floor.desk.restart();
        floor.desk.venue->quote_delays["GOOG"] = quote_delay;
        floor.open();
    };
    restart(500ms);
    CHECK_FALSE(floor.risk->book().marks().contains("GOOG"));
    const Result<orders::Placed> placed = floor.trade(form);
    CAPTURE(placed ? "" : placed.error().describe());
    CHECK(placed.has_value());

    restart(1h); // it never comes: refused, and soon
    const Duration asked = floor.desk.time.clock.elapsed();
    const Result<orders::Placed> denied = floor.trade(form);
    REQUIRE_FALSE(denied.has_value());
    CHECK_THAT(denied.error().message, Contains("there is no quote of GOOG"));
    CHECK(floor.desk.time.clock.elapsed() - asked < 5s);
}

TEST_CASE("what is used of the day's loss is known as soon as somebody asks") {
    RiskFloor floor;
    floor.list("GOOG");
    REQUIRE(floor.set("daily_loss_max_usd", "2500").has_value());
    floor.desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(100);
    REQUIRE(floor.desk.place(limit_form(Side::buy, 100, 100)).has_value());
    floor.close();
    floor.desk.restart();
    floor.desk.venue->quote_delays["GOOG"] = 500ms;
    floor.open();
    floor.work([&]() -> Task<void> { co_await floor.risk->price_held(); });
    for (const engine::LimitStanding& each : floor.risk->limits()) {
        if (each.limit == Limit::daily_loss_max) {
            CHECK_THAT(each.used, Contains("USD"));
        }
    }
}

TEST_CASE("a halt withdraws what was open before it, whatever somebody did to the clock") {
    RiskFloor floor;
    const ClientOrderId open = floor.rest(90);
    floor.desk.time.clock.step_wall_clock(-1h);
    REQUIRE(floor.halt("fat finger").has_value());
    CHECK(floor.desk.run_until([&] { return floor.is_cancelled(open); }));
}

TEST_CASE("orders that close positions after a halt stay, also through a restart, until the next halt") {
    RiskFloor floor;
    floor.list("GOOG");
    floor.desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(100);
    REQUIRE(floor.desk.place(limit_form(Side::buy, 100, 100)).has_value());
    REQUIRE(floor.halt("wrong account").has_value());
    Result<std::vector<engine::Flattened>> flattened;
    floor.work([&]() -> Task<void> { flattened = co_await floor.risk->flatten({}); });
    REQUIRE(flattened.has_value());
    REQUIRE(flattened->size() == 1);
    REQUIRE(flattened->front().outcome.has_value()); // it rests: nobody buys
    const ClientOrderId closing = flattened->front().outcome->order.request.id;
    floor.desk.run_for(10s);
    CHECK_FALSE(floor.is_cancelled(closing));
    floor.restart();
    floor.desk.run_for(10s);
    CHECK_FALSE(floor.is_cancelled(closing));
    floor.desk.time.clock.step_wall_clock(-1h);
    REQUIRE(floor.halt("still wrong").has_value());
    CHECK(floor.desk.run_until([&] { return floor.is_cancelled(closing); }));
}

TEST_CASE("a position is closed without a price history") {
    RiskFloor floor(Error(ErrorKind::failed, "store.damaged", "the file is damaged or no database"));
    floor.desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(100);
    REQUIRE(floor.desk.place(limit_form(Side::buy, 100, 100)).has_value());
    SECTION("by an order") {
        floor.desk.exchange.capabilities.price_rules = {"limit"};
        floor.desk.exchange.capabilities.times_in_force = {TimeInForce::day};
        orders::OrderForm form = limit_form(Side::sell, 1, 90);
        form.size = orders::SizeAll{};
        form.closes = true;
        const Result<orders::Placed> placed = floor.trade(form);
        CAPTURE(placed ? "" : placed.error().describe());
        REQUIRE(placed.has_value());
        CHECK(placed->order.request.quantity == 100);
        form.symbol = "KO"; // not held
        CHECK(floor.trade(form).error().code == "store.damaged");
    }
    SECTION("in a panic") {
        Result<std::vector<engine::Flattened>> flattened;
        floor.work([&]() -> Task<void> { flattened = co_await floor.risk->flatten({}); });
        REQUIRE(flattened.has_value());
        REQUIRE(flattened->size() == 1);
        const Result<orders::Placed>& outcome = flattened->front().outcome;
        CAPTURE(outcome ? "" : outcome.error().describe());
        CHECK(outcome.has_value());
    }
}

TEST_CASE("a limit is set for what exists") {
    RiskFloor floor;
    floor.list("GOOG");
    const auto check = [&](const orders::LimitScope& scope) {
        Result<void> known;
        floor.finish([&]() -> Task<void> { known = co_await floor.risk->check_scope(scope); });
        return known;
    };
    floor.desk.risk->use_account("DU12", true);
    CHECK(check({}).has_value());
    CHECK(check({.account = "", .symbol = "GOOG"}).has_value());
    CHECK(check({.account = "DU12", .symbol = ""}).has_value());
    CHECK(check({.account = "", .symbol = "GOGO"}).error().kind == ErrorKind::not_found);
    const Result<void> elsewhere = check({.account = "DU21", .symbol = ""});
    REQUIRE_FALSE(elsewhere.has_value());
    CHECK(elsewhere.error().kind == ErrorKind::not_found);
    CHECK_THAT(elsewhere.error().hint, Contains("DU12"));
}

TEST_CASE("REDUCING lets only out what reduces, and a halt is stricter") {
    RiskFloor floor;
    floor.desk.exchange.expect_submit("GOOG", 100).then_ack().then_fill(100);
    REQUIRE(floor.desk.place(limit_form(Side::buy, 100, 100)).has_value());
    Result<void> reduced;
    floor.finish([&]() -> Task<void> { reduced = co_await floor.risk->reduce("numbers", "c1"); });
    REQUIRE(reduced.has_value());
    CHECK_FALSE(floor.desk.place(limit_form(Side::buy, 1, 90)).has_value());
    CHECK(floor.desk.place(limit_form(Side::sell, 40, 120)).has_value());
    REQUIRE(floor.halt("worse").has_value());
    floor.finish([&]() -> Task<void> { reduced = co_await floor.risk->reduce("numbers", "c1"); });
    CHECK(reduced.error().code == "risk.halted");
}

TEST_CASE("a damaged row that the start has not read halts trading, is recorded and told") {
    RiskFloor floor;
    const ClientOrderId open = floor.rest(90);
    floor.finish([&]() -> Task<void> { // more rows than a start reads
        std::vector<store::JournalEvent> notes(store::JournalFile::verified_at_open + 1, {.kind = "account.note"});
        const Result<std::int64_t> written = co_await floor.desk.journal->append(std::move(notes));
        static_cast<void>(written);
    });
    floor.restart();
    floor.finish([&]() -> Task<void> {
        auto damage = [](store::JournalFile& file) {
            return file.database().execute("DROP TRIGGER events_never_change;"
                                           "UPDATE events SET account = 'DU9' WHERE seq = 100");
        };
        const Result<void> done = co_await floor.desk.journal->with_file(damage);
        static_cast<void>(done);
    });
    CHECK(floor.risk->standing().state == TradingState::active);
    floor.restart();
    REQUIRE(floor.desk.run_until([&] { return floor.risk->standing().state == TradingState::halted; }));
    CHECK(floor.risk->standing().cause == "journal");
    CHECK_THAT(floor.risk->standing().reason, Contains("row 100 of the journal"));
    REQUIRE(floor.warnings.size() == 1);
    CHECK_THAT(floor.warnings[0], Contains("row 100 of the journal") && Contains("restore a backup"));
    CHECK(floor.desk.run_until([&] { return floor.is_cancelled(open); }));
}
