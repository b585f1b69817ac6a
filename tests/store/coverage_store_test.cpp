#include "core/store/market_store.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <random>
#include <set>

using namespace tradesh;
using namespace tradesh::store;
using tradesh::test::TemporaryFolder;

namespace {

Instant at(std::int64_t minute) { return Instant(std::chrono::minutes(minute)); }

/// A market file with one instrument, within one transaction.
struct Market {
    TemporaryFolder folder;
    std::unique_ptr<MarketFile> file = MarketFile::open(folder.file("market.db")).value();
    Transaction transaction = Transaction::begin(file->database).value();
    SeriesKey key{.instrument = file->instruments.add(Instrument{.id = {}, .symbol = "GOOG"}).value().id,
                  .timeframe = Timeframe::m1,
                  .source = BarSource::tws};
    SeriesKey other{.instrument = key.instrument, .timeframe = Timeframe::mo1, .source = BarSource::tws};

    std::vector<AnsweredRange> all() {
        return file->coverage.list(key, Instant::min() + std::chrono::days(1), Instant::max() - std::chrono::days(1))
            .value();
    }
};

AnsweredRange regular(std::int64_t from, std::int64_t to) {
    return {.hours = Hours::regular, .from = at(from), .to = at(to)};
}

} // namespace

TEST_CASE("stretches that touch or overlap become one") {
    Market market;
    CHECK(market.file->coverage.add(market.key, regular(10, 20)).has_value());
    CHECK(market.file->coverage.add(market.key, regular(30, 40)).has_value());
    CHECK(market.all() == std::vector{regular(10, 20), regular(30, 40)});
    CHECK(market.file->coverage.add(market.key, regular(20, 30)).has_value());
    CHECK(market.all() == std::vector{regular(10, 40)});
    CHECK(market.file->coverage.add(market.key, regular(15, 16)).has_value());
    CHECK(market.file->coverage.add(market.key, regular(5, 5)).has_value());
    CHECK(market.all() == std::vector{regular(10, 40)});
}

TEST_CASE("what was answered for other hours or another series is kept apart") {
    Market market;
    const AnsweredRange extended{.hours = Hours::extended, .from = at(20), .to = at(30)};
    CHECK(market.file->coverage.add(market.key, regular(10, 20)).has_value());
    CHECK(market.file->coverage.add(market.key, extended).has_value());
    CHECK(market.file->coverage.add(market.other, regular(0, 100)).has_value());
    CHECK(market.all() == std::vector{regular(10, 20), extended});
    CHECK(market.file->coverage.list(market.key, at(20), at(30)).value() == std::vector{extended});
}

TEST_CASE("an erased stretch is cut out of what was answered") {
    Market market;
    CHECK(market.file->coverage.add(market.key, regular(10, 40)).has_value());
    CHECK(market.file->coverage.erase(market.key, at(20), at(30)).has_value());
    CHECK(market.all() == std::vector{regular(10, 20), regular(30, 40)});
    CHECK(market.file->coverage.erase(market.key, at(40), at(50)).has_value());
    CHECK(market.all() == std::vector{regular(10, 20), regular(30, 40)});
    CHECK(market.file->coverage.erase(market.key, at(0), at(100)).has_value());
    CHECK(market.all().empty());
}

TEST_CASE("any sequence of answers and erasures leaves exactly the minutes that count as answered") {
    const std::uint32_t seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto below = [&random](std::int64_t limit) {
        return std::uniform_int_distribution<std::int64_t>(0, limit - 1)(random);
    };
    Market market;
    std::set<std::int64_t> answered;
    for (int step = 0; step < 300; ++step) {
        const std::int64_t from = below(100);
        const std::int64_t to = from + below(20);
        const bool adds = below(3) != 0;
        const Result<void> done = adds ? market.file->coverage.add(market.key, regular(from, to))
                                       : market.file->coverage.erase(market.key, at(from), at(to));
        REQUIRE(done.has_value());
        for (std::int64_t minute = from; minute < to; ++minute) {
            if (adds) {
                answered.insert(minute);
            } else {
                answered.erase(minute);
            }
        }
        std::set<std::int64_t> stored;
        const std::vector<AnsweredRange> ranges = market.all();
        for (std::size_t i = 0; i < ranges.size(); ++i) {
            CHECK((i == 0 || ranges[i - 1].to < ranges[i].from)); // apart, or they would be one
            for (Instant minute = ranges[i].from; minute < ranges[i].to; minute += std::chrono::minutes(1)) {
                stored.insert(minute.time_since_epoch() / std::chrono::minutes(1));
            }
        }
        REQUIRE(stored == answered);
    }
}

