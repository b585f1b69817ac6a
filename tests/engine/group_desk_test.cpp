#include "core/engine/group_desk.hpp"
#include "core/orders/order_key.hpp"
#include "tests/orders/order_desk.hpp"
#include "tests/support/catch.hpp"

#include <asio/io_context.hpp>

using namespace tradesh;
using namespace tradesh::engine;
using namespace tradesh::test;
using namespace std::chrono_literals;
using orders::Order;
using runtime::Task;
using runtime::TaskInfo;

namespace {

constexpr std::size_t legs_count = 3;

GroupRequest group_of(std::vector<orders::OrderForm> forms, const std::string& key = "") {
    GroupRequest request{.name = "pair", .legs = {}, .key = key};
    for (orders::OrderForm& form : forms) {
        const std::string number = std::to_string(request.legs.size() + 1);
        request.legs.push_back({.form = std::move(form), .key = orders::child_key(key, number)});
    }
    return request;
}

GroupRequest three_legs(const std::string& key = "") {
    return group_of({limit_form(Side::buy, 10, 99), limit_form(Side::buy, 20, 98), limit_form(Side::buy, 30, 97)}, key);
}

/// A group desk at work on the journal and the orders of an OrderDesk, in virtual time.
class GroupStage {
public:
    GroupStage() { open(); }
    ~GroupStage() { shut(); }

    using Outcome = std::shared_ptr<std::optional<Result<GroupOutcome>>>;

    Outcome begin(GroupRequest request, orders::PlaceOptions options = {}) {
        const auto outcome = std::make_shared<std::optional<Result<GroupOutcome>>>();
        options.correlation = "c" + std::to_string(++commands_count_);
        options.timeout = 2s;
        commands_->spawn("commit", [this, outcome, request, options](TaskInfo&) -> Task<void> {
            Result<GroupOutcome> sent = co_await desk->commit(request, options, Permission());
            outcome->emplace(std::move(sent));
        });
        return outcome;
    }
    Result<GroupOutcome> commit(GroupRequest request, orders::PlaceOptions options = {}) {
        const Outcome outcome = begin(std::move(request), std::move(options));
        REQUIRE(orders.run_until([&] { return outcome->has_value(); }));
        return std::move(**outcome);
    }

    void crash() {
        orders.before_shut = [this] { shut(); };
        orders.crash();
        orders.before_shut = nullptr;
        open();
    }
    void restart() {
        shut();
        orders.restart();
        open();
    }
    /// Waits until nothing of a group is left to be done.
    void settle() {
        REQUIRE(orders.settle());
        REQUIRE(orders.run_until([this] { return desk->tasks().empty(); }));
        REQUIRE(orders.settle());
    }

    std::size_t open_at_venue() const {
        std::size_t open = 0;
        for (const auto& [id, order] : orders.exchange.orders()) {
            open += is_final(order.state) ? 0 : 1;
        }
        return open;
    }
    Decimal filled_at_venue() const {
        Decimal filled;
        for (const auto& [id, order] : orders.exchange.orders()) {
            filled += order.filled;
        }
        return filled;
    }

    OrderDesk orders;
    std::unique_ptr<GroupDesk> desk;

private:
    void open() {
        desk = std::make_unique<GroupDesk>(GroupDesk::Parts{
            .loop = orders.time.loop,
            .log = log_,
            .journal = *orders.journal,
            .manager = *orders.manager,
            .account = "T1",
            .venue = "scripted",
            .place = [this](orders::OrderForm form, orders::PlaceOptions options,
                            Permission) { return orders.manager->place(std::move(form), goog(), std::move(options)); },
            .rehearse =
                [this](orders::OrderForm form, orders::PlaceOptions options, Permission) {
                    return orders.manager->rehearse(std::move(form), goog(), std::move(options));
                }});
        commands_ = std::make_unique<runtime::TaskScope>(orders.time.loop);
        bool started = false;
        commands_->spawn("start", [this, &started](TaskInfo&) -> Task<void> {
            const Result<void> read = co_await desk->start();
            started = read.has_value();
        });
        REQUIRE(orders.run_until([&] { return started; }));
    }
    void shut() {
        if (!desk) {
            return;
        }
        commands_->cancel();
        bool stopped = false;
        runtime::TaskScope scope(orders.time.loop);
        scope.spawn("stop", [this, &stopped](TaskInfo&) -> Task<void> {
            co_await desk->stop();
            co_await commands_->join();
            stopped = true;
        });
        for (int look = 0; look < 20 && !stopped; ++look) { // what goes to the disk and back several times
            orders.run_until([&] { return stopped; });
        }
        std::string running;
        for (const TaskInfo& task : desk->tasks()) {
            running += task.name + " awaits " + task.awaits;
        }
        INFO(running);
        REQUIRE(stopped);
        orders.time.loop.poll();
        commands_.reset();
        desk.reset();
    }

