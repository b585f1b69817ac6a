#include "core/venue/history_simulator/simulated_listing.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

using namespace tradesh;
using namespace tradesh::venue;
using namespace tradesh::venue::history_simulator;
using namespace std::chrono_literals;

namespace {

Instant at(std::string_view text) { return parse_instant(text).value(); }
TradingDate day(std::string_view text) { return std::chrono::floor<std::chrono::days>(at(text)); }
Decimal decimal(std::string_view text) { return Decimal::parse(text).value(); }

const Instant now = at("2025-11-20 15:00");

SimulatedListing listing(std::string_view symbol, const HistorySimulationOptions& options = {}) {
    const TradingDate today = std::chrono::floor<std::chrono::days>(now);
    return SimulatedListing::make(find_simulated_instrument(symbol, options.seed, today).value(), options).value();
}

/// The longer bars that minutes make, one a slot that has any.
Bars fold(const Bars& minutes, const std::vector<Slot>& slots) {
    Bars folded;
    std::size_t next = 0;
    for (const Slot& slot : slots) {
        while (next < minutes.size() && minutes.open_time[next] < slot.begin) {
            ++next;
        }
        if (next == minutes.size() || minutes.open_time[next] >= slot.end) {
            continue;
        }
        Bar bar = minutes.at(next);
        bar.open_time = slot.open_time;
        for (++next; next < minutes.size() && minutes.open_time[next] < slot.end; ++next) {
            const Bar minute = minutes.at(next);
            bar.high = std::max(bar.high, minute.high);
            bar.low = std::min(bar.low, minute.low);
            bar.close = minute.close;
            bar.volume += minute.volume;
        }
        REQUIRE(folded.push_back(bar));
    }
    return folded;
}

struct Question {
    std::string symbol;
    Timeframe timeframe = Timeframe::m1;
    std::string from;
    std::string to;
    Hours hours = Hours::regular;
    PriceBasis basis = PriceBasis::raw;
};

HistoryAnswer ask(const Question& question, HistorySimulationOptions options = {}) {
    options.bars_per_request_max = 1'000'000;
    const SimulatedListing asked = listing(question.symbol, options);
    return asked
        .bars(HistoryRequest{.instrument = asked.instrument(),
                             .timeframe = question.timeframe,
                             .basis = question.basis,
                             .hours = question.hours,
                             .from = at(question.from),
                             .to = at(question.to)},
              now)
        .value();
}

std::set<Instant> open_times(const Bars& bars) { return {bars.open_time.begin(), bars.open_time.end()}; }

} // namespace

TEST_CASE("every timeframe shows the same trades") {
    struct Example {
        std::string symbol;
        Hours hours;
    };
    const std::vector<Example> examples{
        {"AAPL", Hours::regular}, {"KO", Hours::extended}, {"7203.T", Hours::regular},
        {"EURUSD", Hours::all},   {"BTCUSD", Hours::all},  {"ES", Hours::all},
    };
    for (const auto& [symbol, hours] : examples) {
        CAPTURE(symbol);
        const Question minutes{symbol, Timeframe::m1, "2025-02-23", "2025-04-10", hours};
        const Bars base = ask(minutes).bars;
        REQUIRE_FALSE(base.empty());
        const SessionCalendar calendar = SessionCalendar::of(listing(symbol).instrument()).value();
        for (const Timeframe timeframe : timeframes) {
            CAPTURE(name_of(timeframe));
            const auto slots = calendar.slots(timeframe, at("2025-03-01"), at("2025-04-01"), hours).value();
            const Bars expected = fold(base, slots);
            const Bars longer = ask({symbol, timeframe, "2025-03-01", "2025-04-01", hours}).bars;
            REQUIRE(longer.size() == expected.size());
            for (std::size_t i = 0; i < longer.size(); ++i) {
                REQUIRE(longer.at(i) == expected.at(i));
            }
        }
    }
}

