#include "core/history/bar_import.hpp"
#include "core/runtime/task_scope.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
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
        std::vector<KnownInstrument> all;
        if (known) {
            all.push_back({.instrument = *known, .has_bars = !market->bars.list(known->id).value().empty()});
        }
        Result<BarImport> import = BarImport::create(request, all, folder.path());
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
    CHECK(first->symbols.at(0).instrument_created);
    CHECK(first->symbols.at(0).raw == MergeCounts{.inserted = 260});
    CHECK(first->symbols.at(0).adjusted == MergeCounts{});
    CHECK(first->symbols.at(0).instrument.exchange == "NASDAQ");
    CHECK(first->symbols.at(0).instrument.zone == "America/New_York");
    CHECK(first->symbols.at(0).instrument.tick == Decimal::of(1, 2));
    CHECK(first->symbols.at(0).instrument.assumed ==
          AssumedFields{.kind = true, .currency = true, .tick = true, .lot = true, .multiplier = true});
    const Result<BarImportReport> second = bench.import(request_for("GOOG"), sample("GOOG_1d.csv"));
    REQUIRE(second);
    CHECK_FALSE(second->symbols.at(0).instrument_created);
    CHECK(second->symbols.at(0).raw == MergeCounts{.unchanged = 260});
    CHECK(second->symbols.at(0).instrument == first->symbols.at(0).instrument);
    const SeriesKey key{.instrument = first->symbols.at(0).instrument.id, .timeframe = Timeframe::d1};
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
    CHECK(kept->symbols.at(0).raw.inserted == 260);
    CHECK(kept->file.bad_rows.at(0).reason == "high 2 is below low 3");
}

TEST_CASE("adjusted closes are stored as a series of their own") {
    Bench bench;
    const Result<BarImportReport> report = bench.import(request_for("KO"), sample("KO_1d.csv"));
    REQUIRE(report);
    CHECK(report->symbols.at(0).raw == report->symbols.at(0).adjusted);
    SeriesKey key{.instrument = report->symbols.at(0).instrument.id, .timeframe = Timeframe::d1};
    CHECK(bench.market->bars.range(key, Instant::min(), Instant::max()).value().at(0).close == Decimal::of(51875, 3));
    key.basis = PriceBasis::adjusted;
    CHECK(bench.market->bars.range(key, Instant::min(), Instant::max()).value().at(0).close.to_string() == "16.206907");
    CHECK(report->symbols.at(0).instrument.tick == Decimal::of(1, 3)); // eighths are no tick of today
}

