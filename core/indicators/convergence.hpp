#pragma once

#include "core/indicators/cascaded_average.hpp"

#include <algorithm>

/// A fast average against a slow one.
namespace tradesh::indicators {

inline constexpr std::array<std::string_view, 3> macd_outputs{"line", "signal", "histogram"};
inline constexpr std::array fast_and_slow{period(12, 1, "fast"), period(26, 1, "slow")};
inline constexpr std::array macd_parameters{period(12, 1, "fast"), period(26, 1, "slow"), period(9, 1, "signal")};

/// Both averages at the first bar that both have.
///
/// TA-Lib takes the two periods in either order and begins the fast one late, so that both seeds end on one bar.
template <class V>
class AlignedEmas {
public:
    explicit AlignedEmas(Parameters p)
        : AlignedEmas(std::min(count_of(p[0]), count_of(p[1])), std::max(count_of(p[0]), count_of(p[1]))) {}
    std::size_t lookback() const { return slow_.lookback(); }
    std::size_t settling() const { return slow_.settling(); }
    void push(const V& x) {
        fast_.push(x);
        slow_.push(x);
    }
    V fast() const { return fast_.value(); }
    V slow() const { return slow_.value(); }

private:
    AlignedEmas(std::size_t fast, std::size_t slow)
        : fast_(exponential_weight(fast), Seed{fast, static_cast<double>(fast), slow - fast}),
          slow_(exponential_weight(slow), Seed::mean_of(slow)) {}