    runtime::Log log_;
    std::unique_ptr<runtime::TaskScope> commands_;
    int commands_count_ = 0;
};

void script(GroupStage& stage, std::string_view scenario) {
    if (scenario == "first leg fills") {
        stage.orders.exchange.expect_submit("GOOG", 10).then_ack().then_fill(10);
    } else if (scenario == "last leg is rejected") {
        stage.orders.exchange.expect_submit("GOOG", 30).then_reject("201", "no margin");
    } else if (scenario == "second leg is lost") {
        stage.orders.exchange.expect_submit("GOOG", 20).fail_unknown(true).drop_ack();
    }
}

/// The core dies after so many turns of a commit. False when the commit had ended before that.
bool crash_after(int turns, std::string_view scenario) {
    GroupStage stage;
    stage.settle();
    script(stage, scenario);
    const GroupStage::Outcome outcome = stage.begin(three_legs("h1"));
    for (int i = 0; i < turns; ++i) {
        if (outcome->has_value()) {
            return false;
        }
        stage.orders.turn();
    }
    stage.crash();
    stage.settle();
    INFO(scenario << ", killed after turn " << turns);
    const std::size_t open = stage.open_at_venue();
    const Decimal filled = stage.filled_at_venue();
    const std::size_t filled_legs = filled.is_zero() ? 0 : 1;
    CHECK((open == 0 || open + filled_legs == legs_count)); // all stand, or no lone leg works on

    const int submits = stage.orders.exchange.submits();
    const Result<GroupOutcome> again = stage.commit(three_legs("h1"));
    REQUIRE(again);
    stage.settle();
    if (again->replayed) {
        CHECK(stage.orders.exchange.submits() == submits);
        CHECK(again->failure.has_value() == (open == 0));
        CHECK((open > 0 || hedge_lines(again->legs).empty() == filled.is_zero()));
    } else { // nothing had reached the venue that holds the key
        CHECK((open == 0 && filled.is_zero()));
    }
    const std::size_t after = stage.open_at_venue();
    CHECK((after == 0 || after == legs_count || after + 1 == legs_count));
    const std::size_t told = stage.desk->take_findings().size();
    CHECK(told <= 1);
    if (again->failure && again->failure->code == "group.cut_off") { // this core had to see to it
        CHECK(told == 1);
    }
    return true;
}

} // namespace

TEST_CASE("killed at any step of a commit, every leg stands or none works on, and the key sends nothing twice") {
    for (const std::string_view scenario :
         {"acknowledged", "first leg fills", "last leg is rejected", "second leg is lost"}) {
        int turns = 0;
        while (crash_after(turns, scenario)) {
            ++turns;
            REQUIRE(turns < 400);
        }
        CHECK(turns > 10);
    }
}

TEST_CASE("a group that was cut off is told with what it takes to be flat again") {
    GroupStage stage;
    stage.settle();
    stage.orders.exchange.expect_submit("GOOG", 10).then_ack().then_fill(10);
    const GroupStage::Outcome outcome = stage.begin(three_legs("h1"));
    while (stage.orders.exchange.submits() < 2) {
        stage.orders.turn();
    }
    stage.crash();
    stage.settle();
    CHECK(stage.open_at_venue() == 0);
    const std::vector<std::string> findings = stage.desk->take_findings();
    REQUIRE(findings.size() == 1);
    CHECK_THAT(findings[0], Contains("group 'pair'") && Contains("2 of its 3 legs had gone out") &&
                                Contains("To be flat again: sell GOOG 10 market"));
    stage.restart(); // it has ended, and is told once
    stage.settle();
    CHECK(stage.desk->take_findings().empty());
    const Result<GroupOutcome> again = stage.commit(three_legs("h1"));
    REQUIRE(again);
    CHECK(again->replayed);
    REQUIRE(again->failure);
    CHECK(again->failure->code == "group.cut_off");
    CHECK(hedge_lines(again->legs) == std::vector<std::string>{"sell GOOG 10 market"});
    CHECK(stage.orders.exchange.submits() == 2);
}

