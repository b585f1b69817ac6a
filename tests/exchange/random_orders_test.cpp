#include "tests/exchange/exchange_fixture.hpp"

#include <random>

using namespace tradesh;
using namespace tradesh::test;
using exchange::Lots;

namespace {

/// Two accounts that trade at random with one another and with the house, without fees.
struct RandomTrading : ExchangeFixture {
    explicit RandomTrading(unsigned seed) : dice(seed) { move(); }

    std::int64_t roll(std::int64_t from, std::int64_t to) {
        return std::uniform_int_distribution<std::int64_t>(from, to)(dice);
    }
    exchange::AccountIndex someone() { return roll(0, 1) == 0 ? alice : bob; }
    Decimal near() { return Decimal::of(middle + roll(-30, 30), 2); }

    void move() {
        middle = std::max<std::int64_t>(500, middle + roll(-20, 20));
        std::vector<exchange::HouseLevel> bids;
        std::vector<exchange::HouseLevel> asks;
        for (std::int64_t level = 0; level < roll(0, 3); ++level) {
            bids.push_back({middle - 3 - level * 4, roll(1, 30)});
            asks.push_back({middle + 3 + level * 4, roll(1, 30)});
        }
        market.set_quotes(0, {bids, asks, middle}, now);
    }
    PriceRule any_price() {
        switch (roll(0, 5)) {
        case 0: return MarketPrice{};
        case 1: return StopPrice{near(), std::nullopt};
        case 2: return StopPrice{near(), near()};
        case 3: return TrailingStop{Decimal::of(roll(1, 40), 2), false};
        case 4: return TrailingStop{roll(1, 5), true};
        default: return LimitPrice{near()};
        }
    }
    OrderRequest any_order() {
        OrderRequest request = order("o" + std::to_string(++count), roll(0, 1) == 0 ? Side::buy : Side::sell,
                                     std::to_string(roll(1, 40)), any_price(), TimeInForce::gtc, roll(0, 1) == 0);
        const std::int64_t when = roll(0, 9);
        request.time_in_force = when == 0   ? TimeInForce::ioc
                                : when == 1 ? TimeInForce::fok
                                : when == 2 ? TimeInForce::day
                                            : TimeInForce::gtc;
        if (roll(0, 5) == 0) {
            request.valid_until = now + std::chrono::seconds(roll(1, 200));
        }
        return request;
    }
    void submit_bracket() {
        std::vector<OrderRequest> linked{any_order()};
        for (std::int64_t i = roll(1, 3); i > 0; --i) {
            OrderRequest exit = any_order();
            exit.side = opposite(linked[0].side);
            exit.parent = linked[0].id;
            exit.quantity = roll(0, 2) == 0 ? Decimal(roll(1, 20)) : linked[0].quantity;
            exit.oco_group = roll(0, 4) == 0 ? "" : "x" + linked[0].id.value;
            linked.push_back(exit);
        }
        market.submit_linked(someone(), linked, now).value();
    }
    void submit_pair() {
        std::vector<OrderRequest> linked{any_order(), any_order()};
        linked[0].oco_group = linked[1].oco_group = "p" + linked[0].id.value;
        market.submit_linked(someone(), linked, now).value();
    }
    void step() {
        now += std::chrono::seconds(1);
        market.expire(now);
        switch (roll(0, 9)) {
        case 0: submit_bracket(); break;
        case 1: submit_pair(); break;
        case 2: market.cancel(someone(), ClientOrderId("o" + std::to_string(roll(1, count + 1))), now); break;
        case 3:
        case 4:
            market.replace(someone(),
                           ClientOrderId("o" + std::to_string(roll(std::max<std::int64_t>(1, count - 20), count + 1))),
                           Decimal(roll(1, 60)), any_price(), now);
            break;
        case 5:
        case 6:
        case 7: move(); break;
        default: market.submit(someone(), any_order(), now).value();
        }
    }

    /// What every moment must keep.
    void check() {
        std::map<std::string, Lots> exits_filled;
        for (const exchange::Order* order : market.orders()) {
            REQUIRE(order->filled <= order->quantity);
            REQUIRE(order->filled >= 0);
            REQUIRE((order->is_resting() == false || order->live()));
            if (order->is_resting()) {
                REQUIRE(market.book(0).at(order->slot).order == order->number);
                REQUIRE(market.book(0).at(order->slot).open == order->workable());
            }
            if (order->is_exit()) {
                exits_filled[order->request.parent.value] += order->filled;
            }
        }
        for (const auto& [parent, filled] : exits_filled) {
            const exchange::Order* order = market.find(alice, ClientOrderId(parent));
            order = order != nullptr ? order : market.find(bob, ClientOrderId(parent));
            REQUIRE(filled <= order->filled);
            REQUIRE(filled <= order->given);
        }
        for (const exchange::AccountIndex account : {alice, bob}) {
            REQUIRE_FALSE(market.summary(account).reserved.is_negative());
        }
    }
    void check_groups() {
        std::map<std::string, std::pair<Lots, Lots>> groups; // filled, greatest order
        for (const exchange::Order* order : market.orders()) {
            if (order->is_grouped() && order->state != OrderState::rejected) {
                auto& [filled, greatest] = groups[order->request.oco_group];
                filled += order->filled;
                greatest = std::max(greatest, most[order->request.id.value]);
            }
        }
        for (const auto& [group, sums] : groups) {
            INFO(group);
            REQUIRE(sums.first <= sums.second);
        }
    }
    void book_events() {
        for (const exchange::Event& event : market.take_changes().events) {
            if (const auto* filled = std::get_if<exchange::Filled>(&event.what)) {
                const Decimal signed_quantity = filled->fill.quantity * sign_of(filled->fill.side);
                cash[event.account] -= signed_quantity * filled->fill.price;
                position[event.account] += signed_quantity;
            }
        }
        for (const exchange::AccountIndex account : {alice, bob}) {
            REQUIRE(market.summary(account).cash == cash[account]);
            REQUIRE(Decimal(market.holding(account, 0).quantity) == position[account]);
            const Decimal profit = market.holding(account, 0).realised;
            REQUIRE(market.holding(account, 0).cost * (position[account].is_negative() ? -1 : 1) ==
                    profit + 100'000 - cash[account]);
        }
    }
    void note_sizes() {
        for (const exchange::Order* order : market.orders()) {
            Lots& size = most[order->request.id.value];
            size = std::max(size, order->quantity + order->taken);
        }
    }

    std::mt19937 dice;
    std::int64_t middle = 10'000;
    std::int64_t count = 0;
    std::map<exchange::AccountIndex, Decimal> cash{{0, 100'000}, {1, 100'000}};
    std::map<exchange::AccountIndex, Decimal> position;
    std::map<std::string, Lots> most;
};

} // namespace

TEST_CASE(
    "whatever is ordered, money and quantities add up, groups never over-fill and exits never outrun their order") {
    const unsigned seed = GENERATE(range(1U, 41U));
    INFO("seed " << seed);
    RandomTrading t(seed);
    t.lines();
    for (int step = 0; step < 400; ++step) {
        t.step();
        t.note_sizes();
        t.check();
        t.check_groups();
        t.book_events();
    }
    for (const exchange::Order* order : t.market.orders()) {
        t.market.cancel(order->account, order->request.id, t.now);
    }
    CHECK_FALSE(t.market.has_live_orders());
    CHECK(t.market.summary(t.alice).reserved.is_zero());
    CHECK(t.market.summary(t.bob).reserved.is_zero());
}
