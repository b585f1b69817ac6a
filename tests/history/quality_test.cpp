#include "core/history/quality.hpp"
#include "tests/history/sample_bars.hpp"

#include <algorithm>
#include <random>

using namespace tradesh;
using namespace tradesh::history;
using namespace tradesh::test;

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

const Instant monday = at("2024-01-08 14:30");

/// Slots of five minutes in sessions of six and a half hours from 14:30 on, on `dates` days in a row.
std::vector<Slot> five_minute_slots(int dates) {
    std::vector<Slot> slots;
    for (int day = 0; day < dates; ++day) {
        for (int i = 0; i < 78; ++i) {
            const Instant open = monday + days(day) + minutes(5) * i;
            slots.push_back({.open_time = open, .begin = open, .end = open + minutes(5)});
        }
    }
    return slots;
}

std::vector<Instant> times_of(const std::vector<Slot>& slots, Duration later = Duration(0)) {
    std::vector<Instant> times;
    for (const Slot& slot : slots) {
        times.push_back(slot.open_time + later);
    }
    return times;
}

/// A series that goes its way: moves of up to one percent a bar, the same ones every time.
std::vector<Decimal> calm_closes(std::size_t count) {
    std::mt19937_64 random(7);
    std::uniform_int_distribution<std::int64_t> step(-100, 100);
    std::vector<Decimal> closes;
    std::int64_t cents = 10'000;
    for (std::size_t i = 0; i < count; ++i) {
        cents += cents * step(random) / 10'000;
        closes.push_back(Decimal::of(cents, 2));
    }
    return closes;
}

Bars calm_days(std::size_t count = 200) { return walk(at("2023-01-02"), days(1), calm_closes(count)); }

/// Multiplies the prices of one bar.
void scale(Bars& bars, std::size_t row, std::int64_t by, std::int64_t per) {
    for (ScaledColumn Bars::* const column : {&Bars::open, &Bars::high, &Bars::low, &Bars::close}) {
        std::int64_t& units = (bars.*column).units[row];
        units = units * by / per;
    }
}

std::vector<Finding> of_kind(const QualityReport& report, FindingKind kind) {
    std::vector<Finding> found;
    std::ranges::copy_if(report.findings, std::back_inserter(found),
                         [kind](const Finding& finding) { return finding.kind == kind; });
    return found;
}

QualityReport judge_values(const Bars& bars, std::span<const CorporateAction> actions = {}) {
    return judge(bars, Timeframe::d1, nullptr, {}, actions);
}

SlotRun run(SlotState state, int from, std::size_t slots) {
    return {.state = state,
            .from = monday + minutes(5) * from,
            .to = monday + minutes(5) * (from + static_cast<int>(slots) - 1) + Duration(1),
            .slots = slots};
}

} // namespace

TEST_CASE("a sound series is healthy and gives no findings") {
    const std::vector<Slot> slots = five_minute_slots(5);
    std::vector<Decimal> closes = calm_closes(slots.size());
    Bars bars = walk(monday, minutes(5), closes);
    bars.open_time = times_of(slots);
    const Coverage coverage{.runs = {run(SlotState::ok, 0, slots.size())}, .off_calendar = {}};
    const QualityReport report = judge(bars, Timeframe::m5, &coverage, slots, {});
    CHECK(report.findings.empty());
    CHECK(report.healthy());
    CHECK(report.slots == 390);
    CHECK(report.ok == 390);
}

TEST_CASE("holes are told by kind and stretch, with what to do") {
    const Coverage coverage{.runs = {run(SlotState::ok, 0, 10), run(SlotState::missing, 10, 2),
                                     run(SlotState::ok, 12, 3), run(SlotState::missing, 15, 1),
                                     run(SlotState::ok, 16, 4), run(SlotState::missing, 20, 5),
                                     run(SlotState::no_trades, 25, 2), run(SlotState::delayed, 27, 1)},
                            .off_calendar = {}};
    const QualityReport report = judge(Bars(), Timeframe::m5, &coverage, five_minute_slots(1), {});
    CHECK(report.slots == 28);
    CHECK(report.ok == 17);
    CHECK(report.missing == 8);
    CHECK(report.no_trades == 2);
    CHECK(report.delayed == 1);
    CHECK_FALSE(report.healthy());
    const std::vector<Finding> missing = of_kind(report, FindingKind::missing);
    REQUIRE(missing.size() == 2);
    CHECK(missing[0].count == 3); // three bars between the two holes do not make them two
    CHECK(missing[0].from == monday + minutes(50));
    CHECK(missing[0].to == monday + minutes(75) + Duration(1));
    CHECK(missing[0].severity == Severity::warning);
    CHECK(missing[1].count == 5);
    CHECK(of_kind(report, FindingKind::no_trades).at(0).severity == Severity::info);
    CHECK_THAT(of_kind(report, FindingKind::delayed).at(0).detail, Contains("load again later"));
}

