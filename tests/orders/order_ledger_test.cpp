#include "core/orders/order_ledger.hpp"
#include "tests/orders/order_facts.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace tradesh::test;
using orders::Applied;
using orders::OrderLedger;

TEST_CASE("an order is found by id, end of the id, key and venue id") {
    OrderLedger ledger;
    ledger.apply(event(intended("k4x9-1-1", "open-2026-11-20")));
    ledger.apply(event(intended("k4x9-1-12")));
    ledger.apply(event(accepted()));
    const auto resolved = [&](std::string_view text) { return ledger.resolve(text).value().value; };
    CHECK(resolved("k4x9-1-1") == "k4x9-1-1");
    CHECK(resolved("1-12") == "k4x9-1-12");
    CHECK(resolved("12") == "k4x9-1-12");
    CHECK(resolved("1") == "k4x9-1-1");
    CHECK(resolved("open-2026-11-20") == "k4x9-1-1");
    CHECK(resolved("V7") == "k4x9-1-1");
}

TEST_CASE("an unknown or ambiguous name says so") {
    OrderLedger ledger;
    ledger.apply(event(intended("k4x9-1-2")));
    ledger.apply(event(intended("k4x9-2-2")));
    const Result<ClientOrderId> none = ledger.resolve("7");
    CHECK(none.error().kind == ErrorKind::not_found);
    CHECK_FALSE(ledger.resolve("").has_value());
    CHECK_FALSE(ledger.resolve("9-1-2").has_value()); // short forms begin after a dash
    const Result<ClientOrderId> several = ledger.resolve("2");
    CHECK(several.error().kind == ErrorKind::usage);
    CHECK(several.error().hint == "write more of the id: k4x9-1-2 or k4x9-2-2");
    ledger.apply(event(intended("k4x9-1-3", "4")));
    CHECK(ledger.resolve("4").value().value == "k4x9-1-3");
    ledger.apply(event(intended("k4x9-1-4")));
    CHECK(ledger.resolve("4").error().hint == "write more of the id: k4x9-1-3 or k4x9-1-4"); // the key of one
}

TEST_CASE("a forgotten order leaves no trace, and its key is free") {
    OrderLedger ledger;
    ledger.apply(event(intended("k4x9-1-1", "monday")));
    ledger.apply(event(intended("k4x9-1-2", "tuesday")));
    ledger.forget(ClientOrderId("k4x9-1-2"));
    CHECK(ledger.all().size() == 1);
    CHECK(ledger.find(ClientOrderId("k4x9-1-2")) == nullptr);
    CHECK(ledger.find_by_key("tuesday") == nullptr);
    CHECK(ledger.find_by_key("monday") != nullptr);
    CHECK(ledger.open_quantity("GOOG", Side::buy) == Decimal(100));
}

TEST_CASE("the key of an order that was never sent is free, until the order turns up after all") {
    OrderLedger ledger;
    ledger.apply(event(intended("k4x9-1-1", "monday")));
    ledger.apply(event(not_sent()));
    CHECK(ledger.find_by_key("monday") == nullptr);
    ledger.apply(event(accepted()));
    CHECK(ledger.find_by_key("monday") == ledger.find(order_id));
}

TEST_CASE("open quantity counts what open orders of one side may still fill") {
    OrderLedger ledger;
    ledger.apply(event(intended("k4x9-1-1")));
    ledger.apply(event(intended("k4x9-1-2")));
    ledger.apply(event(orders::OrderIntended{{.request = request("k4x9-1-3", Side::sell, 30), .key = "", .form = ""}}));
    ledger.apply(event(accepted()));
    ledger.apply(event(filled("E1", 60)));
    CHECK(ledger.open_quantity("GOOG", Side::buy) == Decimal(140));
    CHECK(ledger.open_quantity("GOOG", Side::sell) == Decimal(30));
    CHECK(ledger.open_quantity("KO", Side::buy) == Decimal(0));
    ledger.apply(event(cancelled()));
    CHECK(ledger.open_quantity("GOOG", Side::buy) == Decimal(100));
    CHECK(ledger.open().size() == 2);
    CHECK(ledger.all().size() == 3);
    CHECK(ledger.last_fill_time() == nine_thirty);
}

TEST_CASE("an event about an order that nobody began is out of place") {
    OrderLedger ledger;
    CHECK(ledger.apply(event(accepted())) == Applied::out_of_place);
    CHECK(ledger.all().empty());
}

