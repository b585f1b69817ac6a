#include "core/engine/scan_splits.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <chrono>

using namespace tradesh;
using namespace tradesh::engine;
using namespace std::chrono_literals;
using expression::Truth;
using tradesh::test::TemporaryFolder;
using Symbols = std::vector<std::string>;

namespace {

/// A Monday. Prices count up from 1 with each session.
const Instant monday = parse_instant("2024-06-03").value();

/// market.db with bars of one length each, and the sources of scans beside it.
struct Stage {
    TemporaryFolder folder;
    std::string path = folder.file("market.db");
    std::unique_ptr<store::MarketFile> market = store::MarketFile::open(path).value();
    StoredBars raw{path};
    StoredBars adjusted{path, PriceBasis::adjusted};

    InstrumentId add(const std::string& symbol, Timeframe timeframe, std::size_t count) {
        Instrument instrument;
        instrument.symbol = symbol;
        instrument.exchange = "NYSE";
        const Instrument stored = market->instruments.add(instrument).value();
        const std::vector<Slot> slots = SessionCalendar::find("NYSE")
                                            .value()
                                            .slots(timeframe, monday, monday + std::chrono::days(600), Hours::regular)
                                            .value();
        Bars bars;
        for (std::size_t i = 0; i < count; ++i) {
            const Decimal price(static_cast<std::int64_t>(i + 1));
            bars.push_back(Bar{slots[i].open_time, price, price, price, price, Decimal(10)}).value();
        }
        store::Transaction transaction = store::Transaction::begin(market->database).value();
        REQUIRE(market->bars.merge({.instrument = stored.id, .timeframe = timeframe}, bars));
        REQUIRE(transaction.commit());
        return stored.id;
    }
    void split(InstrumentId instrument, std::string_view date) {
        const std::vector<CorporateAction> actions{
            {.ex_date = std::chrono::floor<std::chrono::days>(parse_instant(date).value()),
             .what = Split{.new_shares = 2, .old_shares = 1}}};
        store::Transaction transaction = store::Transaction::begin(market->database).value();
        REQUIRE(market->actions.put(instrument, BarSource::import, actions));
        REQUIRE(transaction.commit());
    }
    static std::vector<scan::SymbolOutcome> scan(StoredBars& source, std::string_view text, const Symbols& symbols,
                                                 scan::ScanTimes times = {}) {
        const expression::Program program = expression::compile(text).value();
        const Result<scan::ProgramScan> scan = scan::ProgramScan::open(source, program, symbols, times);
        if (!scan) {
            return {scan::SymbolOutcome{.position = 0, .symbol = "", .rows = fail(scan.error())}};
        }
        std::vector<scan::SymbolOutcome> found;
        for (const scan::SymbolGroup& group : scan->groups()) {
            std::ranges::move(scan->scan(group), std::back_inserter(found));
        }
        std::ranges::sort(found, {}, &scan::SymbolOutcome::position);
        return found;
    }
    static double value(StoredBars& source, std::string_view text, const std::string& symbol,
                        scan::ScanTimes times = {}) {
        const std::vector<scan::SymbolOutcome> found = scan(source, std::string(text) + " > 0", {symbol}, times);
        INFO((found[0].rows ? "" : found[0].rows.error().describe()));
        return found[0].rows.value().front().values.front();
    }
};

} // namespace

TEST_CASE("bars that are not stored are made of shorter ones, in every way they are read") {
    Stage stage;
    stage.add("GOOG", Timeframe::d1, 12); // until the Tuesday of the third week
    stage.add("SPY", Timeframe::d1, 12);
    stage.add("HOURS", Timeframe::h1, 7 * 7 + 2);
    CHECK(Stage::value(stage.raw, "close@1w", "GOOG") == 10);              // by blocks; the third week is in progress
    CHECK(Stage::value(stage.raw, "close@1w[1]", "GOOG") == 5);            //
    CHECK(Stage::value(stage.raw, "close + close@1w", "GOOG") == 12 + 10); // beside other bars
    CHECK(Stage::value(stage.raw, "close / close(\"SPY\")@1w", "GOOG") == 1.2);
    CHECK(Stage::value(stage.raw, "close@1d", "HOURS") == 49);
    CHECK(Stage::value(stage.raw, "close@1w", "GOOG", {.as_of = monday + std::chrono::days(10)}) == 5);
    CHECK(Stage::value(stage.raw, "volume@1w", "GOOG") == 50);
    const scan::ScanTimes range{.range = scan::ScanRange{monday, monday + std::chrono::days(30)}};
    CHECK(Stage::scan(stage.raw, "close@1w > 1", {"GOOG"}, range)[0].rows.value().size() == 2);
    CHECK(stage.raw.symbols(Timeframe::w1).value() == Symbols{"GOOG", "HOURS", "SPY"});
    CHECK(stage.raw.symbols(Timeframe::d1).value() == Symbols{"GOOG", "HOURS", "SPY"});
    CHECK(stage.raw.symbols(Timeframe::h1).value() == Symbols{"HOURS"});
}

