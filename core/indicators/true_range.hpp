#pragma once

#include "core/indicators/moving_average.hpp"
#include "core/indicators/relative_strength.hpp"

/// The range of a bar, and means of it.
namespace tradesh::indicators {

template <class V>
class TrueRange {
public:
    static constexpr Description description{
        .name = "trange",
        .summary = "true range of a bar",
        .formula = "max(high - low, |high - close[1]|, |low - close[1]|), from the second bar on",
        .source = "TA-Lib TRANGE; Wilder (1978)",
        .inputs = high_low_close,
        .parameters = {},
        .outputs = one_output};
    TrueRange() = default;
    explicit TrueRange(Parameters) {}
    std::size_t lookback() const { return 1; }
    std::size_t settling() const { return 0; }
    void push(const V& high, const V& low, const V& close) {
        // The second of a pair is taken where it is unknown: without a close before, the range is unknown, too.
        range_ = max_of(max_of(high - low, absolute(high - close_)), absolute(low - close_));
        close_ = close;
    }
    V value() const { return range_; }

private:
    V close_ = unknown;
    V range_ = unknown;
};

/// A mean of the true range.
template <class V, class Average>
class MeanTrueRange {
public:
    explicit MeanTrueRange(Parameters p) : mean_(p) {}
    std::size_t lookback() const { return range_.lookback() + mean_.lookback(); }
    std::size_t settling() const { return mean_.settling(); }
    void push(const V& high, const V& low, const V& close) {
        range_.push(high, low, close);
        mean_.push(range_.value());
    }
    V value() const { return mean_.value(); }

private:
    TrueRange<V> range_;
    Average mean_;
};

template <class V>
class Atr : public MeanTrueRange<V, Rma<V>> {
public:
    static constexpr Description description{
        .name = "atr",
        .summary = "average true range (Wilder)",
        .formula =
            "rma of the true range: first the mean of period ranges, then (previous * (period - 1) + new) / period",
        .source = "TA-Lib ATR; Wilder (1978)",
        .inputs = high_low_close,
        .parameters = period_14_from_2,
        .outputs = one_output,
        .memory = Memory::fading};
    using MeanTrueRange<V, Rma<V>>::MeanTrueRange;
};

template <class V>
class AtrSma : public MeanTrueRange<V, Sma<V>> {
public:
    static constexpr Description description{.name = "atr:sma",
                                             .summary = "average true range, plain mean",
                                             .formula = "sma of the true range",
                                             .source = "the definition",
                                             .inputs = high_low_close,
                                             .parameters = period_14_from_2,
                                             .outputs = one_output};
    using MeanTrueRange<V, Sma<V>>::MeanTrueRange;
};

template <class V>
class AtrEma : public MeanTrueRange<V, Ema<V>> {
public:
    static constexpr Description description{.name = "atr:ema",
                                             .summary = "average true range, exponential mean",
                                             .formula = "ema of the true range",
                                             .source = "the definition",
                                             .inputs = high_low_close,
                                             .parameters = period_14_from_2,
                                             .outputs = one_output,
                                             .memory = Memory::fading};
    using MeanTrueRange<V, Ema<V>>::MeanTrueRange;
};

template <class V>
class Natr {
public:
    static constexpr Description description{.name = "natr",
                                             .summary = "average true range (Wilder), in percent of the close",
                                             .formula = "100 * atr / close",
                                             .source = "TA-Lib NATR",
                                             .inputs = high_low_close,
                                             .parameters = period_14_from_2,
                                             .outputs = one_output,
                                             .memory = Memory::fading};
    explicit Natr(Parameters p) : atr_(p) {}
    std::size_t lookback() const { return atr_.lookback(); }
    std::size_t settling() const { return atr_.settling(); }
    void push(const V& high, const V& low, const V& close) {
        atr_.push(high, low, close);
        close_ = close;
    }
    V value() const { return ratio(atr_.value(), close_) * 100.0; }

private:
    Atr<V> atr_;
    V close_ = unknown;
};

} // namespace tradesh::indicators