TEST_CASE("holes without a missing one leave a series healthy") {
    const Coverage coverage{.runs = {run(SlotState::ok, 0, 10), run(SlotState::no_trades, 10, 1)}, .off_calendar = {}};
    CHECK(judge(Bars(), Timeframe::m5, &coverage, five_minute_slots(1), {}).healthy());
}

TEST_CASE("a thousand holes are twenty findings and one that counts the rest") {
    Coverage coverage;
    for (int i = 0; i < 1000; ++i) {
        coverage.runs.push_back(run(SlotState::missing, i * 10, 2));
        coverage.runs.push_back(run(SlotState::ok, i * 10 + 2, 8));
    }
    const QualityReport report = judge(Bars(), Timeframe::m5, &coverage, five_minute_slots(1), {});
    REQUIRE(report.findings.size() == 21);
    CHECK(report.findings.back().count == 2 * 980);
    CHECK_THAT(report.findings.back().detail, Contains("and 980 more"));
    CHECK(report.findings.back().to == coverage.runs[1998].to);
    CHECK(report.missing == 2000);
}

TEST_CASE("bars in no slot are told by where they lie") {
    const std::vector<Slot> slots = five_minute_slots(2);
    const Coverage coverage{.runs = {},
                            .off_calendar = {monday + minutes(7), monday + hours(8), monday + hours(8) + minutes(5)}};
    const QualityReport report = judge(Bars(), Timeframe::m5, &coverage, slots, {});
    const std::vector<Finding> off = of_kind(report, FindingKind::off_calendar);
    REQUIRE(off.size() == 2);
    CHECK(off[0].count == 1);
    CHECK_THAT(off[0].detail, Contains("between the times at which bars open"));
    CHECK(off[1].count == 2);
    CHECK_THAT(off[1].detail, Contains("while the exchange is closed"));
    const Coverage holiday{.runs = {}, .off_calendar = {at("2024-01-15")}};
    CHECK_THAT(judge(Bars(), Timeframe::d1, &holiday, slots, {}).findings.at(0).detail,
               Contains("date without trading"));
}

TEST_CASE("times that are the ends of bars are told from those that are not") {
    const std::vector<Slot> slots = five_minute_slots(10);
    const Coverage coverage{.runs = {run(SlotState::missing, 0, 1)}, .off_calendar = {monday + minutes(390)}};
    const auto stamped = [&](const std::vector<Instant>& times, std::span<const Slot> expected) {
        const QualityReport report = judge(bars_at(times), Timeframe::m5, &coverage, expected, {});
        return of_kind(report, FindingKind::stamped_at_end);
    };
    const std::vector<Instant> ends = times_of(slots, minutes(5));
    const std::vector<Finding> found = stamped(ends, slots);
    REQUIRE(found.size() == 1);
    CHECK(found[0].severity == Severity::error);
    CHECK(found[0].count == 780);
    CHECK_THAT(found[0].detail, Contains("10 of 10 sessions"));
    CHECK_THAT(found[0].detail, Contains("--stamp close"));
    CHECK(stamped(times_of(slots), slots).empty());

    SECTION("its consequences are not listed beside it, but counted") {
        const QualityReport report = judge(bars_at(ends), Timeframe::m5, &coverage, slots, {});
        CHECK(of_kind(report, FindingKind::missing).empty());
        CHECK(of_kind(report, FindingKind::off_calendar).empty());
        CHECK(report.missing == 1);
        CHECK_FALSE(report.healthy());
    }
    SECTION("a bar of the closing auction proves nothing") {
        std::vector<Instant> times = times_of(slots);
        for (int day = 0; day < 10; ++day) {
            times.push_back(monday + days(day) + minutes(390));
        }
        std::ranges::sort(times);
        CHECK(stamped(times, slots).empty());
    }
    SECTION("two sessions in ten that are otherwise leave a doubt") {
        std::vector<Instant> times = ends;
        times.push_back(monday);
        times.push_back(monday + days(1));
        std::ranges::sort(times);
        CHECK(stamped(times, slots).empty());
    }
    SECTION("too few sessions, or thin ones, prove nothing") {
        const std::span<const Slot> two(slots.begin(), 2 * 78);
        CHECK(stamped(ends, two).empty());
        std::vector<Instant> thin;
        for (std::size_t i = 0; i < ends.size(); i += 7) {
            thin.push_back(ends[i]);
        }
        CHECK(stamped(thin, slots).empty());
    }
    SECTION("a market without a pause has no such thing") {
        std::vector<Slot> endless;
        for (int i = 0; i < 1000; ++i) {
            const Instant open = monday + minutes(5) * i;
            endless.push_back({.open_time = open, .begin = open, .end = open + minutes(5)});
        }
        CHECK(stamped(times_of(endless, minutes(5)), endless).empty());
    }
}

