#pragma once

#include "core/indicators/description.hpp"
#include "core/indicators/recursive_mean.hpp"
#include "core/indicators/window_sum.hpp"

/// Rises against falls.
namespace tradesh::indicators {

inline constexpr std::array period_14_from_2{period(14, 2)};

/// The rise and the fall from the value before, one of them zero.
template <class V>
class Steps {
public:
    void push(const V& x) {
        const V change = x - previous_;
        rise_ = max_of(V(0.0), change);
        fall_ = rise_ - change;
        previous_ = x;
    }
    const V& rise() const { return rise_; }
    const V& fall() const { return fall_; }

private:
    V previous_ = unknown;
    V rise_ = unknown;
    V fall_ = unknown;
};

/// Wilder's means of rises and falls.
template <class V>
class WilderSteps {
public:
    explicit WilderSteps(std::size_t period) : means_(wilder_weight(period), Seed::mean_of(period)) {}
    std::size_t lookback() const { return means_.lookback() + 1; }
    std::size_t settling() const { return means_.settling(); }
    void push(const V& x) {
        steps_.push(x);
        means_.push({steps_.rise(), steps_.fall()});
    }
    V rise() const { return means_.value(0); }
    V fall() const { return means_.value(1); }

private:
    Steps<V> steps_;
    RecursiveMean<V, 2> means_;
};

/// One difference from TA-Lib: a sum of gain and loss counts as zero when it is zero, not below 1e-8 or 1e-14, so that
/// very cheap instruments are treated alike.
template <class V>
class Rsi {
public:
    static constexpr Description description{
        .name = "rsi",
        .summary = "relative strength index (Wilder), 0 to 100",
        .formula = "100 * gain / (gain + loss), both smoothed: first the mean of period changes, "
                   "then (previous * (period - 1) + new) / period; 0 where nothing moved",
        .source = "TA-Lib RSI; Wilder, New Concepts in Technical Trading Systems (1978)",
        .inputs = series_or_close,
        .parameters = period_14_from_2,
        .outputs = one_output,
        .memory = Memory::fading};
    explicit Rsi(Parameters p) : steps_(count_of(p[0])) {}
    std::size_t lookback() const { return steps_.lookback(); }
    std::size_t settling() const { return steps_.settling(); }
    void push(const V& x) { steps_.push(x); }
    V value() const { return ratio_or_zero(steps_.rise(), steps_.rise() + steps_.fall()) * 100.0; }

private:
    WilderSteps<V> steps_;
};

template <class V>
class RsiSma {
public:
    static constexpr Description description{.name = "rsi:sma",
                                             .summary = "relative strength index with plain means (Cutler), 0 to 100",
                                             .formula = "100 * gain / (gain + loss), both sums of the last period "
                                                        "changes; 0 where nothing moved",
                                             .source = "Cutler's RSI",
                                             .inputs = series_or_close,
                                             .parameters = period_14_from_2,
                                             .outputs = one_output};
    explicit RsiSma(Parameters p) : rises_(count_of(p[0])), falls_(count_of(p[0])) {}
    std::size_t lookback() const { return rises_.lookback() + 1; }
    std::size_t settling() const { return 0; }
    void push(const V& x) {
        steps_.push(x);
        rises_.push(steps_.rise());
        falls_.push(steps_.fall());
    }
    V value() const { return ratio_or_zero(rises_.value(), rises_.value() + falls_.value()) * 100.0; }

private:
    Steps<V> steps_;
    WindowSum<V> rises_;
    WindowSum<V> falls_;
};

template <class V>
class Cmo {
public:
    static constexpr Description description{
        .name = "cmo",
        .summary = "Chande's momentum oscillator with Wilder's smoothing, -100 to 100",
        .formula = "100 * (gain - loss) / (gain + loss), smoothed as in rsi; 0 where nothing moved",
        .source = "TA-Lib CMO",
        .inputs = series_or_close,
        .parameters = period_14_from_2,
        .outputs = one_output,
        .memory = Memory::fading};
    explicit Cmo(Parameters p) : steps_(count_of(p[0])) {}
    std::size_t lookback() const { return steps_.lookback(); }
    std::size_t settling() const { return steps_.settling(); }
    void push(const V& x) { steps_.push(x); }
    V value() const { return ratio_or_zero(steps_.rise() - steps_.fall(), steps_.rise() + steps_.fall()) * 100.0; }

private:
    WilderSteps<V> steps_;
};

template <class V>
class CmoSum {
public:
    static constexpr Description description{
        .name = "cmo:sum",
        .summary = "Chande's momentum oscillator over plain sums, -100 to 100",
        .formula = "100 * (gains - losses) / (gains + losses) of the last period changes; 0 where nothing moved",
        .source = "Tulip CMO; Tushar Chande, The New Technical Trader (1994)",
        .inputs = series_or_close,
        .parameters = period_14_from_2,
        .outputs = one_output};
    explicit CmoSum(Parameters p) : rises_(count_of(p[0])), falls_(count_of(p[0])) {}
    std::size_t lookback() const { return rises_.lookback() + 1; }
    std::size_t settling() const { return 0; }
    void push(const V& x) {
        steps_.push(x);
        rises_.push(steps_.rise());
        falls_.push(steps_.fall());
    }
    V value() const { return ratio_or_zero(rises_.value() - falls_.value(), rises_.value() + falls_.value()) * 100.0; }

private:
    Steps<V> steps_;
    WindowSum<V> rises_;
    WindowSum<V> falls_;
};

} // namespace tradesh::indicators
