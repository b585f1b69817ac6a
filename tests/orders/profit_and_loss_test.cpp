#include "core/orders/profit_and_loss.hpp"

#include "core/exchange/exchange.hpp"
#include "tests/support/catch.hpp"

#include <random>

using namespace tradesh;
using namespace tradesh::orders;

namespace {

Decimal number(std::string_view text) { return Decimal::parse(text).value(); }
Instant at(std::string_view text) { return parse_instant(text).value(); }
TradingDate on_day(std::string_view text) { return TradingDate(std::chrono::floor<std::chrono::days>(at(text))); }

const ContractTerms usd{.currency = Currency("USD")};

/// Fills of GOOG, a minute apart from 15:00 on 2026-11-20, with a fee of 1.
class Tape {
public:
    Fill buy(std::string_view quantity, std::string_view price) { return trade(Side::buy, quantity, price); }
    Fill sell(std::string_view quantity, std::string_view price) { return trade(Side::sell, quantity, price); }

private:
    Fill trade(Side side, std::string_view quantity, std::string_view price) {
        ++number_;
        return Fill{.execution = ExecutionId("x" + std::to_string(number_)),
                    .order = ClientOrderId("o" + std::to_string(number_)),
                    .symbol = "GOOG",
                    .side = side,
                    .quantity = number(quantity),
                    .price = number(price),
                    .fee = Money{1, Currency("USD")},
                    .time = at("2026-11-20 15:00") + std::chrono::minutes(number_)};
    }
    int number_ = 0;
};

Profit total(const ProfitAndLoss& book) { return book.totals().at(Currency("USD")); }

} // namespace

TEST_CASE("What is sold is realised at average cost, apart from its fees") {
    ProfitAndLoss book;
    Tape tape;
    book.fold(tape.buy("10", "100"), usd);
    book.fold(tape.buy("30", "104"), usd);
    CHECK(book.positions().at("GOOG").basis.average_price() == 103);
    book.fold(tape.sell("20", "110.50"), usd);
    CHECK(total(book).realised == 150);
    CHECK(total(book).fees == 3);
    CHECK(total(book).net() == 147);
    CHECK(book.positions().at("GOOG").basis.quantity() == 20);
    CHECK(book.positions().at("GOOG").basis.unrealised(number("102.25"), 1) == -15);
}

TEST_CASE("A trade through zero closes first and opens with the rest") {
    ProfitAndLoss book;
    Tape tape;
    book.fold(tape.buy("10", "100"), usd);
    book.fold(tape.sell("15", "90"), usd);
    const CostBasis& held = book.positions().at("GOOG").basis;
    CHECK(total(book).realised == -100);
    CHECK(held.quantity() == -5);
    CHECK(held.average_price() == 90);
    CHECK(held.unrealised(80, 1) == 50);
    book.fold(tape.buy("5", "88"), usd);
    CHECK(total(book).realised == -90);
    CHECK(held.quantity().is_zero());
}

TEST_CASE("A contract's multiplier counts in what is realised and in what is not") {
    ProfitAndLoss book;
    Tape tape;
    const ContractTerms future{.currency = Currency("USD"), .multiplier = 50};
    book.fold(tape.sell("2", "5000.25"), future);
    book.fold(tape.buy("1", "5000"), future);
    CHECK(total(book).realised == number("12.5"));
    CHECK(book.positions().at("GOOG").basis.unrealised(number("5001"), 50) == number("-37.5"));
}

TEST_CASE("A third that is closed leaves no cent behind") {
    ProfitAndLoss book;
    Tape tape;
    book.fold(tape.buy("1", "10"), usd);
    book.fold(tape.buy("2", "10.01"), usd); // the average is 10.00666...
    for (int i = 0; i < 3; ++i) {
        book.fold(tape.sell("1", "11"), usd);
    }
    CHECK(total(book).realised == number("2.98"));
}

TEST_CASE("Lines are by day and symbol, by either, or neither") {
    Tape tape;
    Fill first = tape.buy("10", "100");
    Fill second = tape.sell("4", "101");
    Fill third = tape.sell("6", "99");
    third.time = at("2026-11-21 01:00");
    Fill other = tape.buy("1", "7");
    other.symbol = "KO";
    const auto lines_of = [&](ProfitGrouping grouping, const ContractTerms& terms) {
        ProfitAndLoss book(grouping);
        for (const Fill& fill : {first, second, third, other}) {
            book.fold(fill, terms);
        }
        return book.lines();
    };
    const auto both = lines_of({}, usd);
    CHECK(both.size() == 3);
    CHECK(both.at({on_day("2026-11-20"), "GOOG", Currency("USD")}).realised == 4);
    CHECK(both.at({on_day("2026-11-21"), "GOOG", Currency("USD")}).realised == -6);
    CHECK(both.at({on_day("2026-11-20"), "KO", Currency("USD")}).fees == 1);
    CHECK(lines_of({.by_day = true, .by_symbol = false}, usd).size() == 2);
    CHECK(lines_of({.by_day = false, .by_symbol = true}, usd).size() == 2);
    CHECK(lines_of({.by_day = false, .by_symbol = false}, usd).at({{}, "", Currency("USD")}).realised == -2);

    // 01:00 in UTC is still the evening before in New York.
    const ContractTerms new_york{.currency = Currency("USD"), .zone = Zone::find("America/New_York").value()};
    CHECK(lines_of({.by_day = true, .by_symbol = false}, new_york).size() == 1);

    // What lies before the range still makes the positions, and so what is realised in it.
    const auto later = lines_of({.by_day = false, .by_symbol = true, .from = at("2026-11-21")}, usd);
    REQUIRE(later.size() == 1);
    CHECK(later.begin()->second.realised == -6);
}

