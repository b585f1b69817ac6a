#pragma once

#include "core/indicators/moving_average.hpp"
#include "core/indicators/ring.hpp"
#include "core/indicators/window_range.hpp"

/// Prices put into another shape.
namespace tradesh::indicators {

inline constexpr std::array<std::string_view, 2> fisher_outputs{"fisher", "trigger"};

/// 2 * (middle of the bar - lowest) / (highest - lowest) - 1 over the last bars; 0 where there is no range.
template <class V>
class PriceLocation {
public:
    explicit PriceLocation(std::size_t period) : range_(period) {}
    std::size_t lookback() const { return range_.lookback(); }
    void push(const V& high, const V& low) {
        middle_ = (high + low) / 2.0;
        range_.push(middle_, middle_);
    }
    V value() const {
        const V width = range_.highest() - range_.lowest();
        return choose(width == 0.0, V(0.0), (middle_ - range_.lowest()) / width * 2.0 - 1.0);
    }

private:
    WindowRange<V> range_;
    V middle_ = unknown;
};

/// ln((1 + x) / (1 - x)) / 2 of x bounded to (-1, 1).
template <class V>
V fisher_of(const V& x) {
    const V bounded = max_of(V(-0.999), min_of(V(0.999), x));
    return each_lane((bounded + 1.0) / (1.0 - bounded), [](double y) { return std::log(y); }) * 0.5;
}

template <class V>
class Fisher {
public:
    static constexpr std::array parameters{period(10)};
    static constexpr Description description{
        .name = "fisher",
        .summary = "Fisher transform of where the price stands in its range",
        .formula =
            "v = 0.33 * location + 0.67 * v[1], bounded to +-0.999; fisher = ln((1 + v) / (1 - v)) / 2 + fisher[1] "
            "/ 2; trigger = fisher[1]",
        .source = "John Ehlers, Using the Fisher Transform (2002); Tulip FISHER",
        .inputs = high_low,
        .parameters = parameters,
        .outputs = fisher_outputs,
        .memory = Memory::fading};
    explicit Fisher(Parameters p) : location_(count_of(p[0])) {}
    std::size_t lookback() const { return location_.lookback() + 1; }
    std::size_t settling() const { return bars_to_forget(0.33) + bars_to_forget(0.5); }
    void push(const V& high, const V& low) {
        location_.push(high, low);
        const V before = choose(is_unknown(smooth_), V(0.0), smooth_);
        const V smooth = location_.value() * 0.33 + before * 0.67;
        smooth_ = max_of(V(-0.999), min_of(V(0.999), smooth));
        trigger_ = fisher_;
        fisher_ = fisher_of(smooth_) + choose(is_unknown(fisher_), V(0.0), fisher_) * 0.5;
    }
    std::array<V, 2> values() const { return {known_with(trigger_, fisher_), known_with(fisher_, trigger_)}; }

private:
    PriceLocation<V> location_;
    V smooth_ = unknown;
    V fisher_ = unknown;
    V trigger_ = unknown;
};

template <class V>
class FisherSmoothed {
public:
    static constexpr std::array parameters{period(10), period(3, 1, "smoothing")};
    static constexpr Description description{
        .name = "fisher:smoothed",
        .summary = "Fisher transform smoothed afterwards instead of before",
        .formula =
            "fisher = ema:first of ln((1 + x) / (1 - x)) / 2, x = location bounded to +-0.999; trigger = fisher[1]",
        .source = "the transform without Ehlers' recursions",
        .inputs = high_low,
        .parameters = parameters,
        .outputs = fisher_outputs,
        .memory = Memory::fading};
    explicit FisherSmoothed(Parameters p) : location_(count_of(p[0])), smooth_(count_of(p[1])) {}
    std::size_t lookback() const { return location_.lookback() + 1; }
    std::size_t settling() const { return smooth_.settling(); }
    void push(const V& high, const V& low) {
        location_.push(high, low);
        trigger_ = smooth_.value();
        smooth_.push(fisher_of(location_.value()));
    }
    std::array<V, 2> values() const {
        return {known_with(trigger_, smooth_.value()), known_with(smooth_.value(), trigger_)};
    }

private:
    PriceLocation<V> location_;
    EmaFirst<V> smooth_;
    V trigger_ = unknown;
};

/// (newest + 2 * second + 2 * third + oldest) / 6 of the last four.
template <class V>
class SymmetricMean {
public:
    std::size_t lookback() const { return 3; }
    void push(const V& x) { values_ = {values_[1], values_[2], values_[3], x}; }
    V value() const { return (values_[0] + (values_[1] + values_[2]) * 2.0 + values_[3]) / 6.0; }

private:
    std::array<V, 4> values_{unknown, unknown, unknown, unknown};
};

/// The vigor itself: moves from open to close against ranges.
template <class V>
class Vigor {
public:
    explicit Vigor(std::size_t period) : moved_(period), ranged_(period) {}
    std::size_t lookback() const { return move_.lookback() + moved_.lookback(); }
    void push(const V& open, const V& high, const V& low, const V& close) {
        move_.push(close - open);
        range_.push(high - low);
        moved_.push(move_.value());
        ranged_.push(range_.value());
    }
    V value() const { return ratio_or_zero(moved_.value(), ranged_.value()); }

private:
    SymmetricMean<V> move_;
    SymmetricMean<V> range_;
    WindowSum<V> moved_;
    WindowSum<V> ranged_;
};

inline constexpr std::array<std::string_view, 2> vigor_outputs{"vigor", "signal"};

template <class V>
class VigorIndex {
public:
    static constexpr std::array parameters{period(10)};
    static constexpr Description description{
        .name = "rvi",
        .summary = "relative vigor index",
        .formula =
            "sum(w(close - open)) / sum(w(high - low)), w = (1, 2, 2, 1) / 6 of the last four; signal = w of it; "
            "0 without range",
        .source = "John Ehlers (2002); TradingView",
        .inputs = open_high_low_close,
        .parameters = parameters,
        .outputs = vigor_outputs};
    explicit VigorIndex(Parameters p) : vigor_(count_of(p[0])) {}
    std::size_t lookback() const { return vigor_.lookback() + signal_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& open, const V& high, const V& low, const V& close) {
        vigor_.push(open, high, low, close);
        signal_.push(vigor_.value());
    }
    std::array<V, 2> values() const { return {known_with(signal_.value(), vigor_.value()), signal_.value()}; }

private:
    Vigor<V> vigor_;
    SymmetricMean<V> signal_;
};

template <class V>
class VigorIndexSma {
public:
    static constexpr std::array parameters{period(10), period(4, 1, "signal")};
    static constexpr Description description{.name = "rvi:sma",
                                             .summary = "relative vigor index with a plain signal",
                                             .formula = "as rvi, signal = sma of it",
                                             .source = "the definition",
                                             .inputs = open_high_low_close,
                                             .parameters = parameters,
                                             .outputs = vigor_outputs};
    explicit VigorIndexSma(Parameters p) : vigor_(count_of(p[0])), signal_(p.subspan(1)) {}
    std::size_t lookback() const { return vigor_.lookback() + signal_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& open, const V& high, const V& low, const V& close) {
        vigor_.push(open, high, low, close);
        signal_.push(vigor_.value());
    }
    std::array<V, 2> values() const { return {known_with(signal_.value(), vigor_.value()), signal_.value()}; }

private:
    Vigor<V> vigor_;
    Sma<V> signal_;
};

} // namespace tradesh::indicators
