#include "core/orders/risk_book.hpp"

#include "tests/orders/order_facts.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_loop.hpp"

using namespace tradesh;
using namespace tradesh::test;
using namespace tradesh::orders;
using namespace std::chrono_literals;

namespace {

struct BookCase {
    BookCase() {
        instrument.symbol = "GOOG";
        account.currency = Currency("USD");
        account.buying_power = 20'000;
        account.net_liquidation = 20'000;
        book.on_halt = [this](const Halt& halt) { halts.push_back(halt.cause); };
        book.held({}, account);
    }
    RiskCheck check(std::string_view name) const {
        const OrderRequest order = request("");
        const OrderLedger ledger;
        const venue::Capabilities capabilities;
        const AskedOrder asked{.request = order,
                               .instrument = instrument,
                               .account = account,
                               .account_asked = account_asked,
                               .positions = book.positions(),
                               .ledger = ledger,
                               .capabilities = capabilities};
        for (RiskCheck& each : book.check(asked)) {
            if (each.name == name) {
                return each;
            }
        }
        return {};
    }
    void send(std::string id) {
        book.sent(request(std::move(id)), instrument, Money{.amount = 9950, .currency = Currency("USD")});
    }
    void set(Limit limit, Decimal number, std::string currency = "") {
        book.set_limit(
            limit, {},
            {.number = number, .currency = currency.empty() ? Currency() : Currency(currency), .source = "here"});
    }
    void quote(Decimal price) {
        Quote quote;
        quote.symbol = "GOOG";
        quote.bid = quote.ask = price;
        book.quoted(quote);
    }
    Fill bought(std::string execution, Decimal quantity, Decimal price) {
        Fill traded = fill(std::move(execution), quantity, order_id.value, price);
        traded.time = clock.now() + 1s;
        traded.fee.amount = 0;
        return traded;
    }

    VirtualClock clock;
    RiskBook book{RiskBook::Parts{.clock = clock, .limits = {}, .account = "T1"}};
    Instrument instrument;
    AccountSummary account;
    Duration account_asked{0};
    std::vector<std::string> halts;
};

} // namespace

TEST_CASE("an order on its way is taken off the buying power until a later word of the venue counts it") {
    BookCase desk;
    desk.send("k4x9-1-1");
    CHECK(desk.check("buying_power").limit == "10050 USD");
    desk.clock.advance(1s);
    desk.book.recorded(event(accepted()));
    desk.account_asked = 500ms; // asked for before the venue had answered
    CHECK(desk.check("buying_power").limit == "10050 USD");
    desk.account_asked = 2s;
    CHECK(desk.check("buying_power").limit == "20000 USD");
}

TEST_CASE("what a rejected order would have taken is free at once") {
    BookCase desk;
    desk.send("k4x9-1-1");
    desk.book.recorded(event(rejected()));
    CHECK(desk.check("buying_power").limit == "20000 USD");
}

TEST_CASE("orders are counted as they are sent") {
    BookCase desk;
    desk.set(Limit::orders_per_second_max, 2);
    desk.set(Limit::orders_per_minute_max, 3);
    desk.send("a");
    CHECK(desk.check("order_rate").verdict == Verdict::pass);
    desk.send("b");
    CHECK(desk.check("order_rate").measure == "orders_per_second");
    desk.clock.advance(1s);
    CHECK(desk.check("order_rate").verdict == Verdict::pass);
    desk.send("c");
    desk.clock.advance(1s);
    CHECK(desk.check("order_rate").measure == "orders_per_minute");
    desk.clock.advance(58s);
    CHECK(desk.check("order_rate").verdict == Verdict::pass);
}

TEST_CASE("a loss beyond its limit halts once, and stands in the way of a resume") {
    BookCase desk;
    desk.set(Limit::daily_loss_max, 100, "USD");
    desk.book.learn(desk.instrument);
    desk.quote(100);
    desk.book.recorded(event(venue::OrderFilled{desk.bought("x1", 10, 100)}));
    desk.quote(90);
    CHECK(desk.halts.empty());
    desk.quote(Decimal::of(8999, 2));
    desk.quote(80);
    CHECK(desk.halts == std::vector<std::string>{"daily_loss"});
    CHECK(desk.book.standing().state == TradingState::halted);
    CHECK(desk.book.standing_cause()->cause == "daily_loss");
    CHECK(desk.check("trading_state").verdict == Verdict::deny);
}

TEST_CASE("an execution that was taken back or corrected counts as what it is now") {
    BookCase desk;
    desk.book.learn(desk.instrument);
    desk.quote(90);
    const Fill first = desk.bought("x1", 10, 100);
    desk.book.recorded(event(venue::OrderFilled{first}));
    CHECK(desk.book.day().profit->amount == Decimal(-100));
    const Fill corrected = desk.bought("x2", 10, 95);
    desk.book.recorded(event(venue::ExecutionCorrected{first.execution, corrected}), &first);
    CHECK(desk.book.day().profit->amount == Decimal(-50));
    Fill bust = desk.bought("x3", 0, 95);
    desk.book.recorded(event(venue::ExecutionCorrected{corrected.execution, bust}), &corrected);
    CHECK(desk.book.day().profit->amount == Decimal(0));
}

TEST_CASE("positions follow the fills, through zero and out on the other side") {
    BookCase desk;
    desk.book.learn(desk.instrument);
    desk.book.moved(desk.bought("x1", 10, 100));
    desk.book.moved(desk.bought("x2", 10, 110));
    CHECK(desk.book.positions().at("GOOG").average_price == Decimal(105));
    Fill sold = desk.bought("x3", 25, 120);
    sold.side = Side::sell;
    desk.book.moved(sold);
    CHECK(desk.book.positions().at("GOOG").quantity == Decimal(-5));
    CHECK(desk.book.positions().at("GOOG").average_price == Decimal(120));
    desk.book.moved(desk.bought("x4", 5, 110));
    CHECK(desk.book.positions().empty());
}

TEST_CASE("a new day begins with what is held") {
    BookCase desk;
    desk.book.learn(desk.instrument);
    desk.quote(100);
    desk.book.recorded(event(venue::OrderFilled{desk.bought("x1", 10, 100)}));
    desk.book.moved(desk.bought("x1", 10, 100));
    desk.quote(95);
    CHECK(desk.book.day().profit->amount == Decimal(-50));
    desk.clock.advance(24h);
    desk.quote(94);
    CHECK(desk.book.day().profit->amount.is_negative());
    desk.quote(96);
    CHECK(desk.book.day().profit->amount.is_positive());
}

TEST_CASE("a gap that the settlement found halts where that is asked for") {
    BookCase desk;
    desk.book.mismatch("GOOG", 10, 12);
    CHECK(desk.halts.empty());
    desk.set(Limit::halt_on_mismatch, 1);
    desk.book.mismatch("GOOG", 10, 12);
    CHECK(desk.halts == std::vector<std::string>{"mismatch"});
    CHECK_THAT(desk.book.standing().reason, Contains("the venue has 12 GOOG and the journal 10"));
}
