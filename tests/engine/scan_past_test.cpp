#include "core/engine/stored_bars.hpp"
#include "core/scan/program_scan.hpp"
#include "tests/store/random_bars.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <map>
#include <random>

using namespace tradesh;
using namespace tradesh::engine;
using namespace std::chrono_literals;
using expression::Truth;
using scan::ScanRow;
using scan::ScanTimes;
using tradesh::test::TemporaryFolder;
using Symbols = std::vector<std::string>;

namespace {

const Instant start = parse_instant("2024-01-02").value();
const Instant end = parse_instant("2024-09-01").value();
const Symbols symbols{"NYSE1", "NYSE2", "EURUSD", "SPY"};
const std::vector<Timeframe> frames{Timeframe::h1, Timeframe::h4, Timeframe::d1, Timeframe::w1};

Instrument instrument_of(const std::string& symbol) {
    Instrument instrument;
    instrument.symbol = symbol;
    if (symbol == "EURUSD") {
        instrument.kind = Forex{Currency("EUR")};
    } else if (symbol != "NYSE2") { // nobody said where that one trades
        instrument.exchange = "NYSE";
    }
    return instrument;
}

/// Bars on most slots of a calendar, as a walk at random.
Bars bars_on_slots(std::mt19937_64& random, Timeframe timeframe) {
    const std::vector<Slot> slots =
        SessionCalendar::find("NYSE").value().slots(timeframe, start, end, Hours::regular).value();
    std::int64_t price = 10'000;
    Bars bars;
    for (const Slot& slot : slots) {
        price += static_cast<std::int64_t>(random() % 401) - 200;
        price = std::max<std::int64_t>(price, 100);
        if (random() % 20 == 0) {
            continue; // a hole
        }
        const Decimal close = Decimal::of(price, 2);
        bars.push_back(Bar{slot.open_time, close, close + Decimal(1), close - Decimal::of(5, 1), close,
                           Decimal(static_cast<std::int64_t>(random() % 1000))})
            .value();
    }
    return bars;
}

/// A market.db of which one can ask what a scan finds.
class Market {
public:
    using AllBars = std::map<std::pair<std::string, Timeframe>, Bars>;

    explicit Market(const AllBars& all, std::optional<Instant> complete_by = std::nullopt) {
        const auto market = store::MarketFile::open(path_).value();
        store::Transaction transaction = store::Transaction::begin(market->database).value();
        for (const std::string& symbol : symbols) {
            const Instrument instrument = market->instruments.add(instrument_of(symbol)).value();
            const Result<SessionCalendar> calendar = SessionCalendar::of(instrument);
            const BarCompletion completion = calendar ? BarCompletion(*calendar) : BarCompletion();
            for (const Timeframe timeframe : frames) {
                const Bars& bars = all.at({symbol, timeframe});
                Bars kept;
                for (std::size_t i = 0; i < bars.size(); ++i) {
                    if (!complete_by || completion.of(timeframe, bars.open_time[i]) <= *complete_by) {
                        kept.push_back(bars.at(i)).value();
                    }
                }
                if (!kept.empty()) {
                    market->bars.merge({.instrument = instrument.id, .timeframe = timeframe}, kept).value();
                }
            }
        }
        REQUIRE(transaction.commit());
    }