TEST_CASE("a head is remembered, and so is that there is none") {
    Market market;
    CHECK(market.file->coverage.head(market.key).value() == std::nullopt);
    const SeriesHead known{.first = at(5), .asked_at = at(100)};
    CHECK(market.file->coverage.set_head(market.key, known).has_value());
    CHECK(market.file->coverage.head(market.key).value() == known);
    const SeriesHead none{.first = std::nullopt, .asked_at = at(200)};
    CHECK(market.file->coverage.set_head(market.key, none).has_value());
    CHECK(market.file->coverage.head(market.key).value() == none);
    CHECK(market.file->coverage.head(market.other).value() == std::nullopt);
}

TEST_CASE("splits and dividends are listed by date and replaced, not repeated") {
    using namespace std::chrono;
    Market market;
    const InstrumentId goog = market.key.instrument;
    const sys_days first = year(2012) / 8 / 13;
    const sys_days second = year(2012) / 9 / 12;
    const CorporateAction split{.ex_date = first, .what = Split{.new_shares = 2, .old_shares = 1}};
    const CorporateAction dividend{
        .ex_date = second, .what = Dividend{.amount = {.amount = Decimal::of(255, 3), .currency = Currency("USD")}}};
    const CorporateAction same_day{
        .ex_date = first, .what = Dividend{.amount = {.amount = Decimal::of(1, 1), .currency = Currency("USD")}}};
    const std::vector actions{dividend, same_day, split};
    CHECK(market.file->actions.put(goog, BarSource::tws, actions).value() == 3);
    CHECK(market.file->actions.put(goog, BarSource::tws, actions).value() == 0);
    CHECK(market.file->actions.list(goog, BarSource::tws).value() == std::vector{split, same_day, dividend});
    CHECK(market.file->actions.list(goog, BarSource::import).value().empty());

    const std::vector corrected{CorporateAction{.ex_date = first, .what = Split{.new_shares = 3, .old_shares = 2}}};
    CHECK(market.file->actions.put(goog, BarSource::tws, corrected).value() == 1);
    CHECK(market.file->actions.list(goog, BarSource::tws).value().front() == corrected.front());
    CHECK(market.file->actions.erase(goog, BarSource::tws, first).value() == 2);
    CHECK(market.file->actions.list(goog, BarSource::tws).value() == std::vector{dividend});
}

TEST_CASE("requests are counted by source, and old ones are forgotten") {
    Market market;
    CHECK(market.file->requests.record(BarSource::tws, at(10), at(0)).has_value());
    CHECK(market.file->requests.record(BarSource::tws, at(12), at(0)).has_value());
    CHECK(market.file->requests.record(BarSource::alpaca, at(11), at(0)).has_value());
    CHECK(market.file->requests.since(BarSource::tws, at(0)).value() == std::vector{at(10), at(12)});
    CHECK(market.file->requests.since(BarSource::tws, at(11)).value() == std::vector{at(12)});
    CHECK(market.file->requests.record(BarSource::tws, at(14), at(12)).has_value());
    CHECK(market.file->requests.since(BarSource::tws, at(0)).value() == std::vector{at(12), at(14)});
    CHECK(market.file->requests.since(BarSource::alpaca, at(0)).value() == std::vector{at(11)});
}
