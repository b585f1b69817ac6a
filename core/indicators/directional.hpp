#pragma once

#include "core/indicators/description.hpp"
#include "core/indicators/recursive_mean.hpp"
#include "core/indicators/ring.hpp"
#include "core/indicators/true_range.hpp"

/// Wilder's directional movement.
namespace tradesh::indicators {

/// How far the high rose above the last one, if it did so further than the low fell, and the other way round. On a tie
/// neither counts.
template <class V>
class DirectionalSteps {
public:
    void push(const V& high, const V& low) {
        const V up = high - high_;
        const V down = low_ - low;
        plus_ = max_of(V(0.0), choose(down >= up, V(0.0), up)); // both are known or unknown, and stay so
        minus_ = max_of(V(0.0), choose(up >= down, V(0.0), down));
        high_ = high;
        low_ = low;
    }
    const V& plus() const { return plus_; }
    const V& minus() const { return minus_; }

private:
    V high_ = unknown;
    V low_ = unknown;
    V plus_ = unknown;
    V minus_ = unknown;
};

/// Wilder's seed of the directional indicators: the sum of period - 1 values, divided by the period.
[[gnu::always_inline]] inline Seed directional_seed(std::size_t period) {
    return {period - 1, static_cast<double>(period), 0};
}

template <class V>
class SmoothedSteps {
public:
    explicit SmoothedSteps(std::size_t period) : means_(wilder_weight(period), directional_seed(period)) {}
    std::size_t lookback() const { return means_.lookback() + 1; }
    std::size_t settling() const { return means_.settling(); }
    void push(const V& high, const V& low) {
        steps_.push(high, low);
        means_.push({steps_.plus(), steps_.minus()});
    }
    V plus() const { return means_.value(0); }
    V minus() const { return means_.value(1); }

private:
    DirectionalSteps<V> steps_;
    RecursiveMean<V, 2> means_;
};

template <class V>
class PlusMovement {
public:
    static constexpr Description description{
        .name = "plus_dm",
        .summary = "upward directional movement",
        .formula =
            "sum = previous - previous / period + rise, starting from the sum of period - 1 rises of the high that "
            "exceed the fall of the low",
        .source = "TA-Lib PLUS_DM; Wilder (1978)",
        .inputs = high_low,
        .parameters = period_14_from_2,
        .outputs = one_output,
        .memory = Memory::fading};
    explicit PlusMovement(Parameters p) : steps_(count_of(p[0])), period_(p[0]) {}
    std::size_t lookback() const { return steps_.lookback(); }
    std::size_t settling() const { return steps_.settling(); }
    void push(const V& high, const V& low) { steps_.push(high, low); }
    V value() const { return steps_.plus() * period_; }

private:
    SmoothedSteps<V> steps_;
    double period_;
};

template <class V>
class MinusMovement {
public:
    static constexpr Description description{
        .name = "minus_dm",
        .summary = "downward directional movement",
        .formula =
            "sum = previous - previous / period + fall, starting from the sum of period - 1 falls of the low that "
            "exceed the rise of the high",
        .source = "TA-Lib MINUS_DM; Wilder (1978)",
        .inputs = high_low,
        .parameters = period_14_from_2,
        .outputs = one_output,
        .memory = Memory::fading};
    explicit MinusMovement(Parameters p) : steps_(count_of(p[0])), period_(p[0]) {}
    std::size_t lookback() const { return steps_.lookback(); }
    std::size_t settling() const { return steps_.settling(); }
    void push(const V& high, const V& low) { steps_.push(high, low); }
    V value() const { return steps_.minus() * period_; }

private:
    SmoothedSteps<V> steps_;
    double period_;
};

/// 100 * directional movement / true range. TA-Lib's first value is the one after the seeds.
template <class V>
class DirectionalIndicators {
public:
    explicit DirectionalIndicators(std::size_t period) : means_(wilder_weight(period), directional_seed(period)) {}
    std::size_t lookback() const { return means_.lookback() + 2; }
    std::size_t settling() const { return means_.settling(); }
    void push(const V& high, const V& low, const V& close) {
        seeded_ = means_.value(0);
        steps_.push(high, low);
        range_.push(high, low, close);
        means_.push({range_.value(), steps_.plus(), steps_.minus()});
    }
    V plus() const { return known_with(seeded_, ratio_or_zero(means_.value(1), means_.value(0))) * 100.0; }
    V minus() const { return known_with(seeded_, ratio_or_zero(means_.value(2), means_.value(0))) * 100.0; }

private:
    DirectionalSteps<V> steps_;
    TrueRange<V> range_;
    RecursiveMean<V, 3> means_;
    V seeded_ = unknown;
};

template <class V>
class PlusIndicator {
public:
    static constexpr Description description{.name = "plus_di",
                                             .summary = "upward directional indicator",
                                             .formula = "100 * plus_dm / true range, smoothed alike; 0 without range",
                                             .source = "TA-Lib PLUS_DI; Wilder (1978)",
                                             .inputs = high_low_close,
                                             .parameters = period_14_from_2,
                                             .outputs = one_output,
                                             .memory = Memory::fading};
    explicit PlusIndicator(Parameters p) : indicators_(count_of(p[0])) {}
    std::size_t lookback() const { return indicators_.lookback(); }
    std::size_t settling() const { return indicators_.settling(); }
    void push(const V& high, const V& low, const V& close) { indicators_.push(high, low, close); }
    V value() const { return indicators_.plus(); }

private:
    DirectionalIndicators<V> indicators_;
};

template <class V>
class MinusIndicator {
public:
    static constexpr Description description{.name = "minus_di",
                                             .summary = "downward directional indicator",
                                             .formula = "100 * minus_dm / true range, smoothed alike; 0 without range",
                                             .source = "TA-Lib MINUS_DI; Wilder (1978)",
                                             .inputs = high_low_close,
                                             .parameters = period_14_from_2,
                                             .outputs = one_output,
                                             .memory = Memory::fading};
    explicit MinusIndicator(Parameters p) : indicators_(count_of(p[0])) {}
    std::size_t lookback() const { return indicators_.lookback(); }
    std::size_t settling() const { return indicators_.settling(); }
    void push(const V& high, const V& low, const V& close) { indicators_.push(high, low, close); }
    V value() const { return indicators_.minus(); }

private:
    DirectionalIndicators<V> indicators_;
};

/// The true range cancels out of it, and so does the close.
template <class V>
class DirectionalIndex {
public:
    static constexpr Description description{
        .name = "dx",
        .summary = "directional movement index, 0 to 100",
        .formula = "100 * |plus_di - minus_di| / (plus_di + minus_di); as before where both are 0",
        .source = "TA-Lib DX; Wilder (1978)",
        .inputs = high_low,
        .parameters = period_14_from_2,
        .outputs = one_output,
        .memory = Memory::fading};
    explicit DirectionalIndex(Parameters p) : steps_(count_of(p[0])) {}
    std::size_t lookback() const { return steps_.lookback() + 1; }
    std::size_t settling() const { return steps_.settling(); }
    void push(const V& high, const V& low) {
        seeded_ = steps_.plus();
        steps_.push(high, low);
        const V both = steps_.plus() + steps_.minus();
        const V before = index_;
        index_ = absolute(steps_.plus() - steps_.minus()) / both;
        if (any(both == 0.0)) [[unlikely]] {
            index_ = choose(both == 0.0, choose(is_unknown(before), V(0.0), before), index_);
        }
    }
    V value() const { return known_with(seeded_, index_ * 100.0); }
    /// One bar sooner, 0 to 1.
    const V& from_seed() const { return index_; }

private:
    SmoothedSteps<V> steps_;
    V seeded_ = unknown;
    V index_ = unknown;
};

template <class V>
class AverageDirectionalIndex {
public:
    static constexpr Description description{
        .name = "adx",
        .summary = "average directional movement index, 0 to 100: how strong a trend is, up or down",
        .formula = "first the mean of period values of dx, then (previous * (period - 1) + dx) / period",
        .source = "TA-Lib ADX; Wilder (1978)",
        .inputs = high_low,
        .parameters = period_14_from_2,
        .outputs = one_output,
        .memory = Memory::fading};
    explicit AverageDirectionalIndex(Parameters p)
        : index_(p),
          mean_(wilder_weight(count_of(p[0])), Seed{count_of(p[0]), p[0], 1}) {}
    std::size_t lookback() const { return index_.lookback() - 1 + mean_.lookback(); }
    std::size_t settling() const { return index_.settling() + mean_.settling(); }
    void push(const V& high, const V& low) {
        index_.push(high, low);
        mean_.push(index_.from_seed());
    }
    V value() const { return mean_.value() * 100.0; }

private:
    DirectionalIndex<V> index_;
    RecursiveMean<V> mean_;
};

template <class V>
class DirectionalRating {
public:
    static constexpr Description description{.name = "adxr",
                                             .summary = "average directional movement rating, 0 to 100",
                                             .formula = "(adx + adx[period - 1]) / 2",
                                             .source = "TA-Lib ADXR; Wilder (1978)",
                                             .inputs = high_low,
                                             .parameters = period_14_from_2,
                                             .outputs = one_output,
                                             .memory = Memory::fading};
    explicit DirectionalRating(Parameters p) : now_(p), bars_(count_of(p[0]) - 1), before_(bars_) {}
    std::size_t lookback() const { return now_.lookback() + bars_; }
    std::size_t settling() const { return now_.settling(); }
    void push(const V& high, const V& low) {
        now_.push(high, low);
        before_.push(now_.value());
    }
    V value() const { return (now_.value() + before_.value()) / 2.0; }

private:
    AverageDirectionalIndex<V> now_;
    std::size_t bars_;
    Lag<V> before_;
};

} // namespace tradesh::indicators