TEST_CASE("orders that cancel one another count once, and exits no further than their order has filled") {
    OrderLedger ledger;
    ledger.apply(event(intended()));
    OrderRequest target = request("k4x9-1-2", Side::sell, 100);
    target.parent = order_id;
    target.oco_group = "exits";
    OrderRequest protect = target;
    protect.id = ClientOrderId("k4x9-1-3");
    for (const OrderRequest& exit : {target, protect}) {
        ledger.apply(event(orders::OrderIntended{{.request = exit, .key = "", .form = ""}}));
    }
    CHECK(ledger.open_quantity("GOOG", Side::sell) == Decimal(0));
    ledger.apply(event(filled("E1", 60)));
    CHECK(ledger.open_quantity("GOOG", Side::sell) == Decimal(60));
    CHECK(ledger.open_quantity("GOOG", Side::buy) == Decimal(40));
    CHECK(ledger.open_of("GOOG").size() == 3);
    CHECK(ledger.open_of("KO").empty());
}

TEST_CASE("what our orders traded adds up, corrections and adopted fills included") {
    OrderLedger ledger;
    ledger.apply(event(intended()));
    ledger.apply(event(filled("E1", 60)));
    ledger.apply(event(filled("E1", 60)));
    CHECK(ledger.traded("GOOG") == Decimal(60));
    ledger.apply(event(corrected(50)));
    CHECK(ledger.traded("GOOG") == Decimal(50));
    VenueOrder theirs;
    theirs.request = request("other", Side::sell, 30);
    theirs.filled = 10;
    theirs.average_price = 99;
    ledger.apply(event(orders::OrderAdopted{theirs}));
    CHECK(ledger.traded("GOOG") == Decimal(40));
}

TEST_CASE("a replacement's key leads to its order until it is known never to have arrived") {
    OrderLedger ledger;
    ledger.apply(event(intended()));
    ledger.apply(event(accepted()));
    ledger.apply(event(replace_intended(80, "tuesday")));
    CHECK(ledger.find_by_key("tuesday") == ledger.find(order_id));
    ledger.apply(event(replaced()));
    CHECK(ledger.find_by_venue_id(VenueOrderId("V8")) == ledger.find(order_id));
    CHECK(ledger.find_by_venue_id(VenueOrderId("V7")) == ledger.find(order_id));
    ledger.apply(event(replace_intended(70, "wednesday")));
    ledger.apply(event(replace_rejected(), orders::FactSource::user));
    CHECK(ledger.find_by_key("wednesday") == nullptr);
    CHECK(ledger.find_by_key("tuesday") != nullptr);
}

TEST_CASE("ended orders leave memory, the oldest first, with all that leads to them") {
    OrderLedger ledger(2);
    for (const std::string id : {"k4x9-1-1", "k4x9-1-2", "k4x9-1-3"}) {
        ledger.apply(event(intended(id, "key " + id)));
        ledger.apply(event(venue::OrderAccepted{ClientOrderId(id), VenueOrderId("V" + id)}));
        ledger.apply(event(venue::OrderCancelled{ClientOrderId(id), ""}));
    }
    CHECK(ledger.find(order_id) == nullptr);
    CHECK(ledger.find_by_key("key k4x9-1-1") == nullptr);
    CHECK(ledger.find_by_venue_id(VenueOrderId("Vk4x9-1-1")) == nullptr);
    CHECK(ledger.all().size() == 2);
    CHECK(ledger.open_count() == 0);
    CHECK(ledger.count() == 3);
}

TEST_CASE("a combo's fills move the order, those of its legs the positions") {
    OrderLedger ledger;
    ledger.apply(event(intended()));
    Fill leg = fill("E1", 200);
    leg.symbol = "KO";
    leg.side = Side::sell;
    leg.of = FillOf::leg;
    Fill whole = fill("E2", 100);
    whole.of = FillOf::combo;
    whole.fee = Money{};
    ledger.apply(event(venue::OrderFilled{leg}));
    CHECK(ledger.find(order_id)->filled.is_zero());
    ledger.apply(event(venue::OrderFilled{whole}));
    const orders::Order& order = *ledger.find(order_id);
    CHECK(order.state == OrderState::filled);
    CHECK(order.average_price() == Decimal(99));
    CHECK(order.fees == Decimal::of(35, 2));
    CHECK(ledger.traded("KO") == Decimal(-200));
    CHECK(ledger.traded("GOOG").is_zero());
}
