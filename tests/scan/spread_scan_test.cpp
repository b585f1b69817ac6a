#include "core/exchange/option_chain_model.hpp"
#include "core/scan/spread_preset.hpp"
#include "core/scan/spread_scan.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <stop_token>
#include <utility>

using namespace tradesh;
using namespace tradesh::scan;

namespace {

const Instant monday_noon = parse_instant("2026-11-23T17:00:00Z").value();
const SessionCalendar new_york = SessionCalendar::find("NYSE").value();

Instant close_of(std::chrono::sys_days date) { return date + std::chrono::hours(21); }

OptionQuote quoted(OptionRight right, std::int64_t strike, Decimal bid, Decimal ask) {
    return {.symbol = "X",
            .option = {.underlying = "X", .expiry = std::chrono::year(2027) / 1 / 15, .strike = strike, .right = right},
            .expires = close_of(std::chrono::year(2027) / 1 / 15),
            .bid = bid,
            .ask = ask,
            .volume = 100,
            .open_interest = 1'000};
}

OptionChain chain_of(std::vector<OptionQuote> quotes) {
    return {.underlying = "X",
            .spot = 101,
            .time = monday_noon,
            .today = std::chrono::floor<std::chrono::days>(monday_noon),
            .rate = 0.04,
            .options = std::move(quotes)};
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
    return exchange::OptionChainModel({.strikes_each_side = strikes_each_side})
        .chain(apple, 232, monday_noon, new_york);
}

SpreadFilter filter(std::string_view name, std::string_view range) { return parse_spread_filter(name, range).value(); }

/// Looks at one spread alone.
bool passes(const SpreadFilter& filter, const VerticalSpread& spread, const OptionChain& chain) {
    if (filter.measure->of_spread != nullptr) {
        return filter.range.holds(filter.measure->of_spread(spread, chain));
    }
    const bool of_role = filter.measure->stage == MeasureStage::role;
    const auto holds = [&](const OptionLeg& leg, bool is_long) {
        return (of_role && !has_role(filter.measure->role, spread.kind, is_long)) ||
               filter.range.holds(filter.measure->of_leg(leg));
    };
    return holds(*spread.long_leg, true) && holds(*spread.short_leg, false);
}

std::size_t count_passing(const SpreadScanResult& result, const std::vector<SpreadFilter>& filters,
                          const OptionChain& chain) {
    return static_cast<std::size_t>(std::ranges::count_if(result.spreads, [&](const RankedSpread& ranked) {
        return std::ranges::all_of(filters, [&](const SpreadFilter& one) { return passes(one, ranked.spread, chain); });
    }));
}

std::vector<double> values_of(const SpreadMeasure& measure, const SpreadScanResult& result, const OptionChain& chain) {
    std::vector<double> values;
    for (const RankedSpread& ranked : result.spreads) {
        values.push_back(measure.of_spread != nullptr ? measure.of_spread(ranked.spread, chain)
                                                      : measure.of_leg(*ranked.spread.short_leg));
    }
    std::ranges::sort(values);
    return values;
}

SpreadFilter middle_of(const SpreadMeasure& measure, const SpreadScanResult& result, const OptionChain& chain) {
    const std::vector<double> values = values_of(measure, result, chain);
    return {.measure = &measure, .range = {.least = values[values.size() / 4], .most = values[values.size() * 3 / 4]}};
}

/// Between two of the values that there are, so that its ends are met exactly.
SpreadFilter random_range(const SpreadMeasure& measure, const SpreadScanResult& result, const OptionChain& chain,
                          std::mt19937& random) {
    const std::vector<double> values = values_of(measure, result, chain);
    const std::size_t one = random() % values.size();
    const std::size_t other = random() % values.size();
    const std::size_t low = std::min(one, other);
    const std::size_t high = std::max(one, other);
    SpreadFilter filter{.measure = &measure, .range = {.least = values[low], .most = values[high]}};
    if (random() % 3 == 0) {
        filter.range.most = std::numeric_limits<double>::infinity();
    }
    return filter;
}

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
        CHECK(exact(spread).premium == expected.premium);
        CHECK(exact(spread).max_profit.to_double() == Approx(expected.profit));
        CHECK(exact(spread).max_loss.to_double() == Approx(expected.loss));
        CHECK(exact(spread).breakeven.to_double() == Approx(expected.breakeven));
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
    chain.options[2].option.expiry = std::chrono::year(2026) / 11 / 23; // expired an hour ago
    chain.options[2].expires = monday_noon - std::chrono::hours(1);
    chain.options[3].bid = chain.options[3].ask = Decimal::of(1, 2); // below what it is worth at once
    const SpreadScanResult result = scan_spreads(chain, {.kinds = {}, .filters = {}});
    CHECK(result.contracts == 4);
    CHECK(result.tradable == 1);
    CHECK(result.modelled == 0);
    CHECK(result.spreads.empty());
}

TEST_CASE("a spread that costs or pays all its width is none, whatever doubles say") {
    // 88.05 - 83.05 is less than 5 in doubles.
    const OptionChain debit = chain_of({quoted(OptionRight::put, 88, Decimal::of(8'305, 2), Decimal::of(8'315, 2)),
                                        quoted(OptionRight::put, 93, Decimal::of(8'795, 2), Decimal::of(8'805, 2))});
    const OptionChain credit = chain_of({quoted(OptionRight::put, 88, Decimal::of(8'295, 2), Decimal::of(8'305, 2)),
                                         quoted(OptionRight::put, 93, Decimal::of(8'805, 2), Decimal::of(8'815, 2))});
    for (const OptionChain* chain : {&debit, &credit}) {
        for (const SpreadKind kind : {SpreadKind::bear_put, SpreadKind::bull_put}) {
            const OptionLeg lower = read_leg(chain->options[0], *chain).value();
            const OptionLeg higher = read_leg(chain->options[1], *chain).value();
            const std::optional<VerticalSpread> spread = enter_spread(kind, lower, higher);
            CHECK((!spread || (exact(*spread).max_profit.is_positive() && exact(*spread).max_loss.is_positive())));
            CHECK((chain == &debit && kind == SpreadKind::bear_put ? !spread : true));
            CHECK((chain == &credit && kind == SpreadKind::bull_put ? !spread : true));
        }
    }
}

TEST_CASE("an option that expires today is scanned until its close") {
    OptionChain chain = small_chain();
    for (OptionQuote& quote : chain.options) {
        quote.option.expiry = std::chrono::year(2026) / 11 / 23;
        quote.expires = close_of(std::chrono::year(2026) / 11 / 23);
    }
    CHECK(scan_spreads(chain, {.kinds = {}, .filters = {filter("dte", "0")}}).tradable == 4);
    chain.time = close_of(std::chrono::year(2026) / 11 / 23);
    CHECK(scan_spreads(chain, {.kinds = {}, .filters = {}}).tradable == 0);
}

TEST_CASE("both options of a strike have the volatility of the one out of the money") {
    const OptionChain chain = apple_chain(20);
    std::map<std::pair<std::chrono::sys_days, Decimal>, double> calls;
    std::size_t pairs = 0;
    for (const OptionQuote& quote : chain.options) {
        std::optional<OptionLeg> leg = read_leg(quote, chain);
        if (!leg || !model_leg(*leg, chain)) {
            continue;
        }
        const std::pair key(std::chrono::sys_days(quote.option.expiry), quote.option.strike);
        if (quote.option.right == OptionRight::call) {
            calls[key] = leg->volatility;
        } else if (calls.contains(key)) {
            CHECK(leg->volatility == Approx(calls[key]).epsilon(0.01));
            ++pairs;
        }
    }
    CHECK(pairs > 300);
}

TEST_CASE("a scan that is asked to stop ends with what it has") {
    std::stop_source stop;
    stop.request_stop();
    const OptionChain chain = apple_chain(20);
    CHECK(scan_spreads(chain, {.kinds = {}, .filters = {}}, stop.get_token()).candidates == 0);
}

TEST_CASE("each filter of a stage sees what passed the one before it") {
    const OptionChain chain = apple_chain(40);
    const SpreadScanResult result =
        scan_spreads(chain, {.kinds = {},
                             .filters = {filter("volume", "50.."), filter("open-interest", "100.."),
                                         filter("dte", "30..45"), filter("width", "..10"), filter("premium", "1..")}});
    REQUIRE(result.filters.size() == 5);
    CHECK(result.filters[0].seen == result.tradable);
    CHECK(result.filters[1].seen == result.filters[0].passed);
    CHECK(result.filters[2].seen == result.filters[1].passed);
    CHECK(result.filters[3].seen == result.candidates);
    CHECK(result.filters[4].seen == result.filters[3].passed);
    CHECK(result.filters[4].passed == result.matched);
}

TEST_CASE("every filter holds for every spread that is found, and loses none that it should keep") {
    const OptionChain chain = apple_chain(12);
    const SpreadScanResult everything = scan_spreads(chain, {.kinds = {}, .filters = {}, .results_max = 1'000'000});
    REQUIRE(everything.spreads.size() == everything.matched);
    for (const SpreadMeasure& measure : spread_measures()) {
        if (measure.stage == MeasureStage::underlying) {
            continue;
        }
        CAPTURE(measure.name);
        const SpreadFilter middle = middle_of(measure, everything, chain);
        const SpreadScanResult found =
            scan_spreads(chain, {.kinds = {}, .filters = {middle}, .results_max = 1'000'000});
        CHECK(found.matched == count_passing(everything, {middle}, chain));
        CHECK(found.matched > 0);
        CHECK(found.matched < everything.matched);
    }
}

TEST_CASE("random filters find what looking at every spread finds") {
    const unsigned seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto chance = [&](double share) { return std::uniform_real_distribution<double>(0, 1)(random) < share; };
    for (int round = 0; round < 30; ++round) {
        Instrument stock;
        stock.symbol = "S" + std::to_string(random() % 1'000);
        const std::size_t strikes = 3 + random() % 8;
        const Decimal spot = static_cast<std::int64_t>(5 + random() % 600);
        const OptionChain chain =
            exchange::OptionChainModel({.strikes_each_side = strikes}).chain(stock, spot, monday_noon, new_york);
        SpreadScanRequest request{.kinds = {}, .filters = {}, .results_max = 1'000'000};
        for (const SpreadKind kind :
             {SpreadKind::bull_call, SpreadKind::bear_put, SpreadKind::bull_put, SpreadKind::bear_call}) {
            if (chance(0.7)) {
                request.kinds.push_back(kind);
            }
        }
        const SpreadScanResult everything = scan_spreads(chain, request);
        REQUIRE(!everything.spreads.empty());
        for (const SpreadMeasure& measure : spread_measures()) {
            if (measure.stage != MeasureStage::underlying && chance(0.15)) {
                request.filters.push_back(random_range(measure, everything, chain, random));
            }
        }
        CAPTURE(stock.symbol, to_text(request.filters));
        const SpreadScanResult found = scan_spreads(chain, request);
        CHECK(found.matched == count_passing(everything, request.filters, chain));
        CHECK(found.spreads.size() == found.matched);
        CHECK(count_passing(found, request.filters, chain) == found.matched);
        CHECK(found.filters.size() == request.filters.size());
    }
}

TEST_CASE("a filter of the underlying lets all or nothing through, and nothing where its value is unknown") {
    const OptionChain chain = apple_chain(5);
    SpreadScanRequest request{.kinds = {}, .filters = {filter("iv-percentile", "40..80")}};
    CHECK(scan_spreads(chain, request).matched == 0);
    request.standing.percentile = 90;
    const SpreadScanResult refused = scan_spreads(chain, request);
    CHECK(refused.contracts == 0);
    REQUIRE(refused.filters.size() == 1);
    CHECK(refused.filters[0].seen == 1);
    CHECK(refused.filters[0].passed == 0);
    request.standing.percentile = 80;
    CHECK(scan_spreads(chain, request).matched > 0);
    request.filters = {filter("iv-rank", "0..100")};
    CHECK(scan_spreads(chain, request).matched == 0); // the percentile is known, the rank is not
    request.standing.rank = 0;
    CHECK(scan_spreads(chain, request).matched > 0);
}

TEST_CASE("the ends of a range are met by prices as they are written") {
    // 0.80 - 0.70 is more than 0.10 in doubles, and 1.10 - 0.80 more than 0.30.
    const OptionChain chain = chain_of({quoted(OptionRight::call, 120, Decimal::of(100, 2), Decimal::of(110, 2)),
                                        quoted(OptionRight::call, 121, Decimal::of(80, 2), Decimal::of(90, 2))});
    for (const auto& [name, range] : {std::pair("bid-ask", "..0.10"), std::pair("bid-ask", "0.10.."),
                                      std::pair("premium", "0.30"), std::pair("risk", "30"), std::pair("width", "1")}) {
        CAPTURE(name, range);
        const SpreadScanRequest request{.kinds = {SpreadKind::bull_call}, .filters = {filter(name, range)}};
        CHECK(scan_spreads(chain, request).matched == 1);
    }
}

TEST_CASE("a filter without ends lifts one that was set") {
    std::vector<SpreadFilter> filters{filter("dte", "30..45"), filter("delta", "0.2..0.4")};
    set_filter(filters, filter("dte", ".."));
    CHECK(filters == std::vector{filter("delta", "0.2..0.4")});
    set_filter(filters, filter("dte", ".."));
    CHECK(filters.size() == 1);
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
    CHECK(result.filters[0].filter.measure->name == "dte");
    CHECK(result.filters[1].filter.measure->name == "open-interest");
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

TEST_CASE("scores and bands are those of the table") {
    const OptionQuote near = quoted(OptionRight::put, 105, Decimal::of(580, 2), Decimal::of(600, 2));
    const OptionQuote far = quoted(OptionRight::put, 100, Decimal::of(330, 2), Decimal::of(350, 2));
    const OptionLeg sold{.quote = &near,
                         .strike = 105,
                         .bid = 5.8,
                         .ask = 6,
                         .days_to_expiry = 40,
                         .volatility = 0.3,
                         .greeks = {.delta = -0.325}};
    const OptionLeg bought{.quote = &far,
                           .strike = 100,
                           .bid = 3.3,
                           .ask = 3.5,
                           .days_to_expiry = 40,
                           .volatility = 0.34,
                           .greeks = {.delta = -0.25}};
    VerticalSpread spread{.kind = SpreadKind::bull_put,
                          .long_leg = &bought,
                          .short_leg = &sold,
                          .width = 5,
                          .premium = 2.3,
                          .max_profit = 2.3,
                          .max_loss = 2.7,
                          .probability_of_profit = 0.7,
                          .greeks = {.delta = 0.075, .gamma = -0.004, .theta = 0.0135, .vega = -0.08}};
    const ScoreParts parts = score_parts(spread);
    CHECK(parts.probability == Approx(50));        // (0.7 - 0.5) * 250
    CHECK(parts.reward == Approx(2.3 / 2.7 * 50)); // ratio * 50
    CHECK(parts.liquidity == Approx(2));           // volume 100 / 100, interest 1,000 / 1,000
    CHECK(parts.delta == 100);                     // 0.325 lies within 0.30..0.35
    CHECK(parts.theta == Approx(50));              // half a percent of 2.70 a day
    CHECK(parts.vega == Approx(80));               // 0.08 between 0.05 and 0.20
    CHECK(parts.volatility == 100);                // 0.32 lies within 0.20..0.40
    CHECK(parts.width == 100);
    CHECK(parts.time == 100);
    const double reward = 2.3 / 2.7 * 50;
    CHECK(
        score(spread, ScoreStyle::balanced) ==
        Approx(.25 * 50 + .20 * reward + .15 * 2 + .10 * 100 + .10 * 50 + .05 * (80 + 100 + 100 + 100)).margin(0.005));
    CHECK(score(spread, ScoreStyle::conservative) == Approx(.35 * 50 + .15 * reward + .20 * 2 + .10 * 100 + .05 * 50 +
                                                            .05 * 80 + .03 * 100 + .05 * 100 + .02 * 100)
                                                         .margin(0.005));
    CHECK(score(spread, ScoreStyle::aggressive) == Approx(.15 * 50 + .30 * reward + .10 * 2 + .15 * 100 + .15 * 50 +
                                                          .05 * 80 + .05 * 100 + .03 * 100 + .02 * 100)
                                                       .margin(0.005));
    CHECK(quick_score(spread) == Approx(10 * 2.3 / 2.7 + 5 * 0.0135 - 2 * 0.2 + 20 * 0.7));

    const auto band_at = [&](double delta, double gamma, double theta, double vega) {
        spread.greeks = {.delta = delta, .gamma = gamma, .theta = theta, .vega = vega};
        return report_greeks(spread);
    };
    const GreeksReport calm = band_at(0.2, -0.05, 0.01, 0.1);
    CHECK(calm.risk == 20);
    CHECK(calm.balanced);
    const GreeksReport middling = band_at(-0.4, 0.1, -0.026, -0.2);
    CHECK(middling.risk == 60);
    CHECK_FALSE(middling.balanced);
    const GreeksReport wild = band_at(0.41, 0.11, -0.028, 0.21); // theta: more than 1 % of 2.70 a day
    CHECK(wild.risk == 100);
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
    CHECK(parse_spread_filter("foo", "1").error().hint == "see them all: help scan spreads");
    CHECK(parse_spread_filter("dte", "40..30").error().hint == "write the lower end first: 30..40");
    CHECK_THAT(parse_spread_filter("dte", "abc").error().hint, Contains("write 30..45"));
    for (const std::string_view counted : {"dte", "volume", "open-interest"}) {
        CHECK_THAT(parse_spread_filter(counted, "27.5").error().message, Contains("whole numbers"));
    }
}

TEST_CASE("presets are filters under a name, and read back as they are written") {
    const OptionChain chain = apple_chain(40);
    CHECK(built_in_spread_presets().size() == 5);
    for (const SpreadPreset& preset : built_in_spread_presets()) {
        CAPTURE(preset.name);
        CHECK(parse_spread_filters(to_text(preset.filters)).value() == preset.filters);
        const VolatilityStanding standing{.current = 0.3, .rank = 60, .percentile = 70, .days = 252};
        CHECK(scan_spreads(chain, {.kinds = {}, .filters = preset.filters, .standing = standing}).matched > 0);
    }
    CHECK(parse_spread_filters("dte=1..2  dte=3..4").value() == std::vector{filter("dte", "3..4")});
    CHECK(parse_spread_filters("dte").error().code == "spread.filter");
}
