#include "core/store/bar_rows.hpp"
#include "core/store/market_store.hpp"
#include "tests/store/random_bars.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <map>
#include <random>

using namespace tradesh;
using namespace tradesh::store;
using namespace std::chrono_literals;
using tradesh::test::random_bars;
using tradesh::test::same_bars;
using tradesh::test::TemporaryFolder;

namespace {

const Instant start = parse_instant("2024-01-02T14:30:00Z").value();

Instrument stock(const std::string& symbol) {
    Instrument instrument;
    instrument.symbol = symbol;
    return instrument;
}

/// A store with one instrument in a file of its own.
struct Bench {
    TemporaryFolder folder;
    std::unique_ptr<MarketFile> market = MarketFile::open(folder.file("market.db")).value();
    InstrumentId goog = market->instruments.add(stock("GOOG")).value().id;
    SeriesKey key{.instrument = goog, .timeframe = Timeframe::m1};

    MergeCounts merge(const Bars& bars) {
        Transaction transaction = Transaction::begin(market->database).value();
        const MergeCounts counts = market->bars.merge(key, bars).value();
        REQUIRE(transaction.commit());
        return counts;
    }
    std::int64_t chunks() {
        Statement rows = market->database.prepare("SELECT count(*) FROM chunks");
        REQUIRE(rows.step().value());
        return rows.integer(0);
    }
    Bars all() { return market->bars.range(key, Instant::min(), Instant::max()).value(); }
};

Bars rows_of(const Bars& bars, std::size_t begin, std::size_t end) {
    Bars part;
    REQUIRE(append_rows(part, bars, begin, end));
    return part;
}

} // namespace

