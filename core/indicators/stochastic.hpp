#pragma once

#include "core/indicators/moving_average.hpp"
#include "core/indicators/relative_strength.hpp"
#include "core/indicators/window_range.hpp"

/// Where a value stands in its recent range.
namespace tradesh::indicators {

inline constexpr std::array<std::string_view, 2> k_and_d{"k", "d"};
inline constexpr std::array stochastic_parameters{period(14, 1, "period"), period(3, 1, "k_smoothing"),
                                                  period(3, 1, "d_smoothing")};

/// (close - lowest) / (highest - lowest); 0 where there is no range.
template <class V>
class RawStochastic {
public:
    explicit RawStochastic(std::size_t period) : range_(period) {}
    std::size_t lookback() const { return range_.lookback(); }
    void push(const V& high, const V& low, const V& close) {
        range_.push(high, low);
        close_ = close;
    }
    V value() const {
        const V lowest = range_.lowest();
        return ratio_or_zero(close_ - lowest, range_.highest() - lowest);
    }

private:
    WindowRange<V> range_;
    V close_ = unknown;
};

template <class V>
class Stochastic {
public:
    static constexpr Description description{
        .name = "stoch",
        .summary = "stochastic oscillator, 0 to 100",
        .formula = "k = sma of 100 * (close - lowest low) / (highest high - lowest low), d = sma of k; "
                   "0 where there is no range",
        .source = "TA-Lib STOCH; George Lane",
        .inputs = high_low_close,
        .parameters = stochastic_parameters,
        .outputs = k_and_d};
    explicit Stochastic(Parameters p) : raw_(count_of(p[0])), k_(count_of(p[1])), d_(count_of(p[2])) {}
    std::size_t lookback() const { return raw_.lookback() + k_.lookback() + d_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& high, const V& low, const V& close) {
        raw_.push(high, low, close);
        k_.push(raw_.value());
        d_.push(k_.value()); // sums of sums: divided only where they are looked at
    }
    void pass(const V&, const V&, const V&) {}
    std::size_t overlap() const { return k_.only_looks_back() && d_.only_looks_back() ? lookback() : every_bar; }
    std::array<V, 2> values() const {
        return {known_with(d_.value(), k_.mean() * 100.0), d_.value() / (k_.period() * d_.period()) * 100.0};
    }

private:
    RawStochastic<V> raw_;
    WindowSum<V> k_;
    WindowSum<V> d_;
};

template <class V>
class StochasticOfClose {
public:
    static constexpr Description description{
        .name = "stoch:close",
        .summary = "stochastic oscillator of one series, 0 to 100",
        .formula = "k = sma of 100 * (x - lowest) / (highest - lowest), d = sma of k; 0 where there is no range",
        .source = "TA-Lib STOCH with one series as high, low and close",
        .inputs = series_or_close,
        .parameters = stochastic_parameters,
        .outputs = k_and_d};
    explicit StochasticOfClose(Parameters p) : stochastic_(p) {}
    std::size_t lookback() const { return stochastic_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& x) { stochastic_.push(x, x, x); }
    void pass(const V&) {}
    std::size_t overlap() const { return stochastic_.overlap(); }
    std::array<V, 2> values() const { return stochastic_.values(); }

private:
    Stochastic<V> stochastic_;
};

template <class V>
class FastStochastic {
public:
    static constexpr std::array parameters{period(14), period(3, 1, "d_smoothing")};
    static constexpr Description description{
        .name = "stochf",
        .summary = "fast stochastic oscillator, 0 to 100",
        .formula =
            "k = 100 * (close - lowest low) / (highest high - lowest low), d = sma of k; 0 where there is no range",
        .source = "TA-Lib STOCHF",
        .inputs = high_low_close,
        .parameters = parameters,
        .outputs = k_and_d};
    explicit FastStochastic(Parameters p) : raw_(count_of(p[0])), d_(count_of(p[1])) {}
    std::size_t lookback() const { return raw_.lookback() + d_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& high, const V& low, const V& close) {
        raw_.push(high, low, close);
        d_.push(raw_.value());
    }
    void pass(const V&, const V&, const V&) {}
    std::size_t overlap() const { return d_.only_looks_back() ? lookback() : every_bar; }
    std::array<V, 2> values() const { return {known_with(d_.value(), raw_.value() * 100.0), d_.mean() * 100.0}; }

private:
    RawStochastic<V> raw_;
    WindowSum<V> d_;
};

template <class V>
class StochasticRsi {
public:
    static constexpr std::array parameters{period(14, 2, "rsi_period"), period(14, 1, "stoch_period"),
                                           period(3, 1, "k_smoothing"), period(3, 1, "d_smoothing")};
    static constexpr Description description{.name = "stochrsi",
                                             .summary = "stochastic oscillator of the rsi, 0 to 100",
                                             .formula = "stoch:close of rsi: k and d",
                                             .source = "the chain of TA-Lib RSI and STOCH, as TradingView has it",
                                             .inputs = series_or_close,
                                             .parameters = parameters,
                                             .outputs = k_and_d,
                                             .memory = Memory::fading};
    explicit StochasticRsi(Parameters p) : rsi_(p.first(1)), stochastic_(p.subspan(1)) {}
    std::size_t lookback() const { return rsi_.lookback() + stochastic_.lookback(); }
    std::size_t settling() const { return rsi_.settling(); }
    void push(const V& x) {
        rsi_.push(x);
        stochastic_.push(rsi_.value());
    }
    void pass(const V& x) { rsi_.push(x); }
    std::size_t overlap() const { return stochastic_.overlap(); }
    std::array<V, 2> values() const { return stochastic_.values(); }

private:
    Rsi<V> rsi_;
    StochasticOfClose<V> stochastic_;
};

template <class V>
class FastStochasticRsi {
public:
    static constexpr std::array parameters{period(14, 2, "rsi_period"), period(5, 1, "stoch_period"),
                                           period(3, 1, "d_smoothing")};
    static constexpr Description description{.name = "stochrsi:fast",
                                             .summary = "fast stochastic oscillator of the rsi, 0 to 100",
                                             .formula = "stochf of rsi: k without smoothing, and d",
                                             .source = "TA-Lib STOCHRSI",
                                             .inputs = series_or_close,
                                             .parameters = parameters,
                                             .outputs = k_and_d,
                                             .memory = Memory::fading};
    explicit FastStochasticRsi(Parameters p) : rsi_(p.first(1)), stochastic_(p.subspan(1)) {}
    std::size_t lookback() const { return rsi_.lookback() + stochastic_.lookback(); }
    std::size_t settling() const { return rsi_.settling(); }
    void push(const V& x) {
        rsi_.push(x);
        const V rsi = rsi_.value();
        stochastic_.push(rsi, rsi, rsi);
    }
    void pass(const V& x) { rsi_.push(x); }
    std::size_t overlap() const { return stochastic_.overlap(); }
    std::array<V, 2> values() const { return stochastic_.values(); }

private:
    Rsi<V> rsi_;
    FastStochastic<V> stochastic_;
};

template <class V>
class WilliamsR {
public:
    static constexpr std::array parameters{period(14)};
    static constexpr Description description{
        .name = "willr",
        .summary = "Williams' %R, -100 to 0",
        .formula = "-100 * (highest high - close) / (highest high - lowest low); 0 where there is no range",
        .source = "TA-Lib WILLR",
        .inputs = high_low_close,
        .parameters = parameters,
        .outputs = one_output};
    explicit WilliamsR(Parameters p) : range_(count_of(p[0])) {}
    std::size_t lookback() const { return range_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& high, const V& low, const V& close) {
        range_.push(high, low);
        close_ = close;
    }
    void pass(const V&, const V&, const V&) {}
    std::size_t overlap() const { return lookback(); }
    V value() const {
        const V highest = range_.highest();
        return ratio_or_zero(close_ - highest, highest - range_.lowest()) * 100.0;
    }

private:
    WindowRange<V> range_;
    V close_ = unknown;
};

} // namespace tradesh::indicators
