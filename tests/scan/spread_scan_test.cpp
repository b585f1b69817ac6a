#include "core/exchange/option_chain_model.hpp"
#include "core/scan/spread_preset.hpp"
#include "core/scan/spread_scan.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>

using namespace tradesh;
using namespace tradesh::scan;

namespace {

const Instant monday_noon = parse_instant("2026-11-23T17:00:00Z").value();

OptionQuote quoted(OptionRight right, std::int64_t strike, Decimal bid, Decimal ask) {
    return {.symbol = "X",
            .option = {.underlying = "X", .expiry = std::chrono::year(2027) / 1 / 15, .strike = strike, .right = right},
            .bid = bid,
            .ask = ask,
            .volume = 100,
            .open_interest = 1'000};
}

OptionChain chain_of(std::vector<OptionQuote> quotes) {
    return {.underlying = "X", .spot = 101, .time = monday_noon, .rate = 0.04, .options = std::move(quotes)};
}

/// 100 and 105, calls and puts.
OptionChain small_chain() {
    return chain_of({quoted(OptionRight::call, 100, Decimal::of(490, 2), Decimal::of(510, 2)),
                     quoted(OptionRight::call, 105, Decimal::of(240, 2), Decimal::of(260, 2)),
                     quoted(OptionRight::put, 100, Decimal::of(330, 2), Decimal::of(350, 2)),
                     quoted(OptionRight::put, 105, Decimal::of(580, 2), Decimal::of(600, 2))});
}

OptionChain apple_chain(std::size_t strikes_each_side) {
    Instrument apple;
    apple.symbol = "AAPL";
    return exchange::OptionChainModel({.strikes_each_side = strikes_each_side}).chain(apple, 232, monday_noon);
}

SpreadFilter filter(std::string_view name, std::string_view range) { return parse_spread_filter(name, range).value(); }

const VerticalSpread& only(const SpreadScanResult& result) {
    REQUIRE(result.spreads.size() == 1);
    return result.spreads.front().spread;
}

} // namespace

TEST_CASE("each kind of spread is entered at the ask of what is bought and the bid of what is sold") {
    struct Expected {
        SpreadKind kind;
        std::int64_t long_strike;
        Decimal premium;
        double profit;
        double loss;
        double breakeven;
    };
    const std::vector<Expected> table{
        {SpreadKind::bull_call, 100, Decimal::of(270, 2), 2.3, 2.7, 102.7}, // 5.10 - 2.40
        {SpreadKind::bear_call, 105, Decimal::of(230, 2), 2.3, 2.7, 102.3}, // 4.90 - 2.60
        {SpreadKind::bear_put, 105, Decimal::of(270, 2), 2.3, 2.7, 102.3},  // 6.00 - 3.30
        {SpreadKind::bull_put, 100, Decimal::of(230, 2), 2.3, 2.7, 102.7},  // 5.80 - 3.50
    };
    const OptionChain chain = small_chain();
    for (const Expected& expected : table) {
        CAPTURE(name_of(expected.kind));
        const SpreadScanResult result = scan_spreads(chain, {.kinds = {expected.kind}, .filters = {}});
        const VerticalSpread& spread = only(result);
        CHECK(spread.long_leg->quote->option.strike == Decimal(expected.long_strike));
        CHECK(exact_premium(spread) == expected.premium);
        CHECK(spread.max_profit == Approx(expected.profit));
        CHECK(spread.max_loss == Approx(expected.loss));
        CHECK(spread.breakeven == Approx(expected.breakeven));
        CHECK(spread.max_profit + spread.max_loss == Approx(spread.width));
    }
}

TEST_CASE("the probability of profit is that of ending beyond the break-even") {
    const OptionChain chain = small_chain();
    const SpreadScanResult bull = scan_spreads(chain, {.kinds = {SpreadKind::bull_call}, .filters = {}});
    const SpreadScanResult bear = scan_spreads(chain, {.kinds = {SpreadKind::bear_put}, .filters = {}});
    // Ending above 102.7 and ending below 102.3: between them lies what neither wins.
    const double both = only(bull).probability_of_profit + only(bear).probability_of_profit;
    CHECK(both < 1);
    CHECK(both > 0.9);
    CHECK(only(bull).expected_value ==
          Approx(2.3 * only(bull).probability_of_profit - 2.7 * (1 - only(bull).probability_of_profit)));
    CHECK(only(bull).greeks.delta > 0);
    CHECK(only(bear).greeks.delta < 0);
}

TEST_CASE("what cannot be traded at its quote is left out") {
    OptionChain chain = small_chain();
    chain.options[0].bid = std::nullopt;                                // nobody bids
    chain.options[1].ask = Decimal::of(230, 2);                         // crossed
    chain.options[2].option.expiry = std::chrono::year(2026) / 11 / 23; // expires today
    chain.options[3].bid = chain.options[3].ask = Decimal::of(1, 2);    // below what it is worth at once
    const SpreadScanResult result = scan_spreads(chain, {.kinds = {}, .filters = {}});
    CHECK(result.contracts == 4);
    CHECK(result.tradable == 1);
    CHECK(result.modelled == 0);
    CHECK(result.spreads.empty());
}

TEST_CASE("every filter holds for every spread that is found, and loses none that it should keep") {
    const OptionChain chain = apple_chain(12);
    const SpreadScanResult everything = scan_spreads(chain, {.kinds = {}, .filters = {}, .results_max = 1'000'000});
    REQUIRE(everything.spreads.size() == everything.matched);
    for (const SpreadMeasure& measure : spread_measures()) {
        CAPTURE(measure.name);
        std::vector<double> values;
        for (const RankedSpread& ranked : everything.spreads) {
            values.push_back(measure.of_spread != nullptr ? measure.of_spread(ranked.spread, chain)
                                                          : measure.of_leg(*ranked.spread.short_leg));
        }
        std::ranges::sort(values);
        const SpreadFilter middle{.measure = &measure,
                                  .range = {.least = values[values.size() / 4], .most = values[values.size() * 3 / 4]}};
        std::size_t expected = 0;
        for (const RankedSpread& ranked : everything.spreads) {
            const auto holds = [&](const OptionLeg& leg) { return middle.range.holds(measure.of_leg(leg)); };
            const bool passes = measure.of_spread != nullptr
                                    ? middle.range.holds(measure.of_spread(ranked.spread, chain))
                                    : holds(*ranked.spread.long_leg) && holds(*ranked.spread.short_leg);
            expected += passes ? 1 : 0;
        }
        const SpreadScanResult found =
            scan_spreads(chain, {.kinds = {}, .filters = {middle}, .results_max = 1'000'000});
        CHECK(found.matched == expected);
        CHECK(found.matched > 0);
        CHECK(found.matched < everything.matched);
    }
}

TEST_CASE("the best are kept, in order, whatever the limit") {
    const OptionChain chain = apple_chain(8);
    for (const SpreadOrder order : {SpreadOrder::score, SpreadOrder::quick_score, SpreadOrder::probability,
                                    SpreadOrder::reward, SpreadOrder::expected_value}) {
        const SpreadScanResult all =
            scan_spreads(chain, {.kinds = {}, .filters = {}, .order = order, .results_max = 1'000'000});
        const SpreadScanResult few =
            scan_spreads(chain, {.kinds = {}, .filters = {}, .order = order, .results_max = 7});
        REQUIRE(few.spreads.size() == 7);
        CHECK(few.matched == all.matched);
        for (std::size_t i = 0; i < 7; ++i) {
            CHECK(few.spreads[i].spread.long_leg->quote == all.spreads[i].spread.long_leg->quote);
            CHECK(few.spreads[i].spread.short_leg->quote == all.spreads[i].spread.short_leg->quote);
        }
    }
}

TEST_CASE("filters are applied from cheap to dear, and the most selective first") {
    const OptionChain chain = apple_chain(40);
    const SpreadScanResult result =
        scan_spreads(chain, {.kinds = {},
                             .filters = {filter("short-delta", "0.20..0.35"), filter("open-interest", "100.."),
                                         filter("dte", "30..45"), filter("width", "5")}});
    REQUIRE(result.filters.size() == 4);
    CHECK(result.filters[0].measure->name == "dte");
    CHECK(result.filters[1].measure->name == "open-interest");
    CHECK(result.filters[1].seen < result.contracts); // those that the first refused were not looked at
    CHECK(result.modelled < result.tradable / 4);     // and no model was fitted to them
    for (const RankedSpread& ranked : result.spreads) {
        CHECK(ranked.spread.width == 5);
        CHECK(std::abs(ranked.spread.short_leg->greeks.delta) >= 0.20);
        CHECK(std::abs(ranked.spread.short_leg->greeks.delta) <= 0.35);
    }
    CHECK(!result.spreads.empty());
}

TEST_CASE("the parts of a score are points, and a balanced spread says so") {
    const OptionChain chain = apple_chain(20);
    const SpreadScanResult result = scan_spreads(chain, {.kinds = {}, .filters = {}, .results_max = 500});
    bool seen_balanced = false;
    for (const RankedSpread& ranked : result.spreads) {
        const ScoreParts parts = score_parts(ranked.spread);
        for (const double points : {parts.probability, parts.reward, parts.liquidity, parts.delta, parts.theta,
                                    parts.vega, parts.volatility, parts.width, parts.time}) {
            CHECK(points >= 0);
            CHECK(points <= 100);
        }
        for (const ScoreStyle style : {ScoreStyle::balanced, ScoreStyle::conservative, ScoreStyle::aggressive}) {
            CHECK(score(ranked.spread, style) >= 0);
            CHECK(score(ranked.spread, style) <= 100);
        }
        const GreeksReport report = report_greeks(ranked.spread);
        CHECK(report.risk >= 20);
        CHECK(report.risk <= 100);
        seen_balanced = seen_balanced || report.balanced;
        CHECK((!report.balanced || ranked.spread.greeks.theta > 0));
    }
    CHECK(seen_balanced);
}

TEST_CASE("filters are read as they are written, and nonsense is refused") {
    CHECK(filter("short-delta", "0.20..0.35").range == Range{.least = 0.20, .most = 0.35});
    CHECK(filter("dte", "30..").range.least == 30);
    CHECK(filter("bid-ask", "..0.10").range.most == 0.10);
    CHECK(filter("width", "5").range == Range{.least = 5, .most = 5});
    CHECK(to_text(filter("short-delta", "0.20..0.35").range) == "0.2..0.35");
    CHECK(to_text(filter("dte", "30..").range) == "30..");
    for (const std::string_view wrong : {"", "x", "0.4..0.2", "1..2..3", "0.1..2", "-0.1..", "nan", "0,2"}) {
        CAPTURE(wrong);
        CHECK(parse_spread_filter("delta", wrong).error().code == "spread.range");
    }
    CHECK(parse_spread_filter("short-detla", "1").error().hint == "did you mean 'short-delta'?");
}

TEST_CASE("presets are filters under a name, and read back as they are written") {
    const OptionChain chain = apple_chain(40);
    CHECK(built_in_spread_presets().size() == 5);
    for (const SpreadPreset& preset : built_in_spread_presets()) {
        CAPTURE(preset.name);
        CHECK(parse_spread_filters(to_text(preset.filters)).value() == preset.filters);
        CHECK(scan_spreads(chain, {.kinds = {}, .filters = preset.filters}).matched > 0);
    }
    CHECK(parse_spread_filters("dte=1..2  dte=3..4").value() == std::vector{filter("dte", "3..4")});
    CHECK(parse_spread_filters("dte").error().code == "spread.filter");
}