    /// Of each symbol its rows, or the code of its error; the code of the scan's own error in the first place.
    std::vector<Result<std::vector<ScanRow>>> scan(const expression::Program& program, ScanTimes times) {
        const Result<scan::ProgramScan> scan = scan::ProgramScan::open(source_, program, symbols, times);
        if (!scan) {
            return {fail(scan.error())};
        }
        std::vector<Result<std::vector<ScanRow>>> found(symbols.size());
        for (const scan::SymbolGroup& group : scan->groups()) {
            for (scan::SymbolOutcome& outcome : scan->scan(group)) {
                found[outcome.position] = std::move(outcome.rows);
            }
        }
        return found;
    }

private:
    TemporaryFolder folder_;
    std::string path_ = folder_.file("market.db");
    StoredBars source_{path_};
};

Market::AllBars random_market(std::mt19937_64& random) {
    Market::AllBars all;
    for (const std::string& symbol : symbols) {
        for (const Timeframe timeframe : frames) {
            all[{symbol, timeframe}] = bars_on_slots(random, timeframe);
        }
    }
    return all;
}

/// Recursive indicators forget where they began to 1e-9 of their scale, which is 100 for oscillators and these prices.
bool near(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= 1e-9 * std::max({100.0, std::abs(a), std::abs(b)});
}

void check_same(const ScanRow& a, const ScanRow& b) {
    CHECK(a.matched == b.matched);
    CHECK(a.bar_time == b.bar_time);
    CAPTURE(to_rfc3339(a.bar_time), a.bars_used, b.bars_used, a.values, b.values);
    CHECK(std::ranges::equal(a.values, b.values, near));
}

const std::vector<std::string> questions{
    "close > sma(5)",
    "rsi(3)@1h < 60 and close@1d > ema(4)@1d",
    "close@1h > close(\"SPY\")@1h / 2",
    "close@4h > close(\"SPY\")@1d / 3 and volume@1w > 0",
    "close / close(\"EURUSD\") > 0.5",
};

} // namespace

TEST_CASE("what would have been found then is what is found without everything that came later") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    Market::AllBars all = random_market(random);
    Market market(all);
    for (int round = 0; round < 8; ++round) {
        // Weeks later every timeframe has bars of its own, so that none is made of another in one market only.
        const Instant settled = start + std::chrono::days(35);
        const auto minutes = std::chrono::minutes(random() % static_cast<std::uint64_t>((end - settled) / 1min));
        const Instant moment = round == 0 ? start + 1h : settled + minutes;
        INFO("as of " << to_rfc3339(moment));
        Market without(all, moment);
        for (const std::string& question : questions) {
            INFO(question);
            const expression::Program program = expression::compile(question).value();
            const auto then = market.scan(program, {.as_of = moment});
            const auto plain = without.scan(program, {});
            REQUIRE(then.size() == plain.size());
            for (std::size_t i = 0; i < then.size(); ++i) {
                REQUIRE(then[i].has_value() == plain[i].has_value());
                if (then[i]) {
                    check_same(then[i]->front(), plain[i]->front());
                } else {
                    CHECK(then[i].error().code == plain[i].error().code);
                }
            }
        }
    }
}

TEST_CASE("a range of time finds on each bar what would have been found when it was complete") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    Market::AllBars all = random_market(random);
    Market market(all);
    const Instant from = parse_instant("2024-06-28").value();
    const Instant to = parse_instant("2024-07-09").value(); // a half day and a holiday are within
    for (const std::string& question : questions) {
        INFO(question);
        const expression::Program program = expression::compile(question).value();
        const auto in_range = market.scan(program, {.range = scan::ScanRange{from, to}});
        for (std::size_t i = 0; i < symbols.size(); ++i) {
            const Result<SessionCalendar> calendar = SessionCalendar::of(instrument_of(symbols[i]));
            const BarCompletion completion = calendar ? BarCompletion(*calendar) : BarCompletion();
            std::vector<ScanRow> expected;
            for (const Instant open : all[{symbols[i], program.timeframe()}].open_time) {
                if (open < from || open >= to) {
                    continue;
                }
                const auto then = market.scan(program, {.as_of = completion.of(program.timeframe(), open)});
                REQUIRE(then[i]);
                REQUIRE(then[i]->front().bar_time == open);
                if (then[i]->front().matched == Truth::yes) {
                    expected.push_back(then[i]->front());
                }
            }
            REQUIRE(in_range[i]);
            REQUIRE(in_range[i]->size() == expected.size());
            for (std::size_t row = 0; row < expected.size(); ++row) {
                check_same((*in_range[i])[row], expected[row]);
            }
        }
    }
}
