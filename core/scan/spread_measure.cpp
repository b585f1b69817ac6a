#include "core/scan/spread_measure.hpp"

#include "core/base/suggestion.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

namespace tradesh::scan {
namespace {

constexpr double endless = std::numeric_limits<double>::infinity();
constexpr Range any{};
constexpr Range not_negative{.least = 0, .most = endless};
constexpr Range share{.least = 0, .most = 1};
constexpr Range percent{.least = 0, .most = 100};
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double absolute_delta(const OptionLeg& leg) { return std::abs(leg.greeks.delta); }
double percent_of_spot(double value, const OptionChain& chain) { return 100 * value / chain.spot.to_double(); }

constexpr std::array<SpreadMeasure, 29> measures{{
    {.name = "iv-rank",
     .summary = "where the implied volatility stands between the least and the most of a year, 0 to 100",
     .stage = MeasureStage::underlying,
     .allowed = percent,
     .of_underlying = [](const VolatilityStanding& standing) { return standing.rank.value_or(unknown); }},
    {.name = "iv-percentile",
     .summary = "share of the days of a year on which it was lower, 0 to 100",
     .stage = MeasureStage::underlying,
     .allowed = percent,
     .of_underlying = [](const VolatilityStanding& standing) { return standing.percentile.value_or(unknown); }},
    {.name = "dte",
     .summary = "calendar days to expiry",
     .stage = MeasureStage::quote,
     .allowed = not_negative,
     .whole = true,
     .of_leg = [](const OptionLeg& leg) { return static_cast<double>(leg.days_to_expiry); }},
    {.name = "volume",
     .summary = "contracts of each leg traded today",
     .stage = MeasureStage::quote,
     .allowed = not_negative,
     .whole = true,
     .of_leg = [](const OptionLeg& leg) { return static_cast<double>(leg.quote->volume); }},
    {.name = "open-interest",
     .summary = "open contracts of each leg",
     .stage = MeasureStage::quote,
     .allowed = not_negative,
     .whole = true,
     .of_leg = [](const OptionLeg& leg) { return static_cast<double>(leg.quote->open_interest); }},
    {.name = "bid-ask",
     .summary = "ask less bid of each leg",
     .stage = MeasureStage::quote,
     .allowed = not_negative,
     .of_leg = [](const OptionLeg& leg) { return leg.ask - leg.bid; }},
    {.name = "bid-ask-share",
     .summary = "ask less bid of each leg, as a share of the ask",
     .stage = MeasureStage::quote,
     .allowed = share,
     .of_leg = [](const OptionLeg& leg) { return (leg.ask - leg.bid) / leg.ask; }},
    {.name = "iv",
     .summary = "implied volatility of each leg, 0.2 is 20 %",
     .stage = MeasureStage::model,
     .allowed = not_negative,
     .of_leg = [](const OptionLeg& leg) { return leg.volatility; }},
    {.name = "gamma",
     .summary = "gamma of each leg",
     .stage = MeasureStage::model,
     .allowed = not_negative,
     .of_leg = [](const OptionLeg& leg) { return leg.greeks.gamma; }},
    {.name = "theta",
     .summary = "theta of each leg a day, as it is held long",
     .stage = MeasureStage::model,
     .allowed = any,
     .of_leg = [](const OptionLeg& leg) { return leg.greeks.theta; }},
    {.name = "vega",
     .summary = "vega of each leg for a point of volatility",
     .stage = MeasureStage::model,
     .allowed = not_negative,
     .of_leg = [](const OptionLeg& leg) { return leg.greeks.vega; }},
    {.name = "delta",
     .summary = "absolute delta of the leg the spread is about: short in credit, long in debit spreads",
     .stage = MeasureStage::role,
     .allowed = share,
     .of_leg = absolute_delta,
     .role = LegRole::primary},
    {.name = "short-delta",
     .summary = "absolute delta of the short leg",
     .stage = MeasureStage::role,
     .allowed = share,
     .of_leg = absolute_delta,
     .role = LegRole::sold},
    {.name = "long-delta",
     .summary = "absolute delta of the long leg",
     .stage = MeasureStage::role,
     .allowed = share,
     .of_leg = absolute_delta,
     .role = LegRole::bought},
    {.name = "width",
     .summary = "distance of the strikes",
     .stage = MeasureStage::entry,
     .allowed = not_negative,
     .of_spread = [](const VerticalSpread& spread, const OptionChain&) { return spread.width; }},
    {.name = "width-pct",
     .summary = "distance of the strikes in percent of the underlying",
     .stage = MeasureStage::entry,
     .allowed = not_negative,
     .of_spread = [](const VerticalSpread& spread,
                     const OptionChain& chain) { return percent_of_spot(spread.width, chain); }},
    {.name = "iv-edge",
     .summary = "implied volatility of the short leg less that of the long leg",
     .stage = MeasureStage::entry,
     .allowed = any,
     .of_spread = [](const VerticalSpread& spread,
                     const OptionChain&) { return spread.short_leg->volatility - spread.long_leg->volatility; }},
    {.name = "premium",
     .summary = "paid for a debit spread, received for a credit spread",
     .stage = MeasureStage::entry,
     .allowed = not_negative,
     .of_spread = [](const VerticalSpread& spread, const OptionChain&) { return spread.premium; }},
    {.name = "efficiency",
     .summary = "premium as a share of the width",
     .stage = MeasureStage::entry,
     .allowed = share,
     .of_spread = [](const VerticalSpread& spread, const OptionChain&) { return spread.premium / spread.width; }},
    {.name = "reward-risk",
     .summary = "most that can be gained for each unit that can be lost",
     .stage = MeasureStage::entry,
     .allowed = not_negative,
     .of_spread = [](const VerticalSpread& spread, const OptionChain&) { return spread.reward_to_risk(); }},
    {.name = "risk",
     .summary = "most that one spread can lose, multiplier included",
     .stage = MeasureStage::entry,
     .allowed = not_negative,
     .of_spread = [](const VerticalSpread& spread,
                     const OptionChain& chain) { return spread.max_loss * chain.multiplier.to_double(); }},
    {.name = "breakeven-pct",
     .summary = "distance of the break-even from the underlying, in percent of it",
     .stage = MeasureStage::entry,
     .allowed = not_negative,
     .of_spread =
         [](const VerticalSpread& spread, const OptionChain& chain) {
             return percent_of_spot(std::abs(spread.breakeven - chain.spot.to_double()), chain);
         }},
    {.name = "pop",
     .summary = "probability of profit",
     .stage = MeasureStage::value,
     .allowed = share,
     .of_spread = [](const VerticalSpread& spread, const OptionChain&) { return spread.probability_of_profit; }},
    {.name = "ev",
     .summary = "expected value at expiry: most profit * pop - most loss * (1 - pop)",
     .stage = MeasureStage::value,
     .allowed = any,
     .of_spread = [](const VerticalSpread& spread, const OptionChain&) { return spread.expected_value; }},
    {.name = "net-delta",
     .summary = "absolute delta of the spread",
     .stage = MeasureStage::value,
     .allowed = share,
     .of_spread = [](const VerticalSpread& spread, const OptionChain&) { return std::abs(spread.greeks.delta); }},
    {.name = "net-gamma",
     .summary = "absolute gamma of the spread",
     .stage = MeasureStage::value,
     .allowed = not_negative,
     .of_spread = [](const VerticalSpread& spread, const OptionChain&) { return std::abs(spread.greeks.gamma); }},
    {.name = "net-theta",
     .summary = "theta of the spread a day",
     .stage = MeasureStage::value,
     .allowed = any,
     .of_spread = [](const VerticalSpread& spread, const OptionChain&) { return spread.greeks.theta; }},
    {.name = "net-vega",
     .summary = "absolute vega of the spread",
     .stage = MeasureStage::value,
     .allowed = not_negative,
     .of_spread = [](const VerticalSpread& spread, const OptionChain&) { return std::abs(spread.greeks.vega); }},
    {.name = "theta-gamma",
     .summary = "theta of the spread a day for each unit of its gamma, both absolute",
     .stage = MeasureStage::value,
     .allowed = not_negative,
     .of_spread = [](const VerticalSpread& spread,
                     const OptionChain&) { return std::abs(spread.greeks.theta) / std::abs(spread.greeks.gamma); }},
}};

std::optional<double> number_of(std::string_view text) {
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = problem == std::errc() && end == text.data() + text.size();
    return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::string end_text(double value) {
    std::array<char, 32> digits{};
    const auto [end, problem] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return {digits.data(), end};
}

/// Values that such a measure often has, for an example.
Range usual_range(const SpreadMeasure& measure) {
    if (measure.allowed == share) {
        return {.least = 0.2, .most = 0.35};
    }
    if (measure.allowed == percent) {
        return {.least = 40, .most = 80};
    }
    return measure.whole ? Range{.least = 30, .most = 45} : Range{.least = 2.5, .most = 10};
}

Error bad_range(const SpreadMeasure& measure, std::string_view text, std::string_view why = "") {
    const auto [least, most] = usual_range(measure);
    const std::string low = end_text(least);
    const std::string high = end_text(most);
    return Error(ErrorKind::usage, "spread.range",
                 "'" + std::string(text) + "' is no range of " + std::string(measure.name) + std::string(why))
        .advise("write " + low + ".." + high + ", " + low + ".. or .." + high +
                (measure.whole ? ", whole numbers within " : ", within ") + to_text(measure.allowed) +
                " (.. lifts the filter)");
}

} // namespace

std::span<const SpreadMeasure> spread_measures() { return measures; }

const SpreadMeasure* find_spread_measure(std::string_view name) {
    const auto found = std::ranges::find(measures, name, &SpreadMeasure::name);
    return found == measures.end() ? nullptr : &*found;
}

std::string to_text(const Range& range) {
    if (range.least == range.most) {
        return end_text(range.least);
    }
    return (std::isfinite(range.least) ? end_text(range.least) : "") + ".." +
           (std::isfinite(range.most) ? end_text(range.most) : "");
}

Result<SpreadFilter> parse_spread_filter(std::string_view name, std::string_view range) {
    const SpreadMeasure* measure = find_spread_measure(name);
    if (measure == nullptr) {
        std::vector<std::string_view> names;
        std::ranges::transform(measures, std::back_inserter(names), &SpreadMeasure::name);
        const std::string nearest = did_you_mean(name, names);
        return fail(Error(ErrorKind::usage, "spread.measure_unknown", "'" + std::string(name) + "' is no spread filter")
                        .advise(nearest.empty() ? "see them all: help scan spreads" : nearest));
    }
    SpreadFilter filter{.measure = measure, .range = {}};
    const std::size_t dots = range.find("..");
    const bool single = dots == std::string_view::npos;
    const std::string_view low = range.substr(0, dots);
    const std::string_view high = single ? low : range.substr(dots + 2);
    for (const auto& [text, end] : {std::pair(low, &filter.range.least), std::pair(high, &filter.range.most)}) {
        const std::optional<double> value = number_of(text);
        if (value && measure->whole && *value != std::floor(*value)) {
            return fail(bad_range(*measure, range, ": it counts in whole numbers"));
        }
        if (value && *value >= measure->allowed.least && *value <= measure->allowed.most) {
            *end = *value;
        } else if (value || single || !text.empty()) {
            return fail(bad_range(*measure, range));
        }
    }
    if (filter.range.least > filter.range.most) {
        return fail(Error(ErrorKind::usage, "spread.range",
                          "'" + std::string(range) + "' is no range of " + std::string(name) +
                              ": it ends below where it begins")
                        .advise("write the lower end first: " + std::string(high) + ".." + std::string(low)));
    }
    return filter;
}

void set_filter(std::vector<SpreadFilter>& filters, const SpreadFilter& filter) {
    const auto known = std::ranges::find(filters, filter.measure, &SpreadFilter::measure);
    if (filter.range.endless()) {
        filters.erase(known, known == filters.end() ? known : std::next(known));
    } else if (known == filters.end()) {
        filters.push_back(filter);
    } else {
        *known = filter;
    }
}

} // namespace tradesh::scan
