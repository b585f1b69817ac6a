#pragma once

#include "core/indicators/moving_average.hpp"

/// Averages of averages, and one whose speed adapts.
namespace tradesh::indicators {

/// The exponential average of x, the average of that, and so on.
template <class V, std::size_t Count>
class EmaCascade {
public:
    explicit EmaCascade(std::size_t period) : stages_(make(period, std::make_index_sequence<Count>{})) {}
    std::size_t lookback() const { return Count * stages_[0].lookback(); }
    std::size_t settling() const { return Count * stages_[0].settling(); }
    void push(V x) {
        for (Ema<V>& stage : stages_) {
            stage.push(x);
            x = stage.value();
        }
    }
    /// The first is the average of x itself.
    V value(std::size_t stage) const { return stages_[stage].value(); }

private:
    template <std::size_t... Stage>
    static std::array<Ema<V>, Count> make(std::size_t period, std::index_sequence<Stage...>) {
        return {((void)Stage, Ema<V>(period))...};
    }
    std::array<Ema<V>, Count> stages_;
};

template <class V>
class Dema {
public:
    static constexpr Description description{.name = "dema",
                                             .summary = "double exponential moving average",
                                             .formula = "2 * e1 - e2, e1 = ema(x), e2 = ema(e1)",
                                             .source = "TA-Lib DEMA",
                                             .inputs = series_or_close,
                                             .parameters = period_20,
                                             .outputs = one_output,
                                             .memory = Memory::fading};
    explicit Dema(Parameters p) : averages_(count_of(p[0])) {}
    std::size_t lookback() const { return averages_.lookback(); }
    std::size_t settling() const { return averages_.settling(); }
    void push(const V& x) { averages_.push(x); }
    V value() const { return averages_.value(0) * 2.0 - averages_.value(1); }

private:
    EmaCascade<V, 2> averages_;
};

template <class V>
class Tema {
public:
    static constexpr Description description{.name = "tema",
                                             .summary = "triple exponential moving average",
                                             .formula = "3 * e1 - 3 * e2 + e3, e1 = ema(x), e2 = ema(e1), e3 = ema(e2)",
                                             .source = "TA-Lib TEMA",
                                             .inputs = series_or_close,
                                             .parameters = period_20,
                                             .outputs = one_output,
                                             .memory = Memory::fading};
    explicit Tema(Parameters p) : averages_(count_of(p[0])) {}
    std::size_t lookback() const { return averages_.lookback(); }
    std::size_t settling() const { return averages_.settling(); }
    void push(const V& x) { averages_.push(x); }
    V value() const { return (averages_.value(0) - averages_.value(1)) * 3.0 + averages_.value(2); }

private:
    EmaCascade<V, 3> averages_;
};

template <class V>
class T3 {
public:
    static constexpr std::array parameters{period(5), factor("volume_factor", 0.7, 0, 1)};
    static constexpr Description description{
        .name = "t3",
        .summary = "Tillson's moving average",
        .formula = "-v^3 * e6 + 3 (v^2 + v^3) * e5 - 3 (2 v^2 + v + v^3) * e4 + (1 + 3 v + v^3 + 3 v^2) * e3, "
                   "e1 = ema(x), e2 = ema(e1) and so on",
        .source = "TA-Lib T3; Tim Tillson (1998)",
        .inputs = series_or_close,
        .parameters = parameters,
        .outputs = one_output,
        .memory = Memory::fading};
    explicit T3(Parameters p) : averages_(count_of(p[0])) {
        const double v = p[1];
        weights_ = {1.0 + 3.0 * v + v * v * v + 3.0 * v * v, -3.0 * (2.0 * v * v + v + v * v * v),
                    3.0 * (v * v + v * v * v), -v * v * v};
    }
    std::size_t lookback() const { return averages_.lookback(); }
    std::size_t settling() const { return averages_.settling(); }
    void push(const V& x) { averages_.push(x); }
    V value() const {
        V sum = 0.0;
        for (std::size_t i = 0; i < weights_.size(); ++i) {
            sum += averages_.value(i + 2) * weights_[i];
        }
        return sum;
    }

private:
    EmaCascade<V, 6> averages_;
    std::array<double, 4> weights_{};
};

template <class V>
class Kama {
public:
    static constexpr std::array parameters{period(10)};
    static constexpr Description description{
        .name = "kama",
        .summary = "Kaufman's adaptive moving average: quick in a trend, slow in noise",
        .formula = "previous + (x - previous) * (er * (2/3 - 2/31) + 2/31)^2, er = |x - x[period]| / sum of |changes|; "
                   "it starts from the value before the first result",
        .source = "TA-Lib KAMA; Perry Kaufman, Smarter Trading (1995)",
        .inputs = series_or_close,
        .parameters = parameters,
        .outputs = one_output,
        .memory = Memory::fading};
    explicit Kama(Parameters p) : before_(count_of(p[0])), travelled_(count_of(p[0])) {}
    std::size_t lookback() const { return travelled_.lookback() + 1; }
    /// In the worst case, a series that goes nowhere.
    std::size_t settling() const { return bars_to_forget(slow * slow); }
    void push(const V& x) {
        before_.push(x);
        travelled_.push(absolute(x - previous_));
        const V progress = x - before_.value();
        const V way = travelled_.value();
        // TA-Lib compares with the signed progress; a rise without a step back is the common case of 1.
        const V efficiency = choose(way <= progress || way == 0.0, V(1.0), absolute(progress / way));
        const V speed = efficiency * (fast - slow) + slow;
        const V from = choose(is_unknown(mean_), previous_, mean_);
        mean_ = known_with(way, from + (x - from) * (speed * speed));
        previous_ = x;
    }
    V value() const { return mean_; }

private:
    static constexpr double fast = 2.0 / 3.0;
    static constexpr double slow = 2.0 / 31.0;
    Lag<V> before_;
    WindowSum<V> travelled_;
    V previous_ = unknown;
    V mean_ = unknown;
};

} // namespace tradesh::indicators
