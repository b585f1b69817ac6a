#pragma once

#include "core/indicators/moving_average.hpp"

/// Prices and how much was traded at them.
namespace tradesh::indicators {

/// Adds up from the first value, and again from the first one after an unknown value.
template <class V>
class RunningTotal {
public:
    void push(const V& x) { total_ = choose(is_unknown(total_), V(0.0), total_) + x; }
    const V& value() const { return total_; }

private:
    V total_ = unknown;
};

/// ((close - low) - (high - close)) / (high - low): 1 at the high, -1 at the low, 0 where there is no range.
template <class V>
V close_location(const V& high, const V& low, const V& close) {
    return ratio_or_zero((close - low) - (high - close), high - low);
}

template <class V>
class OnBalanceVolume {
public:
    static constexpr Description description{
        .name = "obv",
        .summary = "on-balance volume of all stored bars: its changes count, its level depends on the first",
        .formula = "previous + volume after a rise, previous - volume after a fall, from the first volume on",
        .source = "TA-Lib OBV; Joseph Granville",
        .inputs = series_volume,
        .parameters = {},
        .outputs = one_output,
        .memory = Memory::unlimited};
    explicit OnBalanceVolume(Parameters) {}
    std::size_t lookback() const { return 0; }
    std::size_t settling() const { return 0; }
    void push(const V& x, const V& volume) {
        const V signed_volume = choose(x < previous_, -volume, choose(x == previous_, volume * 0.0, volume));
        total_.push(signed_volume);
        previous_ = x;
    }
    V value() const { return total_.value(); }

private:
    RunningTotal<V> total_;
    V previous_ = unknown;
};

template <class V>
class OnBalanceVolumeFromZero {
public:
    static constexpr Description description{
        .name = "obv:zero",
        .summary = "on-balance volume of all stored bars, from zero: its changes count",
        .formula = "previous + volume after a rise, previous - volume after a fall, from 0 on",
        .source = "Tulip OBV",
        .inputs = series_volume,
        .parameters = {},
        .outputs = one_output,
        .memory = Memory::unlimited};
    explicit OnBalanceVolumeFromZero(Parameters) {}
    std::size_t lookback() const { return 0; }
    std::size_t settling() const { return 0; }
    void push(const V& x, const V& volume) {
        total_.push(choose(x > previous_, volume, choose(x < previous_, -volume, volume * 0.0)));
        previous_ = x;
    }
    V value() const { return total_.value(); }

private:
    RunningTotal<V> total_;
    V previous_ = unknown;
};

template <class V>
class AccumulationLine {
public:
    static constexpr Description description{.name = "ad",
                                             .summary =
                                                 "accumulation/distribution line of all stored bars: its changes count",
                                             .formula = "sum of volume * ((close - low) - (high - close)) / (high - "
                                                        "low) of all bars; a bar without range adds nothing",
                                             .source = "TA-Lib AD; Marc Chaikin",
                                             .inputs = high_low_close_volume,
                                             .parameters = {},
                                             .outputs = one_output,
                                             .memory = Memory::unlimited};
    AccumulationLine() = default;
    explicit AccumulationLine(Parameters) {}
    std::size_t lookback() const { return 0; }
    std::size_t settling() const { return 0; }
    void push(const V& high, const V& low, const V& close, const V& volume) {
        total_.push(close_location(high, low, close) * volume);
    }
    V value() const { return total_.value(); }

private:
    RunningTotal<V> total_;
};

template <class V>
class AccumulationOscillator {
public:
    static constexpr std::array parameters{period(3, 2, "fast"), period(10, 2, "slow")};
    static constexpr Description description{.name = "adosc",
                                             .summary = "Chaikin oscillator: momentum of accumulation/distribution",
                                             .formula =
                                                 "ema(fast) - ema(slow) of ad, both starting from its first value",
                                             .source = "TA-Lib ADOSC",
                                             .inputs = high_low_close_volume,
                                             .parameters = parameters,
                                             .outputs = one_output,
                                             .memory = Memory::fading};
    explicit AccumulationOscillator(Parameters p)
        : fast_(count_of(p[0])),
          slow_(count_of(p[1])),
          period_(std::max(p[0], p[1])) {}
    std::size_t lookback() const { return count_of(period_) - 1; }
    std::size_t settling() const { return std::max(fast_.settling(), slow_.settling()); }
    void push(const V& high, const V& low, const V& close, const V& volume) {
        line_.push(high, low, close, volume);
        fast_.push(line_.value());
        slow_.push(line_.value());
        known_ = choose(is_unknown(line_.value()), V(0.0), known_ + 1.0);
    }
    V value() const { return choose(known_ >= period_, fast_.value() - slow_.value(), V(unknown)); }

private:
    AccumulationLine<V> line_;
    EmaFirst<V> fast_;
    EmaFirst<V> slow_;
    double period_;
    V known_ = 0.0;
};

template <class V>
class MoneyFlowIndex {
public:
    static constexpr std::array parameters{period(14)};
    static constexpr Description description{
        .name = "mfi",
        .summary = "money flow index, 0 to 100: an rsi of traded money",
        .formula = "100 * up / (up + down), sums of tp * volume where tp rose or fell, tp = (high + low + close) / 3; "
                   "0 where nothing moved",
        .source = "TA-Lib MFI",
        .inputs = high_low_close_volume,
        .parameters = parameters,
        .outputs = one_output};
    explicit MoneyFlowIndex(Parameters p) : up_(count_of(p[0])), down_(count_of(p[0])) {}
    std::size_t lookback() const { return up_.lookback() + 1; }
    std::size_t settling() const { return 0; }
    void push(const V& high, const V& low, const V& close, const V& volume) {
        const V price = (high + low + close) / 3.0;
        const V flow = known_with(price_, price * volume);
        up_.push(choose(price > price_, flow, flow * 0.0));
        down_.push(choose(price < price_, flow, flow * 0.0));
        price_ = price;
    }
    V value() const { return ratio_or_zero(up_.value(), up_.value() + down_.value()) * 100.0; }

private:
    WindowSum<V> up_;
    WindowSum<V> down_;
    V price_ = unknown;
};

template <class V>
class ChaikinMoneyFlow {
public:
    static constexpr Description description{
        .name = "cmf",
        .summary = "Chaikin money flow, -1 to 1",
        .formula = "sum(volume * ((close - low) - (high - close)) / (high - low)) / sum(volume); 0 without volume",
        .source = "Marc Chaikin",
        .inputs = high_low_close_volume,
        .parameters = period_20,
        .outputs = one_output};
    explicit ChaikinMoneyFlow(Parameters p) : flow_(count_of(p[0])), volume_(count_of(p[0])) {}
    std::size_t lookback() const { return flow_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& high, const V& low, const V& close, const V& volume) {
        flow_.push(close_location(high, low, close) * volume);
        volume_.push(volume);
    }
    V value() const { return ratio_or_zero(flow_.value(), volume_.value()); }

private:
    WindowSum<V> flow_;
    WindowSum<V> volume_;
};

template <class V>
class Vwap {
public:
    static constexpr Description description{
        .name = "vwap",
        .summary = "volume-weighted average of the typical price over the last bars",
        .formula = "sum(tp * volume) / sum(volume), tp = (high + low + close) / 3; unknown without volume",
        .source = "the definition",
        .inputs = high_low_close_volume,
        .parameters = period_20,
        .outputs = one_output};
    explicit Vwap(Parameters p) : average_(p) {}
    std::size_t lookback() const { return average_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& high, const V& low, const V& close, const V& volume) {
        average_.push((high + low + close) / 3.0, volume);
    }
    V value() const { return average_.value(); }

private:
    Vwma<V> average_;
};

template <class V>
class VwapFromStart {
public:
    static constexpr Description description{
        .name = "vwap:all",
        .summary = "volume-weighted average of the typical price of all stored bars",
        .formula = "sum(tp * volume) / sum(volume) of all bars, tp = (high + low + close) / 3; unknown without volume",
        .source = "the definition",
        .inputs = high_low_close_volume,
        .parameters = {},
        .outputs = one_output,
        .memory = Memory::unlimited};
    explicit VwapFromStart(Parameters) {}
    std::size_t lookback() const { return 0; }
    std::size_t settling() const { return 0; }
    void push(const V& high, const V& low, const V& close, const V& volume) {
        traded_.push((high + low + close) / 3.0 * volume);
        volume_.push(volume);
    }
    V value() const { return ratio(traded_.value(), volume_.value()); }

private:
    RunningTotal<V> traded_;
    RunningTotal<V> volume_;
};

template <class V>
class VolumeRatio {
public:
    static constexpr Description description{.name = "volume_ratio",
                                             .summary = "volume as a multiple of its average, the last bar included",
                                             .formula = "volume / sma(volume); unknown where nothing was traded at all",
                                             .source = "the definition",
                                             .inputs = volume_only,
                                             .parameters = period_20,
                                             .outputs = one_output};
    explicit VolumeRatio(Parameters p) : average_(p) {}
    std::size_t lookback() const { return average_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& volume) {
        average_.push(volume);
        volume_ = volume;
    }
    V value() const { return ratio(volume_, average_.value()); }

private:
    Sma<V> average_;
    V volume_ = unknown;
};

} // namespace tradesh::indicators