TEST_CASE("the past is the same however it is asked for") {
    const Bars whole = ask({"MSFT", Timeframe::m5, "2025-03-03", "2025-03-08"}).bars;
    Bars pieces;
    for (const char* day : {"2025-03-06", "2025-03-03", "2025-03-07", "2025-03-05", "2025-03-04"}) {
        const std::string end = to_rfc3339(at(day) + 24h);
        const Bars piece = ask({"MSFT", Timeframe::m5, day, end}).bars;
        for (std::size_t i = 0; i < piece.size(); ++i) {
            const auto same = std::ranges::find(whole.open_time, piece.open_time[i]);
            REQUIRE(same != whole.open_time.end());
            CHECK(piece.at(i) == whole.at(static_cast<std::size_t>(same - whole.open_time.begin())));
            REQUIRE(pieces.push_back(piece.at(i)));
        }
    }
    CHECK(pieces.size() == whole.size());

    HistorySimulationOptions other_seed;
    other_seed.seed = 2;
    CHECK(ask({"MSFT", Timeframe::m5, "2025-03-03", "2025-03-08"}, other_seed).bars != whole);
    CHECK(ask({"AAPL", Timeframe::m5, "2025-03-03", "2025-03-08"}).bars != whole);
}

TEST_CASE("prices are plausible: ordered, on the tick, moving but not wild") {
    for (const std::string symbol : {"AAPL", "F", "7203.T", "VOD.L", "EURUSD", "USDJPY", "BTCUSD", "ES"}) {
        CAPTURE(symbol);
        const Instrument instrument = listing(symbol).instrument();
        const Bars days =
            ask({symbol, Timeframe::d1, "2023-06-01", "2025-11-01", Hours::all, PriceBasis::adjusted}).bars;
        REQUIRE(days.size() > 550);
        for (std::size_t i = 0; i < days.size(); ++i) {
            const Bar bar = days.at(i);
            REQUIRE(bar.low <= std::min(bar.open, bar.close));
            REQUIRE(bar.high >= std::max(bar.open, bar.close));
            REQUIRE(bar.low < bar.high);
            REQUIRE(bar.low.is_multiple_of(instrument.tick));
            REQUIRE(bar.close.is_multiple_of(instrument.tick));
            REQUIRE(bar.volume.is_positive());
            REQUIRE(bar.volume.is_multiple_of(instrument.lot));
            if (i > 0) {
                const double moved = std::log(bar.close.to_double() / days.at(i - 1).close.to_double());
                REQUIRE(std::abs(moved) < 0.25);
            }
        }
    }
}

TEST_CASE("bars are where the exchange trades: no holidays, short half days, other hours on request") {
    const Bars july = ask({"KO", Timeframe::d1, "2024-07-01", "2024-07-08"}).bars;
    CHECK(open_times(july) == std::set{at("2024-07-01"), at("2024-07-02"), at("2024-07-03"), at("2024-07-05")});

    HistorySimulationOptions busy;
    busy.no_trade_share = 0;
    CHECK(ask({"KO", Timeframe::m1, "2024-07-02", "2024-07-03"}, busy).bars.size() == 390);
    const Bars half_day = ask({"KO", Timeframe::m1, "2024-07-03", "2024-07-04"}, busy).bars;
    REQUIRE(half_day.size() == 210);
    CHECK(half_day.open_time.front() == at("2024-07-03 13:30"));
    CHECK(half_day.open_time.back() == at("2024-07-03 16:59"));
    const Bars extended = ask({"KO", Timeframe::m1, "2024-07-02", "2024-07-03", Hours::extended}, busy).bars;
    CHECK(extended.size() == 960);
    CHECK(extended.open_time.front() == at("2024-07-02 08:00"));
}

TEST_CASE("minutes without trades and halts are absent") {
    HistorySimulationOptions thin;
    thin.no_trade_share = 0.1;
    thin.halts = {{.symbol = "KO", .from = at("2025-03-03"), .to = at("2025-03-05 15:00")}};
    const Bars minutes = ask({"KO", Timeframe::m1, "2025-03-03", "2025-03-08"}, thin).bars;
    REQUIRE_FALSE(minutes.empty());
    CHECK(minutes.open_time.front() >= at("2025-03-05 15:00"));
    CHECK(minutes.size() > 2 * 390 * 8 / 10);
    CHECK(minutes.size() < (2 * 390 + 360) * 95 / 100);
    const Bars days = ask({"KO", Timeframe::d1, "2025-03-03", "2025-03-08"}, thin).bars;
    CHECK(open_times(days) == std::set{at("2025-03-05"), at("2025-03-06"), at("2025-03-07")});
    CHECK(ask({"PEP", Timeframe::d1, "2025-03-03", "2025-03-08"}, thin).bars.size() == 5);
}