TEST_CASE("bars come back as they went in, in one piece, by range and from the end") {
    Bench bench;
    std::mt19937_64 random(1);
    const Bars bars = random_bars(random, 1'300, start, 1min);
    CHECK(bench.merge(bars) == MergeCounts{.inserted = 1'300});
    CHECK(bench.chunks() == 3);
    CHECK(same_bars(bench.all(), bars));

    const Bars middle = bench.market->bars.range(bench.key, bars.open_time[500], bars.open_time[600]).value();
    CHECK(same_bars(middle, rows_of(bars, 500, 600)));
    CHECK(bench.market->bars.range(bench.key, bars.open_time[9], bars.open_time[9]).value().empty());
    for (const std::size_t count : {0UL, 1UL, 276UL, 277UL, 1'299UL, 1'300UL, 5'000UL}) {
        INFO(count);
        const std::size_t kept = std::min<std::size_t>(count, 1'300);
        CHECK(same_bars(bench.market->bars.last(bench.key, count).value(), rows_of(bars, 1'300 - kept, 1'300)));
    }
    const SeriesInfo info = bench.market->bars.find(bench.key).value().value();
    CHECK(info.key == bench.key);
    CHECK(info.bars == 1'300);
    CHECK(info.first == bars.open_time.front());
    CHECK(info.last == bars.open_time.back());
}

TEST_CASE("the last bars before a moment, and all since another") {
    Bench bench;
    std::mt19937_64 random(3);
    const Bars bars = random_bars(random, 2'000, start, 1min);
    bench.merge(bars);
    const auto last = [&](const LastBars& wanted) { return bench.market->bars.last(1, wanted); };
    for (const std::size_t before : {0UL, 1UL, 511UL, 512UL, 513UL, 1'700UL}) {
        INFO(before);
        const Instant moment = bars.open_time[before];
        const std::size_t first = before - std::min(before, 600UL);
        CHECK(same_bars(last({.count = 600, .before = moment}).value(), rows_of(bars, first, before)));
        CHECK(same_bars(last({.count = 600, .from = moment}).value(), rows_of(bars, first, 2'000)));
        CHECK(same_bars(last({.count = 600, .before = bars.open_time[1'800], .from = moment}).value(),
                        rows_of(bars, first, 1'800)));
    }
    CHECK(last({.count = 10, .from = bars.open_time[1'000], .bars_max = 1'010}).value().size() == 1'010);
    CHECK(last({.count = 10, .from = bars.open_time[999], .bars_max = 1'010}).error().code == "bars.too_many");
}

TEST_CASE("bars that arrive one by one fill the open chunk") {
    Bench bench;
    std::mt19937_64 random(2);
    const Bars bars = random_bars(random, 520, start, 1min);
    for (std::size_t i = 0; i < bars.size(); ++i) {
        CHECK(bench.merge(rows_of(bars, i, i + 1)) == MergeCounts{.inserted = 1});
    }
    CHECK(bench.chunks() == 2);
    CHECK(same_bars(bench.all(), bars));
}

TEST_CASE("a merge tells what was new, what changed and what was there already") {
    Bench bench;
    std::mt19937_64 random(3);
    const Bars bars = random_bars(random, 700, start, 1min);
    bench.merge(rows_of(bars, 100, 600));
    CHECK(bench.merge(bars) == MergeCounts{.inserted = 200, .unchanged = 500});
    CHECK(bench.merge(bars) == MergeCounts{.unchanged = 700});
    Bar changed = bars.at(300);
    changed.volume = changed.volume + Decimal(1);
    Bars one;
    REQUIRE(one.push_back(changed));
    CHECK(bench.merge(one) == MergeCounts{.replaced = 1});
    CHECK(bench.all().at(300) == changed);
    CHECK(bench.all().size() == 700);
}

TEST_CASE("unsorted bars and bars of an unknown instrument are refused") {
    Bench bench;
    std::mt19937_64 random(4);
    const Bars bars = random_bars(random, 3, start, 1min);
    Bars twice = rows_of(bars, 0, 1);
    REQUIRE(twice.push_back(bars.at(0)));
    Transaction transaction = Transaction::begin(bench.market->database).value();
    CHECK(bench.market->bars.merge(bench.key, twice).error().code == "bars.unsorted");
    CHECK_FALSE(bench.market->bars.merge(SeriesKey{.instrument = InstrumentId(99)}, bars));
}

TEST_CASE("random merges and deletions agree with a plain map") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    Bench bench;
    std::map<Instant, Bar> expected;
    for (int round = 0; round < 60; ++round) {
        const Instant from = start + 1min * static_cast<int>(random() % 4'000);
        if (random() % 4 == 0) {
            const Instant to = from + 1min * static_cast<int>(random() % 900);
            Transaction transaction = Transaction::begin(bench.market->database).value();
            const auto erased = static_cast<std::size_t>(bench.market->bars.erase(bench.key, from, to).value());
            REQUIRE(transaction.commit());
            const std::size_t before = expected.size();
            expected.erase(expected.lower_bound(from), expected.lower_bound(to));
            REQUIRE(erased == before - expected.size());
        } else {
            const Bars bars = random_bars(random, 1 + random() % 900, from, 1min);
            const MergeCounts counts = bench.merge(bars);
            REQUIRE(counts.inserted + counts.replaced + counts.unchanged == static_cast<std::int64_t>(bars.size()));
            for (std::size_t i = 0; i < bars.size(); ++i) {
                expected[bars.open_time[i]] = bars.at(i);
            }
        }
        const Bars stored = bench.all();
        REQUIRE(stored.size() == expected.size());
        std::size_t i = 0;
        for (const auto& [time, bar] : expected) {
            REQUIRE(stored.at(i++) == bar);
        }
    }
}

TEST_CASE("a reader sees all of a load or nothing of it") {
    Bench bench;
    std::mt19937_64 random(5);
    const Bars bars = random_bars(random, 2'000, start, 1min);
    bench.merge(rows_of(bars, 0, 1'000));
    const auto reader = MarketFile::open_for_reading(bench.folder.file("market.db")).value();
    Transaction transaction = Transaction::begin(bench.market->database).value();
    REQUIRE(bench.market->bars.merge(bench.key, rows_of(bars, 1'000, 2'000)));
    CHECK(same_bars(reader->bars.last(bench.key, 5).value(), rows_of(bars, 995, 1'000)));
    REQUIRE(transaction.commit());
    CHECK(same_bars(reader->bars.last(bench.key, 5).value(), rows_of(bars, 1'995, 2'000)));
}

TEST_CASE("a damaged chunk is an error where it is read, and can be deleted") {
    Bench bench;
    std::mt19937_64 random(6);
    const Bars bars = random_bars(random, 1'500, start, 1min);
    bench.merge(bars);
    REQUIRE(bench.market->database.execute("UPDATE chunks SET data = zeroblob(length(data)) WHERE first_ns = "
                                           "(SELECT min(first_ns) FROM chunks)"));
    CHECK(bench.market->bars.last(bench.key, 900));
    const Result<Bars> read = bench.market->bars.range(bench.key, Instant::min(), Instant::max());
    REQUIRE_FALSE(read);
    CHECK(read.error().code == "bars.damaged");
    CHECK(read.error().subject == bench.folder.file("market.db"));
    Transaction transaction = Transaction::begin(bench.market->database).value();
    CHECK(bench.market->bars.erase(bench.key, bars.open_time[0], bars.open_time[512]).value() == 512);
    REQUIRE(transaction.commit());
    CHECK(same_bars(bench.all(), rows_of(bars, 512, 1'500)));
}

TEST_CASE("series are listed apart by timeframe, source and basis") {
    Bench bench;
    std::mt19937_64 random(8);
    const Bars bars = random_bars(random, 10, start, 1min);
    bench.merge(bars);
    bench.key.basis = PriceBasis::adjusted;
    bench.merge(bars);
    bench.key.source = BarSource::tws;
    bench.key.timeframe = Timeframe::mo1;
    bench.merge(bars);
    const std::vector<SeriesInfo> all = bench.market->bars.list(bench.goog).value();
    REQUIRE(all.size() == 3);
    CHECK(all[2].key == bench.key);
    CHECK(bench.market->bars.list().value().size() == 3);
    CHECK(bench.market->bars.list(InstrumentId(77)).value().empty());
}
