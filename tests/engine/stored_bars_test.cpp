#include "core/engine/stored_bars.hpp"
#include "core/scan/symbol_scan.hpp"
#include "tests/store/random_bars.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <random>

using namespace tradesh;
using namespace tradesh::engine;
using namespace std::chrono_literals;
using scan::SymbolOutcome;
using tradesh::test::random_bars;
using tradesh::test::TemporaryFolder;
using Symbols = std::vector<std::string>;

namespace {

const Instant start = parse_instant("2024-01-02").value();

/// market.db with daily bars, and the source of scans beside it.
struct Stage {
    TemporaryFolder folder;
    std::string path = folder.file("market.db");
    std::unique_ptr<store::MarketFile> market = store::MarketFile::open(path).value();
    StoredBars source{path};
    std::mt19937_64 random{std::random_device{}()};

    store::SeriesKey add(const std::string& symbol, std::size_t bars) {
        Instrument instrument;
        instrument.symbol = symbol;
        const store::SeriesKey key{.instrument = market->instruments.add(instrument).value().id};
        merge(key, random_bars(random, bars, start, 24h));
        return key;
    }
    void merge(const store::SeriesKey& key, const Bars& bars) {
        store::Transaction transaction = store::Transaction::begin(market->database).value();
        REQUIRE(market->bars.merge(key, bars));
        REQUIRE(transaction.commit());
    }
    /// The close of each symbol so many bars ago, or the code of its error.
    std::vector<std::string> closes(const Symbols& symbols, const std::string& text) {
        const expression::Program program = expression::compile(text).value();
        const auto bars = source.open(symbols, scan::bars_wanted(program, Timeframe::d1)).value();
        std::vector<std::string> found(symbols.size());
        groups = bars->groups().size();
        for (const scan::SymbolGroup& group : bars->groups()) {
            for (const SymbolOutcome& each : scan::scan_group(program, *bars, group, symbols, Timeframe::d1)) {
                found[each.position] = !each.rows                    ? each.rows.error().code
                                       : each.rows->front().shortage ? "shortage"
                                                                     : std::to_string(each.rows->front().values.at(0));
            }
        }
        return found;
    }
    std::string close(const store::SeriesKey& key, std::size_t bars_ago) {
        return std::to_string(market->bars.last(key, bars_ago + 1).value().close.to_doubles().front());
    }
    std::size_t groups = 0; ///< of the last scan
};

} // namespace

TEST_CASE("a scan reads eight symbols at a time, and what is new at once") {
    Stage stage;
    Symbols symbols;
    std::vector<store::SeriesKey> keys;
    std::vector<std::string> expected;
    for (int i = 0; i < 20; ++i) {
        symbols.push_back("S" + std::to_string(i));
        keys.push_back(stage.add(symbols.back(), 100));
        expected.push_back(stage.close(keys.back(), 3));
    }
    CHECK(stage.closes(symbols, "close[3]") == expected);
    CHECK(stage.groups == 3);
    const Instant last = stage.market->bars.last(keys[7], 1).value().open_time[0];
    stage.merge(keys[7], random_bars(stage.random, 4, last + 24h, 24h));
    expected[7] = stage.close(keys[7], 3);
    CHECK(stage.closes(symbols, "close[3]") == expected);
    CHECK(stage.source.symbols(Timeframe::d1).value().size() == 20);
    CHECK(stage.source.symbols(Timeframe::h1).value().empty());
    CHECK(stage.source.connections_opened() == 1);
}

TEST_CASE("more bars than the tail holds come from market.db") {
    Stage stage;
    const store::SeriesKey deep = stage.add("DEEP", 900);
    const store::SeriesKey flat = stage.add("FLAT", 300);
    CHECK(stage.closes({"DEEP", "FLAT"}, "close[700]") == std::vector<std::string>{stage.close(deep, 700), "shortage"});
    CHECK(stage.groups == 2);
    CHECK(stage.closes({"DEEP", "FLAT"}, "close[299]") ==
          std::vector<std::string>{stage.close(deep, 299), stage.close(flat, 299)});
    CHECK(stage.groups == 1);
}

TEST_CASE("an unknown symbol has no data, a damaged one says so, and neither hurts the others") {
    Stage stage;
    const store::SeriesKey good = stage.add("GOOD", 50);
    stage.add("DAMAGED", 50);
    REQUIRE(stage.market->database.execute("UPDATE chunks SET data = zeroblob(length(data)) WHERE series = 2"));
    CHECK(stage.closes({"NOSUCH", "DAMAGED", "GOOD"}, "close[1]") ==
          std::vector<std::string>{"scan.no_data", "bars.damaged", stage.close(good, 1)});
}

TEST_CASE("without a tail a scan reads market.db and says the same") {
    Stage stage;
    const store::SeriesKey goog = stage.add("GOOG", 60);
    std::filesystem::create_directory(stage.path + ".tail-1d"); // in the way of the file
    CHECK(stage.closes({"GOOG"}, "close[5]") == std::vector<std::string>{stage.close(goog, 5)});
}

TEST_CASE("a symbol with more bars than may be read is refused, and the others are not") {
    Stage stage;
    stage.add("LONG", 900);
    stage.add("SHORT", 500);
    const Symbols symbols{"LONG", "SHORT"};
    const expression::Program program = expression::compile("obv()").value(); // of every bar there is
    scan::BarsWanted wanted = scan::bars_wanted(program, Timeframe::d1);
    REQUIRE(wanted.bars > 900);
    wanted.bars_max = 700;
    const auto bars = stage.source.open(symbols, wanted).value();
    for (const scan::SymbolGroup& group : bars->groups()) {
        for (const SymbolOutcome& each : scan::scan_group(program, *bars, group, symbols, Timeframe::d1)) {
            INFO(symbols[each.position]);
            CHECK(each.rows.has_value() == (symbols[each.position] == "SHORT"));
            CHECK((each.rows || each.rows.error().code == "bars.too_many"));
        }
    }
}

TEST_CASE("two scans at once have what they need") {
    Stage stage;
    const store::SeriesKey goog = stage.add("GOOG", 60);
    const scan::BarsWanted wanted{.timeframe = Timeframe::d1, .bars = 10, .columns = {}};
    const Symbols symbols{"GOOG"};
    const auto other = stage.source.open(symbols, wanted).value();
    CHECK(stage.closes({"GOOG"}, "close[5]") == std::vector<std::string>{stage.close(goog, 5)});
}

TEST_CASE("the mark of a symbol is another when its bars are") {
    Stage stage;
    const store::SeriesKey goog = stage.add("GOOG", 10);
    stage.add("KO", 10);
    const Symbols symbols{"GOOG", "KO", "NOSUCH"};
    const std::vector<std::int64_t> before = stage.source.marks(symbols, Timeframe::d1).value();
    CHECK(before[2] == 0);
    CHECK(stage.source.marks(symbols, Timeframe::d1).value() == before);
    const Instant last = stage.market->bars.last(goog, 1).value().open_time[0];
    stage.merge(goog, random_bars(stage.random, 1, last + 24h, 24h));
    const std::vector<std::int64_t> after = stage.source.marks(symbols, Timeframe::d1).value();
    CHECK(after[0] != before[0]);
    CHECK(after[1] == before[1]);
}