TEST_CASE("nothing is there that is not over and published") {
    HistorySimulationOptions options;
    options.no_trade_share = 0;
    options.publish_delay = 15min;
    const HistoryAnswer minutes = ask({"KO", Timeframe::m1, "2025-11-20", "2025-11-21"}, options);
    REQUIRE_FALSE(minutes.bars.empty());
    CHECK(minutes.bars.open_time.back() == at("2025-11-20 14:44"));
    CHECK(minutes.complete_before == at("2025-11-20 14:45"));
    const HistoryAnswer days = ask({"KO", Timeframe::d1, "2025-11-17", "2025-11-25"}, options);
    CHECK(days.bars.size() == 3);
    CHECK(days.complete_before == at("2025-11-20"));
    const HistoryAnswer future = ask({"KO", Timeframe::d1, "2025-12-01", "2025-12-05"}, options);
    CHECK(future.bars.empty());
    CHECK(future.complete_before == at("2025-12-01"));
    const HistoryAnswer past = ask({"KO", Timeframe::d1, "2025-11-08", "2025-11-10"}, options);
    CHECK(past.bars.empty());
    CHECK(past.complete_before == at("2025-11-10"));
}

TEST_CASE("history begins at its head") {
    HistorySimulationOptions options;
    options.minute_bars_since = at("2025-03-02");
    options.daily_bars_since = at("2010-01-01");
    const SimulatedListing stock = listing("KO", options);
    CHECK(stock.head(Timeframe::m1, now).value() >= at("2025-03-03 09:00")); // 04:00 in New York
    CHECK(stock.head(Timeframe::m1, now).value() < at("2025-03-03 10:00"));
    CHECK(stock.head(Timeframe::d1, now).value() == at("2010-01-04"));
    CHECK(stock.head(Timeframe::w1, now).value() == at("2010-01-04"));
    CHECK(stock.head(Timeframe::mo1, now).value() == at("2010-01-01"));
    CHECK(stock.head(Timeframe::d1, at("2009-06-01")).value() == std::nullopt);
    const Bars before = ask({"KO", Timeframe::d1, "2009-12-01", "2010-01-06"}, options).bars;
    CHECK(open_times(before) == std::set{at("2010-01-04"), at("2010-01-05")});
}

TEST_CASE("raw prices jump where a share is split, adjusted ones do not") {
    HistorySimulationOptions options;
    options.actions["KO"] = {{.ex_date = day("2025-03-05"), .what = Split{.new_shares = 4, .old_shares = 1}}};
    const Bars raw = ask({"KO", Timeframe::d1, "2025-03-04", "2025-03-06"}, options).bars;
    const Bars adjusted =
        ask({"KO", Timeframe::d1, "2025-03-04", "2025-03-06", Hours::regular, PriceBasis::adjusted}, options).bars;
    REQUIRE(raw.size() == 2);
    REQUIRE(adjusted.size() == 2);
    const auto ratio = [](Decimal a, Decimal b) { return a.to_double() / b.to_double(); };
    CHECK(ratio(raw.at(0).close, raw.at(1).open) == Approx(4).epsilon(0.1));
    CHECK(ratio(adjusted.at(0).close, adjusted.at(1).open) == Approx(1).epsilon(0.1));
    CHECK(ratio(raw.at(0).close, adjusted.at(0).close) == Approx(4).epsilon(0.01));
    CHECK(ratio(adjusted.at(0).volume, raw.at(0).volume) == Approx(4).epsilon(0.01));
    CHECK(raw.at(1) == adjusted.at(1));
}

