#include "core/history/bar_import.hpp"
#include "core/runtime/task_scope.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace tradesh;
using namespace tradesh::history;
using namespace tradesh::store;
using tradesh::test::TemporaryFolder;

namespace {

std::string content_of(const std::string& path) {
    std::ifstream in(path);
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
}
std::string sample(const std::string& name) { return content_of(std::string(TEST_DATA_DIR) + "/" + name); }

BarImportRequest request_for(const std::string& symbol) {
    BarImportRequest request;
    request.file = symbol + ".csv";
    request.instrument.symbol = symbol;
    return request;
}

/// A data directory whose store is driven by one thread.
struct Bench {
    TemporaryFolder folder;
    std::unique_ptr<MarketFile> market = MarketFile::open(folder.file("market.db")).value();

    Result<BarImportReport> import(const BarImportRequest& request, std::string_view text) {
        const std::optional<Instrument> known = market->instruments.find(request.instrument.symbol).value();
        Result<BarImport> import = BarImport::create(request, known, folder.path());
        if (!import) {
            return fail(import.error());
        }
        for (std::size_t at = 0; at < text.size(); at += 4'096) {
            if (Result<void> fed = import->feed(text.substr(at, 4'096)); !fed) {
                return fail(fed.error());
            }
        }
        Transaction transaction = Transaction::begin(market->database).value();
        Result<BarImportReport> report = import->finish(*market);
        if (report) {
            REQUIRE(transaction.commit());
        }
        return report;
    }
};

} // namespace

TEST_CASE("a first import makes the instrument and says what is assumed; a second changes nothing") {
    Bench bench;
    BarImportRequest request = request_for("GOOG");
    request.instrument.exchange = "nasdaq";
    const Result<BarImportReport> first = bench.import(request, sample("GOOG_1d.csv"));
    REQUIRE(first);
    CHECK(first->instrument_created);
    CHECK(first->raw == MergeCounts{.inserted = 260});
    CHECK(first->adjusted == MergeCounts{});
    CHECK(first->instrument.exchange == "NASDAQ");
    CHECK(first->instrument.zone == "America/New_York");
    CHECK(first->instrument.tick == Decimal::of(1, 2));
    CHECK(first->instrument.assumed ==
          AssumedFields{.kind = true, .currency = true, .tick = true, .lot = true, .multiplier = true});
    const Result<BarImportReport> second = bench.import(request_for("GOOG"), sample("GOOG_1d.csv"));
    REQUIRE(second);
    CHECK_FALSE(second->instrument_created);
    CHECK(second->raw == MergeCounts{.unchanged = 260});
    CHECK(second->instrument == first->instrument);
    const SeriesKey key{.instrument = first->instrument.id, .timeframe = Timeframe::d1};
    CHECK(bench.market->bars.last(key, 1).value().at(0).close == Decimal::of(80619, 2));
}

TEST_CASE("a file with bad rows leaves nothing behind, not even the instrument") {
    Bench bench;
    const std::string text = sample("GOOG_1d.csv") + "2013-03-04,1,2,3,1,5\n";
    const Result<BarImportReport> refused = bench.import(request_for("GOOG"), text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "import.bad_rows");
    CHECK(refused.error().where.value().line == 262);
    CHECK(bench.market->instruments.list().value().empty());
    CHECK(bench.market->bars.list().value().empty());
    for (const auto& entry : std::filesystem::directory_iterator(bench.folder.path())) {
        CHECK_THAT(entry.path().filename().string(), Contains("market.db")); // no temporary file is left
    }
    BarImportRequest skipping = request_for("GOOG");
    skipping.skip_bad = true;
    const Result<BarImportReport> kept = bench.import(skipping, text);
    REQUIRE(kept);
    CHECK(kept->raw.inserted == 260);
    CHECK(kept->file.bad_rows.at(0).reason == "high 2 is below low 3");
}

TEST_CASE("adjusted closes are stored as a series of their own") {
    Bench bench;
    const Result<BarImportReport> report = bench.import(request_for("KO"), sample("KO_1d.csv"));
    REQUIRE(report);
    CHECK(report->raw == report->adjusted);
    SeriesKey key{.instrument = report->instrument.id, .timeframe = Timeframe::d1};
    CHECK(bench.market->bars.range(key, Instant::min(), Instant::max()).value().at(0).close == Decimal::of(51875, 3));
    key.basis = PriceBasis::adjusted;
    CHECK(bench.market->bars.range(key, Instant::min(), Instant::max()).value().at(0).close.to_string() == "16.206907");
    CHECK(report->instrument.tick == Decimal::of(1, 3)); // eighths are no tick of today
}

TEST_CASE("where the zone of naive times comes from") {
    Bench bench;
    const std::string text = sample("STOXX50_5m.csv");
    const Result<BarImportReport> assumed = bench.import(request_for("A"), text);
    CHECK(assumed->file.zone == "UTC");
    CHECK(assumed->file.zone_why == "assumed: neither --tz nor --exchange was given");
    CHECK(assumed->instrument.assumed.zone);
    BarImportRequest exchange = request_for("B");
    exchange.instrument.exchange = "EUREX";
    const Result<BarImportReport> by_exchange = bench.import(exchange, text);
    CHECK(by_exchange->file.zone == "Europe/Berlin");
    CHECK(by_exchange->file.zone_why == "the zone of EUREX");
    CHECK(by_exchange->instrument.currency == Currency("EUR"));
    const Result<BarImportReport> known = bench.import(request_for("B"), text);
    CHECK(known->file.zone_why == "the zone of B in the store");
    CHECK(known->raw.unchanged == 119);
    BarImportRequest zone = request_for("C");
    zone.instrument.exchange = "EUREX";
    zone.instrument.zone = "America/New_York";
    const Result<BarImportReport> by_zone = bench.import(zone, text);
    CHECK(by_zone->file.zone == "America/New_York");
    CHECK(by_zone->instrument.zone == "Europe/Berlin"); // --tz speaks of the file
}

TEST_CASE("six letters of two currencies are forex; what is stated wins") {
    const auto guess = [](const InstrumentStatement& statement) {
        return guess_instrument(statement, Decimal::of(1, 5));
    };
    InstrumentStatement statement;
    statement.symbol = "eurusd";
    const Instrument forex = guess(statement).value();
    CHECK(forex.symbol == "EURUSD");
    CHECK(forex.kind == InstrumentKind(Forex{.base = Currency("EUR")}));
    CHECK(forex.currency == Currency("USD"));
    CHECK(forex.tick == Decimal::of(1, 5));
    CHECK(forex.assumed.kind);
    statement.symbol = "USDJPY";
    CHECK(guess_instrument(statement, Decimal::of(1, 3)).value().tick == Decimal::of(1, 3));
    statement.symbol = "GOOGLE";
    CHECK(guess_instrument(statement, Decimal::of(5, 1)).value().tick == Decimal::of(1, 2));
    CHECK(guess_instrument(statement, Decimal::of(1, 4)).value().tick == Decimal::of(1, 4));
    statement.kind = Future{};
    statement.multiplier = 50;
    statement.tick = Decimal::of(25, 2);
    const Instrument future = guess(statement).value();
    CHECK(name_of(future.kind) == "future");
    CHECK(future.tick == Decimal::of(25, 2));
    CHECK_FALSE(future.assumed.multiplier);
    statement.exchange = "MOON";
    CHECK_THAT(guess(statement).error().hint, Contains("NASDAQ"));
    statement.exchange.reset();
    statement.lot = 0;
    CHECK(guess(statement).error().code == "instrument.step");
    statement.lot.reset();
    statement.zone = "Nowhere";
    CHECK(guess(statement).error().code == "zone.unknown");
}

TEST_CASE("what was assumed can be stated later, what was stated cannot be contradicted") {
    InstrumentStatement first;
    first.symbol = "GOOG";
    first.tick = Decimal::of(5, 2);
    const Instrument known = guess_instrument(first, std::nullopt).value();
    InstrumentStatement later;
    later.symbol = "GOOG";
    later.exchange = "NASDAQ";
    const Instrument settled = apply_statement(known, later).value();
    CHECK(settled.zone == "America/New_York");
    CHECK_FALSE(settled.assumed.zone);
    later.tick = Decimal::of(1, 2);
    CHECK(apply_statement(known, later).error().code == "instrument.conflict");
    CHECK_THAT(apply_statement(known, later).error().message, Contains("another tick"));
}

TEST_CASE("an import as a task: blocks in, report out, a failing source stores nothing") {
    const TemporaryFolder folder;
    const SystemClock clock;
    runtime::Loop loop(clock);
    runtime::TaskScope scope(loop);
    scope.spawn("test", [&](runtime::TaskInfo&) -> runtime::Task<void> {
        Result<std::unique_ptr<MarketStore>> market = co_await MarketStore::open(loop, folder.file("market.db"));
        REQUIRE(market);
        runtime::Workers workers(loop, "work", 1);
        std::vector<std::string> blocks{"Date,Open,High,Low,Close\n2024-01-0", "2,1,3,1,2\n"};
        bool broken = true;
        const BlockSource source = [&]() -> runtime::Task<Result<std::string>> {
            if (blocks.empty()) {
                co_return broken ? Result<std::string>(fail(ErrorKind::unreadable, "file.gone", "gone"))
                                 : Result<std::string>("");
            }
            std::string block = blocks.front();
            blocks.erase(blocks.begin());
            co_return block;
        };
        const BarImportRequest request = request_for("GOOG");
        const Result<BarImportReport> failed = co_await import_bars(**market, workers, request, source);
        CHECK(failed.error().code == "file.gone");
        blocks = {"Date,Open,High,Low,Close\n2024-01-0", "2,1,3,1,2\n"};
        broken = false;
        const Result<BarImportReport> report = co_await import_bars(**market, workers, request, source);
        CHECK(report.value().raw.inserted == 1);
        CHECK(report.value().instrument_created);
        const SeriesKey key{.instrument = report.value().instrument.id, .timeframe = Timeframe::d1};
        auto look = [key](MarketFile& file) { return file.bars.last(key, 10); };
        const Result<Bars> bars = co_await (*market)->read(look);
        CHECK(bars.value().size() == 1);
        loop.stop();
    });
    loop.run();
}

TEST_CASE("whole files of real history") {
    const char* folder = std::getenv("TRADESH_DATA");
    if (folder == nullptr) {
        WARN("skipped: TRADESH_DATA names no folder with GOOG_1d.csv, KO_1d.csv, EURUSD_1h.csv and STOXX50_5m.csv");
        return;
    }
    Bench bench;
    const std::vector<std::tuple<std::string, Timeframe, std::int64_t>> files{{"GOOG_1d", Timeframe::d1, 2'148},
                                                                              {"KO_1d", Timeframe::d1, 356},
                                                                              {"PEP_1d", Timeframe::d1, 356},
                                                                              {"EURUSD_1h", Timeframe::h1, 5'000},
                                                                              {"STOXX50_5m", Timeframe::m5, 2'142}};
    for (const auto& [name, timeframe, rows] : files) {
        INFO(name);
        const std::string symbol = name.substr(0, name.find('_'));
        const Result<BarImportReport> report =
            bench.import(request_for(symbol), content_of(std::string(folder) + "/" + name + ".csv"));
        REQUIRE(report);
        CHECK(report->raw.inserted == rows);
        CHECK(report->file.timeframe == timeframe);
        CHECK(report->file.bad == 0);
    }
}