    RecursiveMean<V> fast_;
    RecursiveMean<V> slow_;
};

template <class V>
class Macd {
public:
    static constexpr Description description{
        .name = "macd",
        .summary = "moving average convergence and divergence",
        .formula =
            "line = ema(fast) - ema(slow), both seeded on one bar; signal = ema of line; histogram = line - signal",
        .source = "TA-Lib MACD; Gerald Appel",
        .inputs = series_or_close,
        .parameters = macd_parameters,
        .outputs = macd_outputs,
        .memory = Memory::fading};
    explicit Macd(Parameters p) : averages_(p), signal_(count_of(p[2])) {}
    std::size_t lookback() const { return averages_.lookback() + signal_.lookback(); }
    std::size_t settling() const { return averages_.settling() + signal_.settling(); }
    void push(const V& x) {
        averages_.push(x);
        line_ = averages_.fast() - averages_.slow();
        signal_.push(line_);
    }
    std::array<V, 3> values() const {
        const V signal = signal_.value();
        return {known_with(signal, line_), signal, line_ - signal};
    }

private:
    AlignedEmas<V> averages_;
    Ema<V> signal_;
    V line_ = unknown;
};

/// Macd of plain averages, each as soon as it is known.
template <class V, class Average>
class PlainMacd {
public:
    explicit PlainMacd(Parameters p) : fast_(p.subspan(0, 1)), slow_(p.subspan(1, 1)), signal_(p.subspan(2, 1)) {}
    std::size_t lookback() const { return std::max(fast_.lookback(), slow_.lookback()) + signal_.lookback(); }
    std::size_t settling() const { return std::max(fast_.settling(), slow_.settling()) + signal_.settling(); }
    void push(const V& x) {
        fast_.push(x);
        slow_.push(x);
        line_ = fast_.value() - slow_.value();
        signal_.push(line_);
    }
    std::array<V, 3> values() const {
        const V signal = signal_.value();
        return {known_with(signal, line_), signal, line_ - signal};
    }

private:
    Average fast_;
    Average slow_;
    Average signal_;
    V line_ = unknown;
};

template <class V>
class MacdFirst : public PlainMacd<V, EmaFirst<V>> {
public:
    static constexpr Description description{
        .name = "macd:first",
        .summary = "moving average convergence and divergence from the first bar on",
        .formula = "line = ema:first(fast) - ema:first(slow), signal = ema:first of line, histogram = line - signal",
        .source = "pandas ewm(adjust=False)",
        .inputs = series_or_close,
        .parameters = macd_parameters,
        .outputs = macd_outputs,
        .memory = Memory::fading};
    using PlainMacd<V, EmaFirst<V>>::PlainMacd;
};

template <class V>
class MacdSma : public PlainMacd<V, Sma<V>> {
public:
    static constexpr Description description{.name = "macd:sma",
                                             .summary = "convergence and divergence of simple moving averages",
                                             .formula = "line = sma(fast) - sma(slow), signal = sma of line, "
                                                        "histogram = line - signal",
                                             .source = "TA-Lib MACDEXT with simple averages",
                                             .inputs = series_or_close,
                                             .parameters = macd_parameters,
                                             .outputs = macd_outputs};
    using PlainMacd<V, Sma<V>>::PlainMacd;
};

/// The fast average, the slow one, in either order of their periods.
template <class V>
class TwoSmas {
public:
    explicit TwoSmas(Parameters p) : fast_(count_of(std::min(p[0], p[1]))), slow_(count_of(std::max(p[0], p[1]))) {}
    std::size_t lookback() const { return slow_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& x) {
        fast_.push(x);
        slow_.push(x);
    }
    V fast() const { return fast_.mean(); }
    V slow() const { return slow_.mean(); }

private:
    WindowSum<V> fast_;
    WindowSum<V> slow_;
};

template <class V>
class Apo : public TwoSmas<V> {
public:
    static constexpr Description description{.name = "apo",
                                             .summary = "absolute price oscillator",
                                             .formula = "sma(fast) - sma(slow)",
                                             .source = "TA-Lib APO",
                                             .inputs = series_or_close,
                                             .parameters = fast_and_slow,
                                             .outputs = one_output};
    using TwoSmas<V>::TwoSmas;
    V value() const { return this->fast() - this->slow(); }
};

template <class V>
class ApoEma : public AlignedEmas<V> {
public:
    static constexpr Description description{.name = "apo:ema",
                                             .summary = "absolute price oscillator of exponential averages",
                                             .formula =
                                                 "ema(fast) - ema(slow), both seeded on one bar: the line of macd",
                                             .source = "TA-Lib MACD",
                                             .inputs = series_or_close,
                                             .parameters = fast_and_slow,
                                             .outputs = one_output,
                                             .memory = Memory::fading};
    using AlignedEmas<V>::AlignedEmas;
    V value() const { return this->fast() - this->slow(); }
};

template <class V>
class Ppo : public TwoSmas<V> {
public:
    static constexpr Description description{.name = "ppo",
                                             .summary = "percentage price oscillator",
                                             .formula = "100 * (sma(fast) - sma(slow)) / sma(slow)",
                                             .source = "TA-Lib PPO",
                                             .inputs = series_or_close,
                                             .parameters = fast_and_slow,
                                             .outputs = one_output};
    using TwoSmas<V>::TwoSmas;
    V value() const { return ratio(this->fast() - this->slow(), this->slow()) * 100.0; }
};

template <class V>
class PpoEma : public AlignedEmas<V> {
public:
    static constexpr Description description{.name = "ppo:ema",
                                             .summary = "percentage price oscillator of exponential averages",
                                             .formula =
                                                 "100 * (ema(fast) - ema(slow)) / ema(slow), both seeded on one bar",
                                             .source = "StockCharts PPO, with TA-Lib's seeds",
                                             .inputs = series_or_close,
                                             .parameters = fast_and_slow,
                                             .outputs = one_output,
                                             .memory = Memory::fading};
    using AlignedEmas<V>::AlignedEmas;
    V value() const { return ratio(this->fast() - this->slow(), this->slow()) * 100.0; }
};

template <class V>
class MaDistance {
public:
    static constexpr Description description{.name = "ma_distance",
                                             .summary = "distance from the simple moving average, in percent",
                                             .formula = "100 * (x - sma(x)) / sma(x)",
                                             .source = "the definition",
                                             .inputs = series_or_close,
                                             .parameters = period_20,
                                             .outputs = one_output};
    explicit MaDistance(Parameters p) : average_(p) {}
    std::size_t lookback() const { return average_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& x) {
        average_.push(x);
        x_ = x;
    }
    V value() const { return ratio(x_ - average_.value(), average_.value()) * 100.0; }

private:
    Sma<V> average_;
    V x_ = unknown;
};

template <class V>
class MaDistanceEma {
public:
    static constexpr Description description{.name = "ma_distance:ema",
                                             .summary = "distance from the exponential moving average, in percent",
                                             .formula = "100 * (x - ema(x)) / ema(x)",
                                             .source = "the definition",
                                             .inputs = series_or_close,
                                             .parameters = period_20,
                                             .outputs = one_output,
                                             .memory = Memory::fading};
    explicit MaDistanceEma(Parameters p) : average_(p) {}
    std::size_t lookback() const { return average_.lookback(); }
    std::size_t settling() const { return average_.settling(); }
    void push(const V& x) {
        average_.push(x);
        x_ = x;
    }
    V value() const { return ratio(x_ - average_.value(), average_.value()) * 100.0; }

private:
    Ema<V> average_;
    V x_ = unknown;
};

} // namespace tradesh::indicators
