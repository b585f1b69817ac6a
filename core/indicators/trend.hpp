#pragma once

#include "core/indicators/true_range.hpp"
#include "core/indicators/window_range.hpp"

/// Followers of a trend that turn.
namespace tradesh::indicators {

/// Bars after which two histories have in practice met at a common turn.
inline constexpr std::size_t usual_path = 500;

inline constexpr std::array<std::string_view, 2> line_and_direction{"line", "direction"};

/// One code for both directions: in a fall everything is seen in a mirror, prices with the opposite sign and high and
/// low exchanged.
template <class V>
class ParabolicSar {
public:
    static constexpr std::array parameters{factor("step", 0.02, 0, 10), factor("most", 0.2, 0, 10)};
    static constexpr Description description{
        .name = "sar",
        .summary = "parabolic stop and reverse",
        .formula =
            "sar + af * (extreme - sar), not inside the last two bars; af grows by step with each new extreme up to "
            "most; touched, it reverses to the extreme. First direction: down if the low fell further than the "
            "high rose",
        .source = "TA-Lib SAR; Wilder (1978)",
        .inputs = high_low,
        .parameters = parameters,
        .outputs = one_output,
        .memory = Memory::path};
    explicit ParabolicSar(Parameters p) : step_(std::min(p[0], p[1])), most_(p[1]) {}
    std::size_t lookback() const { return 1; }
    std::size_t settling() const { return usual_path; }
    void push(const V& high, const V& low) {
        if (any(is_unknown(stop_))) {
            begin(high, low);
        }
        const auto rising = side_ > 0.0;
        const V near = choose(rising, low, -high); // the side on which the stop is
        const V far = choose(rising, high, -low);
        const V near_before = choose(rising, low_, -high_);
        const V far_before = choose(rising, high_, -low_);
        const V stop = stop_ * side_;
        const V extreme = extreme_ * side_;

        const auto turns = near <= stop;
        // Turned: seen from the new side, near is what was far, with the opposite sign.
        const V turned_stop = min_of(min_of(-extreme, -far_before), -far);
        const V turned_extreme = -near;
        const V gain = choose(far > extreme, V(step_), V(0.0));
        const V held_extreme = max_of(far, extreme);
        const V held_factor = min_of(V(most_), factor_ + gain);

        value_ = known_with(high, choose(turns, -turned_stop, stop) * side_);
        const V next_factor = choose(turns, V(step_), held_factor);
        const V next_extreme = choose(turns, turned_extreme, held_extreme);
        const V from = choose(turns, turned_stop, stop);
        const V next = from + next_factor * (next_extreme - from);
        const V bound = choose(turns, min_of(-far_before, -far), min_of(near_before, near));
        const V side = choose(turns, -side_, side_);
        stop_ = known_with(high, min_of(bound, next) * side);
        extreme_ = next_extreme * side;
        factor_ = next_factor;
        side_ = side;
        high_ = high;
        low_ = low;
    }
    V value() const { return value_; }

private:
    /// The second bar of a series: the bar before gives the first stop, this one the extreme.
    void begin(const V& high, const V& low) {
        const auto begins = is_unknown(stop_);
        const V fall = low_ - low;
        const auto falls = fall > 0.0 && fall > high - high_;
        side_ = choose(begins, choose(falls, V(-1.0), V(1.0)), side_);
        stop_ = choose(begins, choose(falls, high_, low_), stop_);
        extreme_ = choose(begins, choose(falls, low, high), extreme_);
        factor_ = choose(begins, V(step_), factor_);
        // The first bar counts as its own predecessor.
        high_ = choose(begins, known_with(high_, high), high_);
        low_ = choose(begins, known_with(low_, low), low_);
    }