TEST_CASE("a price far from its neighbours that comes back at once is an outlier") {
    Bars bars = calm_days();
    scale(bars, 100, 1, 10);
    const QualityReport report = judge_values(bars);
    REQUIRE(report.findings.size() == 1);
    const Finding& outlier = report.findings[0];
    CHECK(outlier.kind == FindingKind::outlier);
    CHECK(outlier.severity == Severity::warning);
    CHECK(outlier.from == bars.open_time[100]);
    CHECK_THAT(outlier.detail, Contains(bars.low.at(100).normalized().to_string() + " between " +
                                        bars.low.at(99).normalized().to_string()) ||
                                   Contains("close " + bars.close.at(100).normalized().to_string()));
    CHECK(report.healthy());
}

TEST_CASE("a single bad high is an outlier as well") {
    Bars bars = calm_days();
    bars.high.units[50] *= 2;
    const QualityReport report = judge_values(bars);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].kind == FindingKind::outlier);
    CHECK_THAT(report.findings[0].detail, Contains("high "));
}

TEST_CASE("a large move that stays is a jump, explained or not") {
    Bars bars = calm_days();
    for (std::size_t row = 100; row < bars.size(); ++row) {
        scale(bars, row, 1, 2);
    }
    const auto ex_date = std::chrono::floor<days>(bars.open_time[100]);
    const auto jump = [&](std::vector<CorporateAction> actions) {
        const QualityReport report = judge_values(bars, actions);
        REQUIRE(report.findings.size() == 1);
        CHECK(report.findings[0].kind == FindingKind::jump);
        CHECK(report.findings[0].from == bars.open_time[100]);
        return report.findings[0];
    };
    const Finding unknown = jump({});
    CHECK(unknown.severity == Severity::warning);
    CHECK_THAT(unknown.detail, Contains("looks like a split 2 for 1, but none is known"));
    const CorporateAction split{.ex_date = ex_date, .what = Split{.new_shares = 2, .old_shares = 1}};
    const Finding explained = jump({split});
    CHECK(explained.severity == Severity::info);
    CHECK_THAT(explained.detail, Contains("split 2 for 1: close "));
    const CorporateAction penny{.ex_date = ex_date, .what = Dividend{{Decimal::of(1, 2), Currency("USD")}}};
    const Finding too_small = jump({penny});
    CHECK(too_small.severity == Severity::warning);
    CHECK_THAT(too_small.detail, Contains("more than dividend 0.01 USD explains"));
    const CorporateAction elsewhere{.ex_date = ex_date + days(30), .what = Split{.new_shares = 2, .old_shares = 1}};
    CHECK(jump({elsewhere}).severity == Severity::warning);
}

TEST_CASE("the first bar after a long pause is neither outlier nor jump") {
    Bars bars = calm_days();
    for (std::size_t row = 100; row < bars.size(); ++row) {
        bars.open_time[row] += days(60);
        scale(bars, row, 3, 1);
    }
    CHECK(judge_values(bars).findings.empty());
}

TEST_CASE("with few bars nobody knows what is usual") {
    Bars bars = calm_days(20);
    scale(bars, 10, 1, 10);
    CHECK(judge_values(bars).findings.empty());
}

TEST_CASE("a price that moves over night as it always does is no jump") {
    // 10 usual moves of its minutes every night, to and fro.
    const std::vector<Slot> slots = five_minute_slots(40);
    std::vector<Decimal> closes = calm_closes(slots.size());
    for (std::size_t i = 0; i < closes.size(); ++i) {
        closes[i] = (i / 78) % 2 == 0 ? closes[i] : closes[i] * Decimal::of(12, 1);
    }
    Bars bars = walk(monday, minutes(5), closes);
    bars.open_time = times_of(slots);
    bars.open = bars.high = bars.low = bars.close;
    CHECK(judge(bars, Timeframe::m5, nullptr, {}, {}).findings.empty());
}

