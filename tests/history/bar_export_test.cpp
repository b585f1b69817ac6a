#include "core/history/bar_export.hpp"
#include "core/history/bar_file.hpp"
#include "tests/support/catch.hpp"

#include <random>

using namespace tradesh;
using namespace tradesh::history;

namespace {

Instant at(const char* text) { return parse_instant(text).value(); }

Bar bar_at(Instant time, Decimal open, Decimal high, Decimal low, Decimal close, Decimal volume) {
    return Bar{.open_time = time, .open = open, .high = high, .low = low, .close = close, .volume = volume};
}

Slot slot_at(Instant time) { return Slot{.open_time = time, .begin = time, .end = time}; }

Bars read_back(const std::string& text, std::uint64_t& no_bar, Timeframe timeframe) {
    BarFileOptions options;
    options.file = "back.csv";
    options.timeframe = timeframe;
    BarFile file = BarFile::create(options).value();
    REQUIRE(file.feed(text));
    REQUIRE(file.finish());
    no_bar = file.report().no_bar;
    const std::vector<SymbolBars> all = file.take();
    REQUIRE(all.size() == 1);
    return all.front().bars.raw;
}

} // namespace

TEST_CASE("bars as long CSV: exact numbers, times in UTC") {
    Bars bars;
    REQUIRE(bars.push_back(
        bar_at(at("2024-01-02T14:30:00Z"), Decimal::of(18950, 2), 190, Decimal::of(189015, 3), 190, 1'000)));
    REQUIRE(bars.push_back(bar_at(at("2024-01-02T14:31:00.5Z"), Decimal::of(-1, 2), Decimal::of(5, 8), -1, 0, 0)));
    std::string text = LongCsv::header({});
    LongCsv("GOOG", Timeframe::m1, {}).append(text, bars);
    CHECK(text == "symbol,time,open,high,low,close,volume\n"
                  "GOOG,2024-01-02T14:30:00Z,189.5,190,189.015,190,1000\n"
                  "GOOG,2024-01-02T14:31:00.5Z,-0.01,0.00000005,-1,0,0\n");
}

TEST_CASE("slots without a bar are empty rows, with what is known of them") {
    const Instant first = at("2024-01-02");
    const auto day = [&](int days) { return first + std::chrono::days(days); };
    Bars bars;
    REQUIRE(bars.push_back(bar_at(day(1), 1, 3, 1, 2, 9)));
    REQUIRE(bars.push_back(bar_at(day(4), 1, 3, 1, 2, 9))); // on no slot: it is written all the same
    const std::vector<Slot> slots{slot_at(day(0)), slot_at(day(1)), slot_at(day(2)), slot_at(day(3))};
    const std::vector<SlotRun> runs{
        {.state = SlotState::ok, .from = day(1), .to = day(1) + Duration(1), .slots = 1},
        {.state = SlotState::missing, .from = day(2), .to = day(2) + Duration(1), .slots = 1},
        {.state = SlotState::no_trades, .from = day(3), .to = day(3) + Duration(1), .slots = 1}};
    const LongCsv::Options with_state{.state = true};
    std::string text = LongCsv::header(with_state);
    LongCsv("GOOG", Timeframe::d1, with_state).append(text, bars, slots, runs);
    CHECK(text == "symbol,time,open,high,low,close,volume,state\n"
                  "GOOG,2024-01-03,1,3,1,2,9,ok\n"
                  "GOOG,2024-01-04,,,,,,missing\n"
                  "GOOG,2024-01-05,,,,,,no-trades\n"
                  "GOOG,2024-01-06,1,3,1,2,9,ok\n");
}

TEST_CASE("what is exported is imported as it was, holes and dates included") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    for (int round = 0; round < 200; ++round) {
        const Timeframe timeframe = timeframes[random() % timeframes.size()];
        const Duration step = timeframe == Timeframe::mo1 ? Duration(std::chrono::days(31)) : nominal_length(timeframe);
        Bars bars;
        std::vector<Slot> slots;
        std::vector<SlotRun> runs;
        Instant time = at("2019-03-04");
        const int scale = static_cast<int>(random() % 9);
        for (std::size_t i = 0; i < 300; ++i, time += step) {
            slots.push_back(slot_at(time));
            const bool hole = random() % 4 == 0 && i > 0;
            const SlotState state = hole ? SlotState::missing : SlotState::ok;
            runs.push_back({.state = state, .from = time, .to = time + Duration(1), .slots = 1});
            if (hole) {
                continue;
            }
            const auto low = static_cast<std::int64_t>(1 + random() % 1'000'000'000);
            const auto open = low + static_cast<std::int64_t>(random() % 1'000);
            const auto high = open + static_cast<std::int64_t>(random() % 1'000);
            REQUIRE(bars.push_back(bar_at(time, Decimal::of(open, scale), Decimal::of(high, scale),
                                          Decimal::of(low, scale), Decimal::of(high, scale),
                                          Decimal::of(static_cast<std::int64_t>(random() % 100'000), 3))));
        }
        const LongCsv::Options options{.state = random() % 2 == 0};
        std::string text = LongCsv::header(options);
        LongCsv("BRK.B", timeframe, options).append(text, bars, slots, runs);
        std::uint64_t no_bar = 0;
        const Bars back = read_back(text, no_bar, timeframe);
        REQUIRE(no_bar == slots.size() - bars.size());
        REQUIRE(back.open_time == bars.open_time);
        for (std::size_t i = 0; i < bars.size(); ++i) {
            REQUIRE(back.at(i) == bars.at(i));
        }
    }
}