    double step_;
    double most_;
    V high_ = unknown;
    V low_ = unknown;
    V side_ = 1.0; ///< 1 in a rise, -1 in a fall
    V stop_ = unknown;
    V extreme_ = unknown;
    V factor_ = 0.0;
    V value_ = unknown;
};

/// Supertrend on a given mean of the true range.
template <class V, class Range>
class SuperTrendLine {
public:
    explicit SuperTrendLine(Parameters p) : range_(p.first(1)), ranges_(p[1]) {}
    std::size_t lookback() const { return range_.lookback(); }
    std::size_t settling() const { return range_.settling() + usual_path; }
    void push(const V& high, const V& low, const V& close) {
        range_.push(high, low, close);
        const V middle = (high + low) / 2.0;
        const V distance = range_.value() * ranges_;
        const V upper = middle + distance;
        const V lower = middle - distance;
        // A band moves only towards the price, or away once the price has closed beyond it. Comparisons with a band
        // that is not yet known are false, so that the first band is taken as it is.
        const V held_upper = choose(upper >= upper_ && close_ <= upper_, upper_, upper);
        const V held_lower = choose(lower <= lower_ && close_ >= lower_, lower_, lower);
        const V side = choose(is_unknown(side_), V(-1.0), side_);
        const V turned = choose(close > held_upper, V(1.0), choose(close < held_lower, V(-1.0), side));
        side_ = known_with(upper, turned);
        upper_ = held_upper;
        lower_ = held_lower;
        close_ = close;
    }
    std::array<V, 2> values() const { return {known_with(side_, choose(side_ > 0.0, lower_, upper_)), side_}; }

private:
    Range range_;
    double ranges_;
    V upper_ = unknown;
    V lower_ = unknown;
    V close_ = unknown;
    V side_ = unknown;
};

inline constexpr std::array supertrend_parameters{period(10, 2), factor("ranges", 3, 0.01, 100)};

template <class V>
class SuperTrend : public SuperTrendLine<V, Atr<V>> {
public:
    static constexpr Description description{
        .name = "supertrend",
        .summary = "supertrend: a trailing band, and 1 above or -1 below it",
        .formula = "(high + low) / 2 -+ ranges * atr, moved only towards the price until a close crosses it; "
                   "it starts downward",
        .source = "Olivier Seban; TradingView ta.supertrend, its direction with the opposite sign",
        .inputs = high_low_close,
        .parameters = supertrend_parameters,
        .outputs = line_and_direction,
        .memory = Memory::path};
    using SuperTrendLine<V, Atr<V>>::SuperTrendLine;
};

template <class V>
class SuperTrendSma : public SuperTrendLine<V, AtrSma<V>> {
public:
    static constexpr Description description{.name = "supertrend:sma",
                                             .summary = "supertrend on a plain mean of the ranges",
                                             .formula = "as supertrend, with atr:sma",
                                             .source = "Olivier Seban",
                                             .inputs = high_low_close,
                                             .parameters = supertrend_parameters,
                                             .outputs = line_and_direction,
                                             .memory = Memory::path};
    using SuperTrendLine<V, AtrSma<V>>::SuperTrendLine;
};

template <class V>
class Ichimoku {
public:
    static constexpr std::array parameters{period(9, 1, "conversion"), period(26, 1, "base"), period(52, 1, "span")};
    static constexpr std::array<std::string_view, 4> outputs{"conversion", "base", "span_a", "span_b"};
    static constexpr Description description{
        .name = "ichimoku",
        .summary = "Ichimoku lines, not displaced: the cloud over today's bar is span_a and span_b of [26]",
        .formula = "(highest high + lowest low) / 2 over each period; span_a = (conversion + base) / 2; "
                   "the lagging line is the close",
        .source = "Goichi Hosoda",
        .inputs = high_low,
        .parameters = parameters,
        .outputs = outputs};
    explicit Ichimoku(Parameters p) : conversion_(count_of(p[0])), base_(count_of(p[1])), span_(count_of(p[2])) {}
    std::size_t lookback() const { return std::max({conversion_.lookback(), base_.lookback(), span_.lookback()}); }
    std::size_t settling() const { return 0; }
    void push(const V& high, const V& low) {
        conversion_.push(high, low);
        base_.push(high, low);
        span_.push(high, low);
    }
    std::array<V, 4> values() const {
        const V all = conversion_.middle() + base_.middle() + span_.middle();
        const V conversion = known_with(all, conversion_.middle());
        const V base = known_with(all, base_.middle());
        return {conversion, base, (conversion + base) / 2.0, known_with(all, span_.middle())};
    }

private:
    WindowRange<V> conversion_;
    WindowRange<V> base_;
    WindowRange<V> span_;
};

template <class V>
class ZigZag {
public:
    static constexpr std::array parameters{factor("reversal", 0.05, 0.0001, 1)};
    static constexpr std::array<std::string_view, 3> outputs{"pivot", "direction", "extreme"};
    static constexpr Description description{
        .name = "zigzag",
        .summary = "zigzag as it was known on each bar: it never repaints",
        .formula = "a leg turns when x has moved by the fraction reversal from its extreme; pivot = the last turn, "
                   "direction = 1 or -1 of the leg since then, extreme = how far that leg has come",
        .source = "the definition; charts draw the last leg with what came later",
        .inputs = series_or_close,
        .parameters = parameters,
        .outputs = outputs,
        .memory = Memory::path};
    explicit ZigZag(Parameters p) : up_(1.0 + p[0]), down_(1.0 - p[0]) {}
    /// At the soonest: nothing is known until the first turn.
    std::size_t lookback() const { return 1; }
    std::size_t settling() const { return usual_path; }
    void push(const V& x) {
        const auto restarts = is_unknown(high_) || is_unknown(x);
        high_ = choose(restarts, x, max_of(high_, x));
        low_ = choose(restarts, x, min_of(low_, x));
        side_ = choose(restarts, V(unknown), side_);
        pivot_ = choose(restarts, V(unknown), pivot_);
        const auto falls = x <= high_ * down_ && !(side_ < 0.0);
        const auto rises = x >= low_ * up_ && !(side_ > 0.0) && !falls;
        pivot_ = choose(falls, high_, choose(rises, low_, pivot_));
        side_ = choose(falls, V(-1.0), choose(rises, V(1.0), side_));
        // A leg begins here: what was before it no longer counts as its extreme.
        low_ = choose(falls, x, low_);
        high_ = choose(rises, x, high_);
    }
    std::array<V, 3> values() const { return {pivot_, side_, known_with(side_, choose(side_ > 0.0, high_, low_))}; }

private:
    double up_;
    double down_;
    V high_ = unknown;
    V low_ = unknown;
    V side_ = unknown;
    V pivot_ = unknown;
};

} // namespace tradesh::indicators