TEST_CASE("where the zone of naive times comes from") {
    Bench bench;
    const std::string text = sample("STOXX50_5m.csv");
    const Result<BarImportReport> assumed = bench.import(request_for("A"), text);
    CHECK(assumed->symbols.at(0).rows.zone == "UTC");
    CHECK(assumed->symbols.at(0).rows.zone_why == "assumed: neither --tz nor --exchange was given");
    CHECK(assumed->symbols.at(0).instrument.assumed.zone);
    BarImportRequest exchange = request_for("B");
    exchange.instrument.exchange = "EUREX";
    const Result<BarImportReport> by_exchange = bench.import(exchange, text);
    CHECK(by_exchange->symbols.at(0).rows.zone == "Europe/Berlin");
    CHECK(by_exchange->symbols.at(0).rows.zone_why == "the zone of EUREX");
    CHECK(by_exchange->symbols.at(0).instrument.currency == Currency("EUR"));
    const Result<BarImportReport> known = bench.import(request_for("B"), text);
    CHECK(known->symbols.at(0).rows.zone_why == "the zone of B in the store");
    CHECK(known->symbols.at(0).raw.unchanged == 119);
    BarImportRequest zone = request_for("C");
    zone.instrument.exchange = "EUREX";
    zone.instrument.zone = "America/New_York";
    const Result<BarImportReport> by_zone = bench.import(zone, text);
    CHECK(by_zone->symbols.at(0).rows.zone == "America/New_York");
    CHECK(by_zone->symbols.at(0).instrument.zone == "Europe/Berlin"); // --tz speaks of the file
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

TEST_CASE("where it trades tells what it is, unless its kind is stated") {
    const auto guess = [](std::string symbol, std::string exchange) {
        InstrumentStatement statement;
        statement.symbol = std::move(symbol);
        statement.exchange = std::move(exchange);
        return guess_instrument(statement, std::nullopt).value();
    };
    CHECK(guess("BTC-USD", "CRYPTO").kind == InstrumentKind(Crypto{.base = Currency("BTC")}));
    CHECK(guess("BTC-EUR", "CRYPTO").currency == Currency("EUR"));
    CHECK(guess("ETHUSD", "crypto").kind == InstrumentKind(Crypto{.base = Currency("ETH")}));
    CHECK(name_of(guess("ESZ6", "CME").kind) == "future");
    CHECK(name_of(guess("FGBLH2027", "EUREX").kind) == "future");
    CHECK(name_of(guess("STOXX50", "EUREX").kind) == "stock");
    CHECK(name_of(guess("ESZ6", "NYSE").kind) == "stock");
    InstrumentStatement stated;
    stated.symbol = "BTC-USD";
    stated.exchange = "CRYPTO";
    stated.kind = Index{};
    CHECK(name_of(guess_instrument(stated, std::nullopt).value().kind) == "index");

    InstrumentStatement first;
    first.symbol = "BTC-USD";
    InstrumentStatement later = first;
    later.exchange = "CRYPTO";
    CHECK(name_of(apply_statement(guess_instrument(first, std::nullopt).value(), later, true).value().kind) ==
          "crypto");
}

TEST_CASE("what was assumed can be stated later, what was stated cannot be contradicted") {
    InstrumentStatement first;
    first.symbol = "GOOG";
    first.tick = Decimal::of(5, 2);
    const Instrument known = guess_instrument(first, std::nullopt).value();
    InstrumentStatement later;
    later.symbol = "GOOG";
    later.exchange = "NASDAQ";
    const Instrument settled = apply_statement(known, later, true).value();
    CHECK(settled.zone == "America/New_York");
    CHECK_FALSE(settled.assumed.zone);
    later.tick = Decimal::of(1, 2);
    CHECK(apply_statement(known, later, true).error().code == "instrument.conflict");
    CHECK_THAT(apply_statement(known, later, true).error().message, Contains("another tick"));
    CHECK(apply_statement(known, later, false).value().tick == Decimal::of(1, 2)); // while it has no bars
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
        CHECK(report.value().symbols.at(0).raw.inserted == 1);
        CHECK(report.value().symbols.at(0).instrument_created);
        const SeriesKey key{.instrument = report.value().symbols.at(0).instrument.id, .timeframe = Timeframe::d1};
        auto look = [key](MarketFile& file) { return file.bars.last(key, 10); };
        const Result<Bars> bars = co_await (*market)->read(look);
        CHECK(bars.value().size() == 1);
        loop.stop();
    });
    loop.run();
}

