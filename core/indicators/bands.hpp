#pragma once

#include "core/indicators/true_range.hpp"
#include "core/indicators/window_range.hpp"

/// Channels around a price.
namespace tradesh::indicators {

/// A middle and how far the bands lie from it.
template <class V>
std::array<V, 3> bands_around(const V& middle, const V& distance) {
    return {middle + distance, middle, middle - distance};
}

inline constexpr std::array bollinger_parameters{period(20, 2), factor("deviations", 2, 0.01, 100)};
inline constexpr std::array<std::string_view, 5> bollinger_outputs{"upper", "middle", "lower", "width", "percent_b"};

/// Bollinger bands whose variance is divided by the period less `Missing`.
template <class V, std::size_t Missing>
class BollingerBands {
public:
    explicit BollingerBands(Parameters p)
        : spread_(count_of(p[0])),
          divisor_(p[0] - static_cast<double>(Missing)),
          deviations_(p[1]) {}
    std::size_t lookback() const { return spread_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& x) {
        spread_.push(x);
        x_ = x;
    }
    void pass(const V& x) { spread_.pass(x); }
    std::size_t overlap() const { return spread_.overlap(); }
    std::array<V, 5> values() const {
        const V distance = square_root(spread_.variance(divisor_)) * deviations_;
        const auto [upper, middle, lower] = bands_around(spread_.mean(), distance);
        return {upper, middle, lower, ratio(upper - lower, middle), ratio(x_ - lower, upper - lower)};
    }

private:
    WindowSpread<V> spread_;
    double divisor_;
    double deviations_;
    V x_ = unknown;
};

template <class V>
class Bollinger : public BollingerBands<V, 0> {
public:
    static constexpr Description description{
        .name = "bbands",
        .summary = "Bollinger bands",
        .formula = "middle = sma, upper and lower = middle +- deviations * standard deviation of the whole window "
                   "(divided by period), width = (upper - lower) / middle, percent_b = (x - lower) / (upper - lower)",
        .source = "TA-Lib BBANDS; John Bollinger",
        .inputs = series_or_close,
        .parameters = bollinger_parameters,
        .outputs = bollinger_outputs};
    using BollingerBands<V, 0>::BollingerBands;
};

template <class V>
class BollingerSample : public BollingerBands<V, 1> {
public:
    static constexpr Description description{.name = "bbands:sample",
                                             .summary = "Bollinger bands with the deviation of a sample",
                                             .formula = "as bbands, the standard deviation divided by period - 1",
                                             .source = "pandas rolling.std (ddof 1)",
                                             .inputs = series_or_close,
                                             .parameters = bollinger_parameters,
                                             .outputs = bollinger_outputs};
    using BollingerBands<V, 1>::BollingerBands;
};

inline constexpr std::array keltner_parameters{period(20), period(10, 2, "atr_period"), factor("ranges", 2, 0.01, 100)};

/// Keltner's channel: an average of the close and of the true range.
template <class V, class Average, class Range>
class KeltnerChannel {
public:
    explicit KeltnerChannel(Parameters p) : middle_(p.first(1)), range_(p.subspan(1, 1)), ranges_(p[2]) {}
    std::size_t lookback() const { return std::max(middle_.lookback(), range_.lookback()); }
    std::size_t settling() const { return std::max(middle_.settling(), range_.settling()); }
    void push(const V& high, const V& low, const V& close) {
        middle_.push(close);
        range_.push(high, low, close);
    }
    std::array<V, 3> values() const {
        const V distance = range_.value() * ranges_;
        return bands_around(known_with(distance, middle_.value()), distance);
    }

private:
    Average middle_;
    Range range_;
    double ranges_;
};

template <class V>
class Keltner : public KeltnerChannel<V, Ema<V>, Atr<V>> {
public:
    static constexpr Description description{.name = "keltner",
                                             .summary = "Keltner channel",
                                             .formula = "middle = ema(close), upper and lower = middle +- ranges * atr",
                                             .source = "Linda Raschke's form, as TradingView and StockCharts have it",
                                             .inputs = high_low_close,
                                             .parameters = keltner_parameters,
                                             .outputs = band_outputs,
                                             .memory = Memory::fading};
    using KeltnerChannel<V, Ema<V>, Atr<V>>::KeltnerChannel;
};

template <class V>
class KeltnerSma : public KeltnerChannel<V, EmaFirst<V>, AtrSma<V>> {
public:
    static constexpr Description description{
        .name = "keltner:sma",
        .summary = "Keltner channel with a plain mean of the ranges",
        .formula = "middle = ema:first(close), upper and lower = middle +- ranges * atr:sma",
        .source = "pandas ewm(adjust=False) and rolling mean",
        .inputs = high_low_close,
        .parameters = keltner_parameters,
        .outputs = band_outputs,
        .memory = Memory::fading};
    using KeltnerChannel<V, EmaFirst<V>, AtrSma<V>>::KeltnerChannel;
};

template <class V>
class Donchian {
public:
    static constexpr Description description{
        .name = "donchian",
        .summary = "Donchian channel, the last bar included",
        .formula = "upper = highest high, lower = lowest low, middle = (upper + lower) / 2",
        .source = "Richard Donchian",
        .inputs = high_low,
        .parameters = period_20,
        .outputs = band_outputs};
    explicit Donchian(Parameters p) : range_(count_of(p[0])) {}
    std::size_t lookback() const { return range_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& high, const V& low) { range_.push(high, low); }
    void pass(const V&, const V&) {}
    std::size_t overlap() const { return lookback(); }
    std::array<V, 3> values() const { return {range_.highest(), range_.middle(), range_.lowest()}; }

private:
    WindowRange<V> range_;
};

template <class V>
class Squeeze {
public:
    static constexpr std::array parameters{period(20, 2), factor("deviations", 2, 0.01, 100),
                                           period(20, 1, "keltner_period"), factor("ranges", 2, 0.01, 100),
                                           period(10, 2, "atr_period")};
    static constexpr Description description{
        .name = "squeeze",
        .summary = "how far the Bollinger bands lie inside the Keltner channel, as a share of it; 0 where they do not",
        .formula = "max(0, min(k.upper - b.upper, b.lower - k.lower) / (k.upper - k.lower)), k = keltner, b = bbands",
        .source = "John Carter's squeeze, measured",
        .inputs = high_low_close,
        .parameters = parameters,
        .outputs = one_output,
        .memory = Memory::fading};
    explicit Squeeze(Parameters p) : bands_(p.first(2)), channel_(std::array{p[2], p[4], p[3]}) {}
    std::size_t lookback() const { return std::max(bands_.lookback(), channel_.lookback()); }
    std::size_t settling() const { return channel_.settling(); }
    void push(const V& high, const V& low, const V& close) {
        bands_.push(close);
        channel_.push(high, low, close);
    }
    V value() const {
        const std::array<V, 5> inner = bands_.values();
        const std::array<V, 3> outer = channel_.values();
        const V above = outer[0] - inner[0];
        const V below = inner[2] - outer[2];
        return known_with(above, max_of(V(0.0), ratio(min_of(above, below), outer[0] - outer[2])));
    }

private:
    Bollinger<V> bands_;
    Keltner<V> channel_;
};

} // namespace tradesh::indicators