TEST_CASE("a dividend lowers the price by what was paid") {
    HistorySimulationOptions without;
    without.actions["KO"] = {};
    const Bars plain = ask({"KO", Timeframe::d1, "2025-03-03", "2025-03-08"}, without).bars;
    HistorySimulationOptions options;
    const Money paid{.amount = decimal("2.50"), .currency = Currency("USD")};
    options.actions["KO"] = {{.ex_date = day("2025-03-05"), .what = Dividend{paid}}};
    const Bars raw = ask({"KO", Timeframe::d1, "2025-03-03", "2025-03-08"}, options).bars;
    const Bars adjusted =
        ask({"KO", Timeframe::d1, "2025-03-03", "2025-03-08", Hours::regular, PriceBasis::adjusted}, options).bars;
    const double close = plain.at(1).close.to_double();
    for (std::size_t i = 0; i < plain.size(); ++i) {
        const double lowered = plain.at(i).close.to_double() * (1 - 2.50 / close);
        CHECK(raw.at(i).close.to_double() == Approx(i < 2 ? plain.at(i).close.to_double() : lowered).margin(0.011));
        CHECK(adjusted.at(i).close.to_double() == Approx(lowered).margin(0.011));
        CHECK(raw.at(i).volume == plain.at(i).volume);
    }
}

TEST_CASE("stocks have actions of their own, told when they have happened") {
    std::size_t splits = 0;
    std::size_t payers = 0;
    for (const std::string symbol : {"AAPL", "KO", "IBM", "MSFT", "GE", "PEP", "WMT", "XOM", "NVDA", "TSLA"}) {
        const SimulatedListing stock = listing(symbol);
        const std::vector<CorporateAction> all = stock.actions(day("2000-01-01"), day("2036-01-01"), now);
        CHECK(std::ranges::all_of(all, [](const CorporateAction& action) { return action.ex_date <= now; }));
        CHECK(std::ranges::is_sorted(all, {}, &CorporateAction::ex_date));
        splits += static_cast<std::size_t>(std::ranges::count_if(
            all, [](const CorporateAction& action) { return std::holds_alternative<Split>(action.what); }));
        payers += all.size() > 50 ? 1 : 0;
        const std::vector<CorporateAction> year = stock.actions(day("2020-01-01"), day("2021-01-01"), now);
        CHECK(year.size() <= 5);
    }
    CHECK(splits > 0);
    CHECK(splits < 10);
    CHECK(payers > 0);
    CHECK(payers < 10);
    CHECK(listing("EURUSD").actions(day("2000-01-01"), day("2036-01-01"), now).empty());
}

TEST_CASE("a symbol says what it is") {
    const auto find = [](std::string_view symbol) {
        return find_simulated_instrument(symbol, 1, day("2025-11-20")).value().instrument;
    };
    CHECK(find("AAPL").exchange == "NASDAQ");
    CHECK(find("IBM").exchange == "NYSE");
    CHECK(find("SPY").exchange == "ARCA");
    CHECK(find("AAPL").assumed == AssumedFields{});
    CHECK(find("AAPL").zone == "America/New_York");
    CHECK(find("EURUSD").kind == InstrumentKind(Forex{.base = Currency("EUR")}));
    CHECK(find("EURUSD").tick == decimal("0.00001"));
    CHECK(find("USDJPY").currency == Currency("JPY"));
    CHECK(find("USDJPY").tick == decimal("0.001"));
    CHECK(find("BTCUSD").kind == InstrumentKind(Crypto{.base = Currency("BTC")}));
    CHECK(find("BTCUSD").exchange == "CRYPTO");
    CHECK(find("DOGEEUR").currency == Currency("EUR"));
    CHECK(find("7203.T").exchange == "TSE");
    CHECK(find("7203.T").currency == Currency("JPY"));
    CHECK(find("VOD.L").exchange == "LSE");
    CHECK(find("SAP.DE").exchange == "XETRA");
    CHECK(find("700.HK").exchange == "HKFE");
    CHECK(find("ES").multiplier == 50);
    CHECK(std::get<Future>(find("ES").kind).expiry == std::chrono::year(2025) / std::chrono::December / 19);
    for (const std::string_view unknown : {"", "EUREUR", "TOOLONG", "12345", "ABC.T", "BRK.B", "^SPX", "aapl"}) {
        CAPTURE(unknown);
        const auto found = find_simulated_instrument(unknown, 1, day("2025-11-20"));
        REQUIRE_FALSE(found.has_value());
        CHECK(found.error().kind == ErrorKind::not_found);
        CHECK_FALSE(found.error().venue_message.empty());
    }
}