namespace {

/// Bars of random prices at these times, written on a wall clock that is `ahead` of UTC.
std::string file_of(const std::vector<Instant>& times, Duration ahead, std::uint32_t seed, bool dates = false) {
    std::mt19937 random(seed);
    std::string text = "time,open,high,low,close\n";
    for (const Instant time : times) {
        std::string written = to_rfc3339(time + ahead);
        written.resize(dates ? written.find('T') : written.size() - 1);
        const std::uint32_t price = 1'000 + random() % 1'000;
        const std::string low = std::to_string(price);
        const std::string high = std::to_string(price + random() % 50 + 1);
        text += written + "," + low + "," + high + "," + low + "," + high + "\n";
    }
    return text;
}

/// `count` times a day, `apart`, from 09:00 UTC on.
std::vector<Instant> times_of_days(int day_count, int count, Duration apart) {
    std::vector<Instant> times;
    for (int day = 0; day < day_count; ++day) {
        for (int i = 0; i < count; ++i) {
            times.emplace_back(std::chrono::days(19'724 + day) + std::chrono::hours(9) + i * apart);
        }
    }
    return times;
}

} // namespace

TEST_CASE("bars stored already at other times are refused, with how far they are off") {
    using namespace std::chrono;
    struct Case {
        const char* what;
        std::vector<Instant> times;
        Duration shift;
        bool dates;
        std::string said;
    };
    const std::vector<Case> cases{
        {"sessions in another zone", times_of_days(5, 102, minutes(5)), hours(2), false, "2h after"},
        {"round the clock in another zone", times_of_days(1, 3'000, minutes(1)), -hours(5), false, "5h before"},
        {"a quarter of an hour", times_of_days(5, 102, minutes(5)), minutes(345), false, "5h45m after"},
        {"another zone and stamp", times_of_days(5, 102, minutes(5)), minutes(65), false, "1h5m after"},
        {"half an hour", times_of_days(3, 24, hours(1)), minutes(330), false, "5h30m after"},
        {"the ends of bars", times_of_days(5, 102, minutes(5)), minutes(5), false, "5m after"},
        {"dates a day late", times_of_days(30, 1, hours(24)), days(1), true, "1d after"},
        {"another day's night", times_of_days(9, 78, minutes(5)), hours(26), false, "1d2h after"}};
    for (const Case& one : cases) {
        INFO(one.what);
        Bench bench;
        BarImportRequest request = request_for("TEST");
        REQUIRE(bench.import(request, file_of(one.times, Duration(0), 7, one.dates)));
        const Result<BarImportReport> shifted = bench.import(request, file_of(one.times, one.shift, 7, one.dates));
        REQUIRE_FALSE(shifted);
        CHECK(shifted.error().code == "import.shifted");
        CHECK_THAT(shifted.error().message,
                   Contains("its times are " + one.said + " those of the bars already stored"));
        CHECK_THAT(shifted.error().hint, Contains("data delete TEST"));
        CHECK(bench.market->bars.list().value().at(0).bars == static_cast<std::int64_t>(one.times.size()));
        REQUIRE(bench.import(request, file_of(one.times, Duration(0), 7, one.dates))); // as the first time
        request.replace = true;
        REQUIRE(bench.import(request, file_of(one.times, Duration(0), 8, one.dates))); // corrected prices
    }
}

TEST_CASE("other prices at times that never meet are refused by the times alone") {
    using namespace std::chrono;
    Bench bench;
    const std::vector<Instant> times = times_of_days(9, 8, hours(1));
    REQUIRE(bench.import(request_for("TEST"), file_of(times, Duration(0), 7)));
    const Result<BarImportReport> shifted = bench.import(request_for("TEST"), file_of(times, minutes(30), 8));
    REQUIRE_FALSE(shifted);
    CHECK_THAT(shifted.error().message, Contains("its times are 30m "));
}

TEST_CASE("filling a hole, or going on where a series ends, is no shift") {
    using namespace std::chrono;
    Bench bench;
    const std::vector<Instant> all = times_of_days(1, 6'000, minutes(1));
    const auto part = [&](std::size_t begin, std::size_t end) {
        return std::vector<Instant>(all.begin() + static_cast<std::ptrdiff_t>(begin),
                                    all.begin() + static_cast<std::ptrdiff_t>(end));
    };
    REQUIRE(bench.import(request_for("TEST"), file_of(part(0, 2'000), Duration(0), 1)));
    REQUIRE(bench.import(request_for("TEST"), file_of(part(4'000, 5'000), Duration(0), 2)));
    BarImportRequest replacing = request_for("TEST");
    replacing.replace = true; // the bars at both ends of a part are of other prices
    REQUIRE(bench.import(replacing, file_of(part(1'999, 4'001), Duration(0), 3)));
    REQUIRE(bench.import(replacing, file_of(part(4'900, 6'000), Duration(0), 4)));
    CHECK(bench.market->bars.list().value().at(0).bars == 6'000);
}

TEST_CASE("a file that would replace most of what it meets is refused, unless it is said to correct it") {
    using namespace std::chrono;
    Bench bench;
    BarImportRequest request = request_for("TEST");
    const std::vector<Instant> times = times_of_days(10, 102, minutes(5));
    const std::string right = file_of(times, Duration(0), 7);
    REQUIRE(bench.import(request, right));
    const SeriesKey key{.instrument = bench.market->instruments.find("TEST").value()->id, .timeframe = Timeframe::m5};
    const auto stored = [&] { return bench.market->bars.range(key, Instant::min(), Instant::max()).value(); };
    const Bars before = stored();
    const auto refused = [&](const std::string& text) {
        const Result<BarImportReport> report = bench.import(request, text);
        REQUIRE_FALSE(report);
        CHECK(report.error().code == "import.would_replace");
        CHECK_THAT(report.error().hint, Contains("--replace") && Contains("--tz"));
        CHECK(stored() == before);
        return report.error().message;
    };
    const auto line = [](const std::string& text, std::size_t number) {
        std::istringstream in(text);
        std::string row;
        for (std::size_t i = 0; i <= number; ++i) {
            std::getline(in, row);
        }
        return row + "\n";
    };
    const std::string late = file_of(times, hours(1), 7);
    std::string summer; // only its bars are an hour late
    for (std::size_t i = 0; i <= times.size(); ++i) {
        summer += line(i <= 408 ? right : late, i);
    }
    CHECK_THAT(refused(summer), Contains("540 of 948 bars already stored would get other values"));
    request.timeframe = Timeframe::m5;
    CHECK_THAT(refused(line(late, 0) + line(late, 450) + line(late, 451)), Contains("2 of 2 bars already stored"));
    const std::string corrected = file_of(times, Duration(0), 8);
    CHECK_THAT(refused(corrected), Contains("1020 of 1020"));
    request.replace = true;
    CHECK(bench.import(request, corrected)->symbols.at(0).raw == MergeCounts{.replaced = 1'020});
    CHECK(bench.import(request, file_of(times, hours(1), 8)).error().code == "import.shifted");
}

TEST_CASE("an instrument without bars can be stated anew; a kind that was assumed changes with a note") {
    Bench bench;
    const std::string text = "date,open,high,low,close\n2024-01-02,1,3,1,2\n";
    BarImportRequest request = request_for("GOOG");
    request.instrument.exchange = "EUREX";
    request.timeframe = Timeframe::d1;
    const Instrument first = bench.import(request, text).value().symbols.at(0).instrument;
    BarImportRequest right = request;
    right.instrument.exchange = "NASDAQ";
    CHECK(bench.import(right, text).error().code == "instrument.conflict");
    const SeriesKey key{.instrument = first.id, .timeframe = Timeframe::d1};
    {
        Transaction transaction = Transaction::begin(bench.market->database).value();
        REQUIRE(bench.market->bars.erase(key, Instant::min(), Instant::max()));
        REQUIRE(transaction.commit());
    }
    const Instrument anew = bench.import(right, text).value().symbols.at(0).instrument;
    CHECK(anew.id == first.id);
    CHECK(anew.exchange == "NASDAQ");
    CHECK(anew.zone == "America/New_York");
    CHECK(anew.currency == Currency("USD")); // it was assumed from the exchange
    right.instrument.kind = Index{};
    const Result<BarImportReport> noted = bench.import(right, text);
    CHECK(noted.value().symbols.at(0).instrument.kind == InstrumentKind(Index{}));
    CHECK_THAT(noted.value().file.notes.back(), Contains("GOOG was stored as stock; it is index from now on"));
    right.instrument.kind = Forex{};
    CHECK(bench.import(right, text).error().code == "instrument.conflict");
}

TEST_CASE("a row far in the future is a bad row, and those after it are good") {
    Bench bench;
    BarImportRequest request = request_for("GOOG");
    request.now = parse_instant("2024-01-03T12:00:00Z").value();
    request.skip_bad = true;
    const std::string text = "date,open,high,low,close\n2204-01-01,1,3,1,2\n2024-01-02,1,3,1,2\n2024-01-03,1,3,1,2\n";
    request.timeframe = Timeframe::d1;
    const Result<BarImportReport> report = bench.import(request, text + "2024-01-04,1,3,1,2\n2024-01-05,1,3,1,2\n");
    REQUIRE(report);
    CHECK(report->symbols.at(0).raw.inserted == 4);
    REQUIRE(report->file.bad_rows.size() == 1);
    CHECK(report->file.bad_rows.at(0).line == 2);
    CHECK_THAT(report->file.bad_rows.at(0).reason, Contains("still to come"));
}

TEST_CASE("all symbols of a file become series of their own") {
    Bench bench;
    const std::string text = "symbol,time,open,high,low,close\nGOOG,2024-01-02,1,3,1,2\nEURUSD,2024-01-02,5,7,5,6\n"
                             "GOOG,2024-01-03,2,3,1,2\nNONE,2024-01-03,,,,\n";
    const Result<BarImportReport> report = bench.import(request_for(""), text);
    REQUIRE(report);
    REQUIRE(report->symbols.size() == 2); // nothing is known of NONE
    CHECK(report->symbols[0].instrument.symbol == "GOOG");
    CHECK(report->symbols[0].raw.inserted == 2);
    CHECK(name_of(report->symbols[1].instrument.kind) == "forex");
    CHECK(report->symbols[1].raw.inserted == 1);
    CHECK(bench.market->instruments.list().value().size() == 2);
    CHECK(bench.import(request_for("GOOG"), text)->symbols.at(0).raw == MergeCounts{.unchanged = 2});
}

TEST_CASE("many symbols in any arrangement, from old to new or back, arrive whole") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 4; ++round) {
        const std::size_t symbols = 1 + random() % 60;
        const std::size_t days = 1 + random() % 1'500;
        const bool by_day = random() % 2 == 0;
        const bool backward = random() % 2 == 0;
        std::vector<std::string> rows;
        for (std::size_t i = 0; i < symbols * days; ++i) {
            const std::size_t symbol = by_day ? i % symbols : i / days;
            const std::size_t day = by_day ? i / symbols : i % days;
            const std::string date = to_rfc3339(Instant(std::chrono::days(15'000 + day))).substr(0, 10);
            const std::string price = std::to_string(symbol + 1) + "." + std::to_string(day + 1);
            rows.push_back("S" + std::to_string(symbol) + "," + date + "," + price + "," + price + "," + price + "," +
                           price + "\n");
        }
        if (backward) {
            std::ranges::reverse(rows);
        }
        std::string text = "symbol,time,open,high,low,close\n";
        for (const std::string& row : rows) {
            text += row;
        }
        Bench bench;
        BarImportRequest request = request_for("");
        request.timeframe = Timeframe::d1;
        const Result<BarImportReport> report = bench.import(request, text);
        INFO(symbols << " symbols, " << days << " days, by day " << by_day << ", backward " << backward);
        REQUIRE(report);
        REQUIRE(report->symbols.size() == symbols);
        for (const ImportedSymbol& symbol : report->symbols) {
            const SeriesKey key{.instrument = symbol.instrument.id, .timeframe = Timeframe::d1};
            const Bars bars = bench.market->bars.range(key, Instant::min(), Instant::max()).value();
            REQUIRE(bars.size() == days);
            REQUIRE(std::ranges::is_sorted(bars.open_time, std::ranges::less()));
            const Decimal first = Decimal::parse(symbol.instrument.symbol.substr(1)).value() + Decimal(1);
            REQUIRE(bars.at(0).close == first + Decimal::of(1, 1));
        }
    }
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
        CHECK(report->symbols.at(0).raw.inserted == rows);
        CHECK(report->file.timeframe == timeframe);
        CHECK(report->file.bad == 0);
    }
}
