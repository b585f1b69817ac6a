#include "core/exchange/order_book.hpp"

#include "tests/support/catch.hpp"

#include <map>
#include <random>

using namespace tradesh;
using namespace tradesh::exchange;

namespace {

struct Trade {
    std::uint64_t order;
    Ticks price;
    Lots lots;
    bool operator==(const Trade&) const = default;
};

std::vector<Trade> take(OrderBook& book, Side side, Ticks limit, Lots lots) {
    std::vector<Trade> trades;
    book.match(side, limit, lots, [&](const OrderBook::Resting& maker, Lots offered) {
        trades.push_back({maker.order, maker.price, offered});
        return offered;
    });
    return trades;
}

} // namespace

TEST_CASE("the best price comes first, and within a price the oldest order") {
    OrderBook book;
    book.rest(Side::sell, 101, 5, 1, 0);
    book.rest(Side::sell, 100, 5, 2, 0);
    book.rest(Side::sell, 100, 5, 3, 0);
    book.rest(Side::sell, 102, 5, 4, 0);
    CHECK(book.best_price(Side::sell) == 100);
    CHECK(take(book, Side::buy, 101, 12) == std::vector<Trade>{{2, 100, 5}, {3, 100, 5}, {1, 101, 2}});
    CHECK(take(book, Side::buy, 101, 100) == std::vector<Trade>{{1, 101, 3}});
    CHECK(book.best_price(Side::sell) == 102);
}

TEST_CASE("a reduced order keeps its place, a removed one leaves no trace") {
    OrderBook book;
    const OrderBook::Slot first = book.rest(Side::buy, 50, 10, 1, 0);
    const OrderBook::Slot second = book.rest(Side::buy, 50, 10, 2, 0);
    book.rest(Side::buy, 50, 10, 3, 0);
    book.reduce(first, 7);
    book.remove(second);
    CHECK(take(book, Side::sell, 50, 10) == std::vector<Trade>{{1, 50, 3}, {3, 50, 7}});
    CHECK_FALSE(book.empty(Side::buy));
    CHECK(take(book, Side::sell, OrderBook::no_limit(Side::sell), 10) == std::vector<Trade>{{3, 50, 3}});
    CHECK(book.empty(Side::buy));
}

TEST_CASE("the book agrees with a plain list on random orders") {
    const std::uint32_t seed = 20261121;
    INFO("seed " << seed);
    std::mt19937 random(seed);
    struct Plain {
        std::uint64_t order;
        Ticks price;
        Lots open;
        OrderBook::Slot slot;
    };
    std::map<Side, std::vector<Plain>> plain; // each side sorted: best first, then by arrival
    OrderBook book;
    for (std::uint64_t number = 1; number <= 20'000; ++number) {
        const Side side = random() % 2 == 0 ? Side::buy : Side::sell;
        const Ticks price = 1000 + static_cast<Ticks>(random() % 40);
        Lots lots = 1 + static_cast<Lots>(random() % 9);
        std::vector<Plain>& makers = plain[opposite(side)];
        std::vector<Trade> expected;
        while (lots > 0 && !makers.empty() &&
               (side == Side::buy ? makers.front().price <= price : makers.front().price >= price)) {
            const Lots traded = std::min(lots, makers.front().open);
            expected.push_back({makers.front().order, makers.front().price, traded});
            lots -= traded;
            makers.front().open -= traded;
            if (makers.front().open == 0) {
                makers.erase(makers.begin());
            }
        }
        Lots total = lots;
        for (const Trade& trade : expected) {
            total += trade.lots;
        }
        REQUIRE(take(book, side, price, total) == expected);
        std::vector<Plain>& own = plain[side];
        if (lots > 0) {
            const auto place = std::find_if(own.begin(), own.end(), [&](const Plain& other) {
                return side == Side::buy ? other.price < price : other.price > price;
            });
            own.insert(place, Plain{number, price, lots, book.rest(side, price, lots, number, 0)});
        }
        if (random() % 4 == 0 && !own.empty()) {
            const auto victim = own.begin() + static_cast<std::ptrdiff_t>(random() % own.size());
            book.remove(victim->slot);
            own.erase(victim);
        }
        REQUIRE(book.best_price(side) == (own.empty() ? std::nullopt : std::optional(own.front().price)));
    }
}