TEST_CASE("Amounts in unlike currencies stay apart") {
    ProfitAndLoss book;
    Tape tape;
    Fill fill = tape.buy("10", "100");
    fill.fee = Money{number("1.25"), Currency("USD")};
    book.fold(fill, ContractTerms{.currency = Currency("EUR")});
    CHECK(book.totals().at(Currency("EUR")) == Profit{.realised = {}, .fees = {}, .fills = 1});
    CHECK(book.totals().at(Currency("USD")) == Profit{.realised = {}, .fees = number("1.25"), .fills = 0});
}

TEST_CASE("What was realised since a moment") {
    ProfitAndLoss book;
    Tape tape;
    Fill early = tape.buy("10", "100");
    early.time = at("2026-11-19 23:59");
    Fill late = tape.sell("10", "90");
    late.time = at("2026-11-20 00:01");
    book.fold(early, usd);
    book.fold(late, usd);
    const ProfitByCurrency today = book.realised_since(at("2026-11-20"));
    CHECK(today.at(Currency("USD")) == Profit{.realised = -100, .fees = 1, .fills = 1});
    CHECK(book.realised_since(at("2026-11-21")).empty());

    Fill weeks_later = tape.buy("1", "1");
    weeks_later.time = at("2026-12-20");
    book.fold(weeks_later, usd);
    CHECK(book.realised_since(at("2026-11-01")).at(Currency("USD")).fills == 1);
}

TEST_CASE("Random trades come to the paper exchange's own numbers, to the last digit") {
    const unsigned seed = std::random_device()();
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto pick = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };

    exchange::Exchange market("T",
                              {.per_unit = number("0.0035"), .minimum = number("0.35"), .share_max = number("0.01")});
    Instrument stock;
    stock.symbol = "GOOG";
    Instrument coin;
    coin.symbol = "BTC";
    coin.lot = number("0.00000001");
    Instrument future;
    future.symbol = "ES";
    future.tick = number("0.25");
    future.multiplier = 50;
    const std::vector<Instrument> instruments{stock, coin, future};
    for (const Instrument& instrument : instruments) {
        market.list(instrument).value();
    }
    const exchange::AccountIndex account = market.open_account("alice", Currency("USD"), 1'000'000'000);

    ProfitAndLoss book;
    Instant now = at("2026-11-20 15:00");
    for (int i = 0; i < 2'000; ++i) {
        const auto listing = static_cast<exchange::ListingIndex>(pick(0, 2));
        const Instrument& instrument = instruments[listing];
        const exchange::Ticks price = pick(9'000, 11'000);
        const exchange::Lots lots = pick(1, 300);
        market.set_quotes(listing, {.bids = {{price, lots}}, .asks = {{price + 1, lots}}, .last = price}, now);
        market
            .submit(account,
                    OrderRequest{.id = ClientOrderId("o" + std::to_string(i)),
                                 .symbol = instrument.symbol,
                                 .side = pick(0, 1) == 0 ? Side::buy : Side::sell,
                                 .quantity = instrument.lot * pick(1, 200),
                                 .price = MarketPrice{},
                                 .time_in_force = TimeInForce::ioc,
                                 .may_open_short = true},
                    now)
            .value();
        for (const exchange::Event& event : market.take_changes().events) {
            if (const auto* filled = std::get_if<exchange::Filled>(&event.what)) {
                book.fold(filled->fill,
                          ContractTerms{.currency = instrument.currency, .multiplier = instrument.multiplier});
            }
        }
        now += std::chrono::minutes(7);
    }

    Decimal realised;
    Decimal fees;
    for (const Position& position : market.positions(account)) {
        CAPTURE(position.symbol);
        const CostBasis& held = book.positions().at(position.symbol).basis;
        CHECK(held.quantity() == position.quantity);
        CHECK(held.average_price() == position.average_price);
        realised += position.realised;
        fees += position.fees;
    }
    CHECK(total(book).fills > 500);
    CHECK(total(book).realised == realised);
    CHECK(total(book).fees == fees);
}
