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

double percent_of_spot(double value, const OptionChain& chain) { return 100 * value / chain.spot.to_double(); }

constexpr std::array<SpreadMeasure, 25> measures{{
    {"dte", "calendar days to expiry", MeasureStage::quote, not_negative,
     [](const OptionLeg& leg) { return static_cast<double>(leg.days_to_expiry); }},
    {"volume", "contracts of each leg traded today", MeasureStage::quote, not_negative,
     [](const OptionLeg& leg) { return static_cast<double>(leg.quote->volume); }},
    {"open-interest", "open contracts of each leg", MeasureStage::quote, not_negative,
     [](const OptionLeg& leg) { return static_cast<double>(leg.quote->open_interest); }},
    {"bid-ask", "ask less bid of each leg", MeasureStage::quote, not_negative,
     [](const OptionLeg& leg) { return leg.ask - leg.bid; }},
    {"bid-ask-share", "ask less bid of each leg, as a share of the ask", MeasureStage::quote, share,
     [](const OptionLeg& leg) { return (leg.ask - leg.bid) / leg.ask; }},
    {"iv", "implied volatility of each leg, 0.2 is 20 %", MeasureStage::model, not_negative,
     [](const OptionLeg& leg) { return leg.volatility; }},
    {"gamma", "gamma of each leg", MeasureStage::model, not_negative,
     [](const OptionLeg& leg) { return leg.greeks.gamma; }},
    {"theta", "theta of each leg a day, as it is held long", MeasureStage::model, any,
     [](const OptionLeg& leg) { return leg.greeks.theta; }},
    {"vega", "vega of each leg for a point of volatility", MeasureStage::model, not_negative,
     [](const OptionLeg& leg) { return leg.greeks.vega; }},
    {"width", "distance of the strikes", MeasureStage::spread, not_negative, nullptr,
     [](const VerticalSpread& spread, const OptionChain&) { return spread.width; }},
    {"width-pct", "distance of the strikes in percent of the underlying", MeasureStage::spread, not_negative, nullptr,
     [](const VerticalSpread& spread, const OptionChain& chain) { return percent_of_spot(spread.width, chain); }},
    {"delta", "absolute delta of the leg the spread is about: short in credit, long in debit spreads",
     MeasureStage::spread, share, nullptr,
     [](const VerticalSpread& spread, const OptionChain&) { return std::abs(spread.primary().greeks.delta); }},
    {"short-delta", "absolute delta of the short leg", MeasureStage::spread, share, nullptr,
     [](const VerticalSpread& spread, const OptionChain&) { return std::abs(spread.short_leg->greeks.delta); }},
    {"long-delta", "absolute delta of the long leg", MeasureStage::spread, share, nullptr,
     [](const VerticalSpread& spread, const OptionChain&) { return std::abs(spread.long_leg->greeks.delta); }},
    {"premium", "paid for a debit spread, received for a credit spread", MeasureStage::spread, not_negative, nullptr,
     [](const VerticalSpread& spread, const OptionChain&) { return spread.premium; }},
    {"efficiency", "premium as a share of the width", MeasureStage::spread, share, nullptr,
     [](const VerticalSpread& spread, const OptionChain&) { return spread.premium / spread.width; }},
    {"reward-risk", "most that can be gained for each unit that can be lost", MeasureStage::spread, not_negative,
     nullptr, [](const VerticalSpread& spread, const OptionChain&) { return spread.reward_to_risk(); }},
    {"risk", "most that one spread can lose, multiplier included", MeasureStage::spread, not_negative, nullptr,
     [](const VerticalSpread& spread, const OptionChain& chain) {
         return spread.max_loss * chain.multiplier.to_double();
     }},
    {"pop", "probability of profit", MeasureStage::spread, share, nullptr,
     [](const VerticalSpread& spread, const OptionChain&) { return spread.probability_of_profit; }},
    {"ev", "expected value at expiry", MeasureStage::spread, any, nullptr,
     [](const VerticalSpread& spread, const OptionChain&) { return spread.expected_value; }},
    {"breakeven-pct", "distance of the break-even from the underlying, in percent of it", MeasureStage::spread,
     not_negative, nullptr,
     [](const VerticalSpread& spread, const OptionChain& chain) {
         return percent_of_spot(std::abs(spread.breakeven - chain.spot.to_double()), chain);
     }},
    {"net-delta", "absolute delta of the spread", MeasureStage::spread, share, nullptr,
     [](const VerticalSpread& spread, const OptionChain&) { return std::abs(spread.greeks.delta); }},
    {"net-theta", "theta of the spread a day", MeasureStage::spread, any, nullptr,
     [](const VerticalSpread& spread, const OptionChain&) { return spread.greeks.theta; }},
    {"net-vega", "absolute vega of the spread", MeasureStage::spread, not_negative, nullptr,
     [](const VerticalSpread& spread, const OptionChain&) { return std::abs(spread.greeks.vega); }},
    {"iv-edge", "implied volatility of the short leg less that of the long leg", MeasureStage::spread, any, nullptr,
     [](const VerticalSpread& spread, const OptionChain&) {
         return spread.short_leg->volatility - spread.long_leg->volatility;
     }},
}};

std::optional<double> number_of(std::string_view text) {
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = problem == std::errc() && end == text.data() + text.size();
    return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

Error bad_range(const SpreadMeasure& measure, std::string_view text) {
    return Error(ErrorKind::usage, "spread.range",
                 "'" + std::string(text) + "' is no range of " + std::string(measure.name))
        .advise("write 0.20..0.35, 100.. or ..0.10, within " + to_text(measure.allowed));
}

std::string end_text(double value) {
    std::array<char, 32> digits{};
    const auto [end, problem] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return {digits.data(), end};
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
        return fail(Error(ErrorKind::usage, "spread.measure_unknown", "'" + std::string(name) + "' is no spread filter")
                        .advise(did_you_mean(name, names)));
    }
    SpreadFilter filter{.measure = measure, .range = {}};
    const std::size_t dots = range.find("..");
    const bool single = dots == std::string_view::npos;
    const std::string_view low = range.substr(0, dots);
    const std::string_view high = single ? low : range.substr(dots + 2);
    for (const auto& [text, end] : {std::pair(low, &filter.range.least), std::pair(high, &filter.range.most)}) {
        const std::optional<double> value = number_of(text);
        if (value && measure->allowed.holds(*value)) {
            *end = *value;
        } else if (value || single || !text.empty()) {
            return fail(bad_range(*measure, range));
        }
    }
    if (filter.range.least > filter.range.most) {
        return fail(bad_range(*measure, range));
    }
    return filter;
}

void set_filter(std::vector<SpreadFilter>& filters, const SpreadFilter& filter) {
    const auto known = std::ranges::find(filters, filter.measure, &SpreadFilter::measure);
    if (known == filters.end()) {
        filters.push_back(filter);
    } else {
        *known = filter;
    }
}

} // namespace tradesh::scan