TEST_CASE("a key stands for one group: anything else is refused before anything is sent or withdrawn") {
    GroupStage stage;
    stage.settle();
    REQUIRE_FALSE(stage.commit(three_legs("h1")).value().failure);
    const int submits = stage.orders.exchange.submits();
    const auto refused = [&](GroupRequest request) {
        const Result<GroupOutcome> outcome = stage.commit(std::move(request));
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().code == "order.key_used");
        CHECK(outcome.error().kind == ErrorKind::refused);
        CHECK(stage.orders.exchange.submits() == submits);
        CHECK(stage.orders.exchange.cancels() == 0);
        CHECK(stage.open_at_venue() == legs_count);
    };
    GroupRequest first_changed = three_legs("h1");
    first_changed.legs[0].form = limit_form(Side::buy, 11, 99);
    refused(first_changed);
    GroupRequest last_changed = three_legs("h1");
    last_changed.legs[2].form = limit_form(Side::buy, 31, 97);
    refused(last_changed);
    GroupRequest one_more = three_legs("h1");
    one_more.legs.push_back({.form = limit_form(Side::buy, 40, 96), .key = "h1:4"});
    refused(one_more);
    GroupRequest one_less = three_legs("h1");
    one_less.legs.pop_back();
    refused(one_less);
    GroupRequest all_filled = three_legs("h1");
    all_filled.all_filled = true;
    refused(all_filled);

    stage.orders.time.clock.advance(std::chrono::hours(24));
    const Result<GroupOutcome> old = stage.commit(three_legs("h1"));
    REQUIRE_FALSE(old);
    CHECK(old.error().code == "order.key_old");
    orders::PlaceOptions replay_old;
    replay_old.replay_old = true;
    CHECK(stage.commit(three_legs("h1"), replay_old).value().replayed);
    CHECK(stage.orders.exchange.submits() == submits);
}

TEST_CASE("a leg's key that an order has keeps the whole group back") {
    GroupStage stage;
    stage.settle();
    REQUIRE(stage.orders.place(limit_form(Side::buy, 30, 97), with_key("h1:3")));
    const Result<GroupOutcome> outcome = stage.commit(three_legs("h1"));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == "order.key_used");
    CHECK(stage.orders.exchange.submits() == 1);
    CHECK(stage.open_at_venue() == 1);
}

TEST_CASE("two commits of one key at once are one group") {
    GroupStage stage;
    stage.settle();
    const GroupStage::Outcome first = stage.begin(three_legs("h1"));
    const GroupStage::Outcome second = stage.begin(three_legs("h1"));
    REQUIRE(stage.orders.run_until([&] { return first->has_value() && second->has_value(); }));
    CHECK_FALSE((*first)->value().replayed);
    CHECK((*second)->value().replayed);
    CHECK(stage.orders.exchange.submits() == 3);
}

TEST_CASE("a failed group answers its key with the same failure") {
    GroupStage stage;
    stage.settle();
    stage.orders.exchange.expect_submit("GOOG", 30).then_reject("201", "no margin");
    const Result<GroupOutcome> first = stage.commit(three_legs("h1"));
    REQUIRE(first.value().failure);
    CHECK(first->failure->kind == ErrorKind::rejected);
    CHECK(stage.open_at_venue() == 0);
    const Result<GroupOutcome> again = stage.commit(three_legs("h1"));
    REQUIRE(again.value().failure);
    CHECK(again->replayed);
    CHECK(again->failure->kind == ErrorKind::rejected);
    CHECK(again->failure->venue_message == "no margin");
    CHECK(stage.orders.exchange.submits() == 3);
}

TEST_CASE("a leg without a key whose fate is unknown is withdrawn, too") {
    GroupStage stage;
    stage.settle();
    stage.orders.exchange.expect_submit("GOOG", 20).fail_unknown(true).drop_ack();
    const Result<GroupOutcome> lost = stage.commit(three_legs());
    REQUIRE(lost.value().failure);
    stage.settle();
    CHECK(stage.orders.exchange.submits() == 2);
    CHECK(stage.open_at_venue() == 0);
    REQUIRE(lost->legs[1].order);
}
