#pragma once

#include "core/indicators/description.hpp"
#include "core/indicators/recursive_mean.hpp"
#include "core/indicators/window_sum.hpp"

/// Means of one series.
namespace tradesh::indicators {

inline constexpr std::array period_20{period(20)};

template <class V>
class Sma {
public:
    static constexpr Description description{.name = "sma",
                                             .summary = "simple moving average",
                                             .formula = "mean of the last period values",
                                             .source = "TA-Lib SMA",
                                             .inputs = series_or_close,
                                             .parameters = period_20,
                                             .outputs = one_output};
    explicit Sma(Parameters p) : sum_(count_of(p[0])) {}
    std::size_t lookback() const { return sum_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& x) { sum_.push(x); }
    void pass(const V& x) { sum_.pass(x); }
    std::size_t overlap() const { return sum_.overlap(); }
    V value() const { return sum_.mean(); }

private:
    WindowSum<V> sum_;
};

template <class V>
class Ema {
public:
    static constexpr Description description{
        .name = "ema",
        .summary = "exponential moving average",
        .formula = "previous + (x - previous) * 2 / (period + 1), starting from the sma of the first period values",
        .source = "TA-Lib EMA",
        .inputs = series_or_close,
        .parameters = period_20,
        .outputs = one_output,
        .memory = Memory::fading};
    explicit Ema(Parameters p) : Ema(count_of(p[0])) {}
    explicit Ema(std::size_t period) : mean_(exponential_weight(period), Seed::mean_of(period)) {}
    std::size_t lookback() const { return mean_.lookback(); }
    std::size_t settling() const { return mean_.settling(); }
    void push(const V& x) { mean_.push(x); }
    V value() const { return mean_.value(); }

private:
    RecursiveMean<V> mean_;
};

template <class V>
class EmaFirst {
public:
    static constexpr Description description{
        .name = "ema:first",
        .summary = "exponential moving average from the first value on",
        .formula = "previous + (x - previous) * 2 / (period + 1), starting from the first value",
        .source = "Tulip EMA, TradingView's plots of the first bars, pandas ewm(adjust=False)",
        .inputs = series_or_close,
        .parameters = period_20,
        .outputs = one_output,
        .memory = Memory::fading};
    explicit EmaFirst(Parameters p) : EmaFirst(count_of(p[0])) {}
    explicit EmaFirst(std::size_t period) : mean_(exponential_weight(period), Seed{}) {}
    std::size_t lookback() const { return 0; }
    std::size_t settling() const { return mean_.settling(); }
    void push(const V& x) { mean_.push(x); }
    V value() const { return mean_.value(); }

private:
    RecursiveMean<V> mean_;
};

template <class V>
class EmaAdjusted {
public:
    static constexpr Description description{
        .name = "ema:adjusted",
        .summary = "exponential moving average, weights normalised over the bars there are",
        .formula = "sum of (1 - a)^i * x[i] / sum of (1 - a)^i over all bars so far, a = 2 / (period + 1)",
        .source = "pandas ewm(adjust=True)",
        .inputs = series_or_close,
        .parameters = period_20,
        .outputs = one_output,
        .memory = Memory::fading};
    explicit EmaAdjusted(Parameters p) : weight_(exponential_weight(count_of(p[0]))) {}
    std::size_t lookback() const { return 0; }
    std::size_t settling() const { return bars_to_forget(weight_); }
    void push(const V& x) {
        const auto begins = is_unknown(sum_);
        sum_ = choose(begins, V(0.0), sum_ * (1.0 - weight_)) + x;
        weights_ = choose(begins, V(0.0), weights_ * (1.0 - weight_)) + 1.0;
    }
    V value() const { return sum_ / weights_; }

private:
    double weight_;
    V sum_ = unknown;
    V weights_ = 1.0;
};

template <class V>
class Rma {
public:
    static constexpr std::array parameters{period(14)};
    static constexpr Description description{
        .name = "rma",
        .summary = "Wilder's moving average, the one inside rsi, atr and adx",
        .formula = "(previous * (period - 1) + x) / period, starting from the sma of the first period values",
        .source = "Tulip WILDERS, TradingView ta.rma; Wilder, New Concepts in Technical Trading Systems (1978)",
        .inputs = series_or_close,
        .parameters = parameters,
        .outputs = one_output,
        .memory = Memory::fading};
    explicit Rma(Parameters p) : Rma(count_of(p[0])) {}
    explicit Rma(std::size_t period) : mean_(wilder_weight(period), Seed::mean_of(period)) {}
    std::size_t lookback() const { return mean_.lookback(); }
    std::size_t settling() const { return mean_.settling(); }
    void push(const V& x) { mean_.push(x); }
    V value() const { return mean_.value(); }

private:
    RecursiveMean<V> mean_;
};

template <class V>
class Wma {
public:
    static constexpr Description description{.name = "wma",
                                             .summary = "linearly weighted moving average",
                                             .formula = "(1 * oldest + ... + period * newest) / (1 + ... + period)",
                                             .source = "TA-Lib WMA",
                                             .inputs = series_or_close,
                                             .parameters = period_20,
                                             .outputs = one_output};
    explicit Wma(Parameters p) : Wma(count_of(p[0])) {}
    explicit Wma(std::size_t period) : sums_(period), weights_(sums_.period() * (sums_.period() + 1.0) / 2.0) {}
    std::size_t lookback() const { return sums_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& x) { sums_.push(x); }
    V value() const { return sums_.weighted() / weights_; }

private:
    WeightedSum<V> sums_;
    double weights_;
};

template <class V>
class Trima {
public:
    static constexpr Description description{.name = "trima",
                                             .summary = "triangular moving average: heaviest in the middle",
                                             .formula = "sma of an sma, of half the period each",
                                             .source = "TA-Lib TRIMA",
                                             .inputs = series_or_close,
                                             .parameters = period_20,
                                             .outputs = one_output};
    explicit Trima(Parameters p) : inner_(count_of(p[0]) / 2 + 1), outer_((count_of(p[0]) + 1) / 2) {}
    std::size_t lookback() const { return inner_.lookback() + outer_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& x) {
        inner_.push(x);
        outer_.push(inner_.mean());
    }
    V value() const { return outer_.mean(); }

private:
    WindowSum<V> inner_;
    WindowSum<V> outer_;
};

template <class V>
class Hma {
public:
    static constexpr std::array parameters{period(16, 2)};
    static constexpr Description description{
        .name = "hma",
        .summary = "Hull's moving average: smooth with little delay",
        .formula = "wma of (2 * wma(x, period / 2) - wma(x, period)) over the square root of period, both rounded down",
        .source = "Tulip HMA; Alan Hull (2005)",
        .inputs = series_or_close,
        .parameters = parameters,
        .outputs = one_output};
    explicit Hma(Parameters p)
        : half_(count_of(p[0]) / 2),
          whole_(count_of(p[0])),
          smooth_(count_of(std::sqrt(p[0]))) {}
    std::size_t lookback() const { return whole_.lookback() + smooth_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& x) {
        half_.push(x);
        whole_.push(x);
        smooth_.push(half_.value() * 2.0 - whole_.value());
    }
    V value() const { return smooth_.value(); }

private:
    Wma<V> half_;
    Wma<V> whole_;
    Wma<V> smooth_;
};

template <class V>
class Vwma {
public:
    static constexpr Description description{.name = "vwma",
                                             .summary = "moving average weighted by volume",
                                             .formula = "sum(series * volume) / sum(volume), unknown without volume",
                                             .source = "Tulip VWMA",
                                             .inputs = series_volume,
                                             .parameters = period_20,
                                             .outputs = one_output};
    explicit Vwma(Parameters p) : traded_(count_of(p[0])), volume_(count_of(p[0])) {}
    std::size_t lookback() const { return volume_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& x, const V& volume) {
        traded_.push(x * volume);
        volume_.push(volume);
    }
    V value() const { return ratio(traded_.value(), volume_.value()); }

private:
    WindowSum<V> traded_;
    WindowSum<V> volume_;
};

} // namespace tradesh::indicators