TEST_CASE("bars that contradict themselves") {
    Bars bars = calm_days();
    std::swap(bars.high.units[10], bars.low.units[10]);
    bars.high.units[20] = bars.low.units[20] + 0;
    bars.close.units[20] = bars.high.units[20] + 1;
    bars.volume.units[30] = -5;
    const QualityReport report = judge_values(bars);
    const std::vector<Finding> found = of_kind(report, FindingKind::inconsistent);
    REQUIRE(found.size() == 3);
    CHECK(found[0].severity == Severity::error);
    CHECK_THAT(found[0].detail, Contains("is below low"));
    CHECK_THAT(found[1].detail, Contains("outside low"));
    CHECK_THAT(found[2].detail, Contains("volume -5 is negative"));
    CHECK_FALSE(report.healthy());
}

TEST_CASE("a price of zero or less is a warning: futures have been there") {
    const Bars bars =
        bars_of({bar("2020-04-17", "18 20 17 18.27 5"), bar("2020-04-20", "17.73 17.85 -40.32 -37.63 5")});
    const QualityReport report = judge_values(bars);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].kind == FindingKind::inconsistent);
    CHECK(report.findings[0].severity == Severity::warning);
    CHECK_THAT(report.findings[0].detail, Contains("low -40.32 is not above zero"));
}

TEST_CASE("a feed that stood still, and a bar that stands twice") {
    const auto copy_bar = [](Bars& bars, std::size_t from, std::size_t to, bool volume) {
        for (ScaledColumn Bars::* const column : {&Bars::open, &Bars::high, &Bars::low, &Bars::close}) {
            (bars.*column).units[to] = (bars.*column).units[from];
        }
        bars.volume.units[to] = volume ? bars.volume.units[from] : 0;
    };
    Bars frozen = calm_days();
    for (std::size_t row = 61; row < 85; ++row) {
        copy_bar(frozen, 60, row, false);
    }
    const QualityReport stood_still = judge_values(frozen);
    REQUIRE(stood_still.findings.size() == 1);
    CHECK(stood_still.findings[0].kind == FindingKind::frozen);
    CHECK(stood_still.findings[0].count == 25);
    CHECK(stood_still.findings[0].from == frozen.open_time[60]);

    Bars twice = calm_days();
    copy_bar(twice, 60, 61, true);
    const QualityReport report = judge_values(twice);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].kind == FindingKind::duplicate);
    CHECK(report.findings[0].count == 2);
    copy_bar(twice, 60, 61, false);
    CHECK(judge_values(twice).findings.empty()); // no trade, no change
}

TEST_CASE("equal bars prove nothing where prices and volumes are so few that they agree by chance") {
    std::mt19937_64 random(11);
    std::uniform_int_distribution<std::int64_t> few(1, 3);
    Bars bars;
    for (int i = 0; i < 2000; ++i) {
        const std::int64_t low = 10'000 - few(random);
        const std::int64_t high = 10'000 + few(random);
        bars.push_back({.open_time = at("2023-01-02") + minutes(i),
                        .open = Decimal::of(10'000, 4),
                        .high = Decimal::of(high, 4),
                        .low = Decimal::of(low, 4),
                        .close = Decimal::of(10'000, 4),
                        .volume = few(random)})
            .value();
    }
    CHECK(judge(bars, Timeframe::m1, nullptr, {}, {}).findings.empty());
}

TEST_CASE("an hour of news is not full of outliers") {
    std::vector<Decimal> closes = calm_closes(400);
    for (std::size_t i = 200; i < 230; ++i) {
        closes[i] = closes[i] * Decimal::of(i % 2 == 0 ? 110 : 95, 2);
    }
    CHECK(judge_values(walk(at("2023-01-02"), days(1), closes)).findings.empty());
}

TEST_CASE("a sleepy market repeats itself without being frozen") {
    std::vector<Decimal> closes;
    for (std::size_t i = 0; i < 400; ++i) {
        closes.push_back(Decimal::of(static_cast<std::int64_t>(1000 + i / 20), 2));
    }
    Bars bars = walk(at("2023-01-02"), days(1), closes);
    bars.open = bars.high = bars.low = bars.close;
    CHECK(judge_values(bars).findings.empty());
}

TEST_CASE("names of kinds and severities") {
    CHECK(name_of(FindingKind::missing) == "missing");
    CHECK(name_of(FindingKind::stamped_at_end) == "stamped-at-end");
    CHECK(name_of(FindingKind::duplicate) == "duplicate");
    CHECK(name_of(Severity::error) == "error");
}
