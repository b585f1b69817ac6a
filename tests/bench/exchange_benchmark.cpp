// bench_exchange: orders a second of the book alone, then requests and events a second of the pure exchange (accounts,
// checks, money, events), with books of different depth. Each of eight
// accounts adds, cancels, replaces and takes; changes are drained every 256 requests, as a venue does at a commit.
// Prints a line for each depth: levels a side, then requests a second of each round, then events a second of each.

#include "core/exchange/exchange.hpp"
#include "tests/bench/required.hpp"

#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

using namespace tradesh;
using namespace tradesh::exchange;

namespace {

constexpr int rounds = 7;
constexpr int requests_a_round = 200'000;
constexpr int requests_a_commit = 256;
constexpr AccountIndex accounts = 8;
constexpr Ticks middle = 1'000'000;

struct Resting {
    ClientOrderId id;
    AccountIndex account = 0;
    Side side = Side::buy;
    Ticks price = 0;
};

class Traffic {
public:
    explicit Traffic(Ticks levels) : levels_(levels), market_("B", FeeModel{}) {
        Instrument stock;
        stock.symbol = "STOCK";
        bench::required(market_.list(stock));
        for (AccountIndex i = 0; i < accounts; ++i) {
            market_.open_account("account " + std::to_string(i), Currency("USD"), 1'000'000'000'000);
        }
        for (Ticks level = 1; level <= levels_; ++level) {
            rest(Side::buy, middle - level);
            rest(Side::sell, middle + level);
        }
        drain();
    }

    /// Requests and events of `requests_a_round` requests, per second.
    std::pair<double, double> round() {
        events_ = 0;
        const auto begin = std::chrono::steady_clock::now();
        for (int i = 0; i < requests_a_round; ++i) {
            request();
            if (i % requests_a_commit == 0) {
                drain();
            }
        }
        drain();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        return {requests_a_round / took.count(), static_cast<double>(events_) / took.count()};
    }

private:
    std::uint64_t roll(std::uint64_t below) { return dice_() % below; }

    void submit(AccountIndex account, const ClientOrderId& id, Side side, Ticks price, TimeInForce time_in_force) {
        const OrderRequest order{.id = id,
                                 .symbol = "STOCK",
                                 .side = side,
                                 .quantity = 10,
                                 .price = LimitPrice{Decimal::of(price, 2)},
                                 .time_in_force = time_in_force,
                                 .may_open_short = true};
        bench::required(market_.submit(account, order, now_));
    }
    void rest(Side side, Ticks price) {
        Resting order{.id = ClientOrderId("order-" + std::to_string(++count_)),
                      .account = static_cast<AccountIndex>(roll(accounts)),
                      .side = side,
                      .price = price};
        submit(order.account, order.id, side, price, TimeInForce::gtc);
        resting_.push_back(std::move(order));
    }
    /// Mostly near the touch, as real books have it.
    Ticks distance() {
        const Ticks reach = roll(4) == 0 ? levels_ : std::min<Ticks>(levels_, 10);
        return 1 + static_cast<Ticks>(roll(static_cast<std::uint64_t>(reach)));
    }
    Resting take_one() {
        const std::size_t index = roll(resting_.size());
        std::swap(resting_[index], resting_.back());
        Resting order = std::move(resting_.back());
        resting_.pop_back();
        return order;
    }

    /// 40 % add, 40 % cancel, 10 % replace, 10 % take what the best order offers: the book keeps its size. Changes of
    /// what has filled meanwhile are refused.
    void request() {
        const std::uint64_t kind = resting_.size() < 100 ? 0 : roll(100);
        const Side side = roll(2) == 0 ? Side::buy : Side::sell;
        if (kind < 40) {
            rest(side, side == Side::buy ? middle - distance() : middle + distance());
        } else if (kind < 80) {
            const Resting order = take_one();
            market_.cancel(order.account, order.id, now_);
        } else if (kind < 90) {
            Resting order = take_one();
            order.price = order.side == Side::buy ? middle - distance() : middle + distance();
            market_.replace(order.account, order.id, 10, LimitPrice{Decimal::of(order.price, 2)}, now_);
            resting_.push_back(std::move(order));
        } else {
            const ClientOrderId id("take-" + std::to_string(++count_));
            const Ticks far = side == Side::buy ? middle + levels_ : middle - levels_;
            submit(static_cast<AccountIndex>(roll(accounts)), id, side, far, TimeInForce::ioc);
        }
    }
    void drain() {
        events_ += market_.take_changes().events.size();
        market_.forget_final_orders();
    }

    Ticks levels_;
    exchange::Exchange market_;
    Instant now_ = bench::required(parse_instant("2026-11-20T15:00:00Z"));
    std::mt19937_64 dice_{1};
    std::uint64_t count_ = 0;
    std::size_t events_ = 0;
    std::vector<Resting> resting_;
};

/// The book alone with the traffic of Liquibook's own performance test: buys and sells in turn, ten ticks of price each
/// that overlap by six, 100 to 1,000 lots; about half of the orders meet another at once, and what is left rests.
class BookTraffic {
public:
    BookTraffic() {
        std::mt19937_64 dice(2);
        for (std::size_t i = 0; i < orders; ++i) {
            const bool buys = i % 2 == 0;
            const auto price = static_cast<Ticks>((buys ? 1'880 : 1'884) + dice() % 10);
            requests_.push_back({.side = buys ? Side::buy : Side::sell,
                                 .price = price,
                                 .lots = static_cast<Lots>(100 * (1 + dice() % 10))});
        }
    }

    double orders_per_s() const {
        OrderBook book;
        Lots traded = 0;
        const auto trade = [&](OrderBook::Resting& maker, Lots offered) {
            traded += offered;
            (void)maker;
            return offered;
        };
        const auto begin = std::chrono::steady_clock::now();
        for (std::size_t i = 0; i < orders; ++i) {
            const Request& request = requests_[i];
            const Lots left = book.match(request.side, request.price, request.lots, trade);
            if (left > 0) {
                book.rest(request.side, request.price, left, i, 0);
            }
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        return traded > 0 ? static_cast<double>(orders) / took.count() : 0;
    }

private:
    struct Request {
        Side side = Side::buy;
        Ticks price = 0;
        Lots lots = 0;
    };
    static constexpr std::size_t orders = 1'000'000;
    std::vector<Request> requests_;
};

} // namespace

int main() {
    const BookTraffic book;
    book.orders_per_s();
    std::string orders;
    for (int round = 0; round < rounds; ++round) {
        orders += "\t" + std::to_string(book.orders_per_s());
    }
    std::printf("book.orders%s\n", orders.c_str());
    for (const Ticks levels : {10, 1'000, 10'000}) {
        Traffic traffic(levels);
        traffic.round();
        std::string requests;
        std::string events;
        for (int round = 0; round < rounds; ++round) {
            const auto [requests_per_s, events_per_s] = traffic.round();
            requests += "\t" + std::to_string(requests_per_s);
            events += "\t" + std::to_string(events_per_s);
        }
        std::printf("%lld.requests%s\n%lld.events%s\n", static_cast<long long>(levels), requests.c_str(),
                    static_cast<long long>(levels), events.c_str());
        std::fflush(stdout);
    }
}