TEST_CASE("the mark of a symbol whose bars are made is another when those behind it are") {
    Stage stage;
    stage.add("GOOG", Timeframe::d1, 10);
    const Symbols symbols{"GOOG", "NOSUCH"};
    const std::vector<std::int64_t> before = stage.raw.marks(symbols, Timeframe::w1).value();
    CHECK(before[0] != 0);
    CHECK(before[1] == 0);
    CHECK(stage.raw.marks(symbols, Timeframe::w1).value() == before);
    stage.add("KO", Timeframe::d1, 15);
    CHECK(stage.raw.marks(symbols, Timeframe::w1).value()[0] != before[0]);
    CHECK(stage.raw.symbols(Timeframe::w1).value() == Symbols{"GOOG", "KO"});
}

TEST_CASE("adjusted prices are the raw ones by stored splits, and by those known at a moment") {
    Stage stage;
    stage.split(stage.add("GOOG", Timeframe::d1, 12), "2024-06-10");
    CHECK(Stage::value(stage.raw, "close[11]", "GOOG") == 1);
    CHECK(Stage::value(stage.adjusted, "close[11]", "GOOG") == 0.5);
    CHECK(Stage::value(stage.adjusted, "close", "GOOG") == 12);
    CHECK(Stage::value(stage.adjusted, "close@1w[1]", "GOOG") == 2.5);
    CHECK(Stage::value(stage.adjusted, "close", "GOOG", {.as_of = monday + 3 * 24h}) == 3); // before the split
    CHECK(stage.adjusted.symbols(Timeframe::d1).value() == Symbols{"GOOG"});
}

TEST_CASE("a split within the bars that a program read is told of") {
    Stage stage;
    stage.split(stage.add("GOOG", Timeframe::d1, 12), "2024-06-10"); // the sixth bar
    stage.add("KO", Timeframe::d1, 12);
    const auto inside = [&](std::string_view text, scan::ScanTimes times = {}) {
        const expression::Program program = expression::compile(text).value();
        return splits_inside(stage.raw, program, times, Stage::scan(stage.raw, text, {"GOOG", "KO"}, times)).value();
    };
    CHECK(inside("close > close[11]") == Symbols{"GOOG"});
    CHECK(inside("close > close[7]") == Symbols{"GOOG"}); // the fifth bar is the last before it
    CHECK(inside("close > close[6]").empty());
    CHECK(inside("close > close[2]", {.as_of = monday + 4 * 24h}).empty());
    CHECK(inside("close > close@1w[1]") == Symbols{"GOOG"});
    CHECK(inside("close > 1", {.range = scan::ScanRange{monday, monday + std::chrono::days(30)}}) == Symbols{"GOOG"});
}

TEST_CASE("where bars are stored of later times only, that is said") {
    Stage stage;
    stage.add("GOOG", Timeframe::d1, 12);
    stage.add("WEEKS", Timeframe::w1, 2);
    const auto error = [&](std::string_view text, const std::string& symbol) {
        return Stage::scan(stage.raw, text, {symbol}, {.as_of = monday - 24h})[0].rows.error().message;
    };
    CHECK(error("close > 1", "GOOG") == "no 1d bars were complete by 2024-06-02; the first one is of 2024-06-03");
    CHECK(error("close@1w > 1", "GOOG")
              .starts_with("no 1w bars were complete by 2024-06-02; the first one is of 2024-06-03"));
    CHECK(error("close > 1", "NOSUCH") == "there are no 1d bars");
}
