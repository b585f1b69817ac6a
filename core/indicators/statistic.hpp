#pragma once

#include "core/indicators/momentum.hpp"
#include "core/indicators/window_range.hpp"
#include "core/indicators/window_sum.hpp"

/// Figures of the last values of a series.
namespace tradesh::indicators {

template <class V>
class Sum {
public:
    static constexpr Description description{.name = "sum",
                                             .summary = "sum of the last bars",
                                             .formula = "sum of the last period values",
                                             .source = "TA-Lib SUM",
                                             .inputs = series_required,
                                             .parameters = period_20,
                                             .outputs = one_output};
    explicit Sum(Parameters p) : sum_(count_of(p[0])) {}
    std::size_t lookback() const { return sum_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& x) { sum_.push(x); }
    void pass(const V& x) { sum_.pass(x); }
    std::size_t overlap() const { return sum_.overlap(); }
    V value() const { return sum_.value(); }

private:
    WindowSum<V> sum_;
};

template <class V>
class SeriesRange {
public:
    explicit SeriesRange(Parameters p) : range_(count_of(p[0])) {}
    std::size_t lookback() const { return range_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& x) { range_.push(x, x); }
    void pass(const V&) {}
    std::size_t overlap() const { return lookback(); }

protected:
    WindowRange<V> range_;
};

template <class V>
class Highest : public SeriesRange<V> {
public:
    static constexpr Description description{.name = "highest",
                                             .summary = "greatest value of the last bars",
                                             .formula = "max of the last period values",
                                             .source = "TA-Lib MAX",
                                             .inputs = series_required,
                                             .parameters = period_20,
                                             .outputs = one_output};
    using SeriesRange<V>::SeriesRange;
    V value() const { return this->range_.highest(); }
};

template <class V>
class Lowest : public SeriesRange<V> {
public:
    static constexpr Description description{.name = "lowest",
                                             .summary = "least value of the last bars",
                                             .formula = "min of the last period values",
                                             .source = "TA-Lib MIN",
                                             .inputs = series_required,
                                             .parameters = period_20,
                                             .outputs = one_output};
    using SeriesRange<V>::SeriesRange;
    V value() const { return this->range_.lowest(); }
};

template <class V>
class MidPoint : public SeriesRange<V> {
public:
    static constexpr Description description{.name = "midpoint",
                                             .summary = "middle of the range of one series",
                                             .formula = "(highest + lowest) / 2",
                                             .source = "TA-Lib MIDPOINT",
                                             .inputs = series_or_close,
                                             .parameters = period_14,
                                             .outputs = one_output};
    using SeriesRange<V>::SeriesRange;
    V value() const { return this->range_.middle(); }
};

template <class V>
class MidPrice {
public:
    static constexpr Description description{.name = "midprice",
                                             .summary = "middle of the range of prices",
                                             .formula = "(highest high + lowest low) / 2",
                                             .source = "TA-Lib MIDPRICE",
                                             .inputs = high_low,
                                             .parameters = period_14,
                                             .outputs = one_output};
    explicit MidPrice(Parameters p) : range_(count_of(p[0])) {}
    std::size_t lookback() const { return range_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& high, const V& low) { range_.push(high, low); }
    void pass(const V&, const V&) {}
    std::size_t overlap() const { return lookback(); }
    V value() const { return range_.middle(); }

private:
    WindowRange<V> range_;
};

inline constexpr std::array deviation_parameters{period(20, 2), factor("deviations", 1, 0.01, 100)};

/// Divided by the period less `Missing`.
template <class V, std::size_t Missing>
class SpreadOf {
public:
    explicit SpreadOf(Parameters p) : spread_(count_of(p[0])), divisor_(p[0] - static_cast<double>(Missing)) {}
    std::size_t lookback() const { return spread_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& x) { spread_.push(x); }
    void pass(const V& x) { spread_.pass(x); }
    std::size_t overlap() const { return spread_.overlap(); }
    V variance() const { return spread_.variance(divisor_); }

private:
    WindowSpread<V> spread_;
    double divisor_;
};

/// The standard deviation, times a factor.
template <class V, std::size_t Missing>
class DeviationOf : public SpreadOf<V, Missing> {
public:
    explicit DeviationOf(Parameters p) : SpreadOf<V, Missing>(p), deviations_(p[1]) {}
    V value() const { return square_root(this->variance()) * deviations_; }

private:
    double deviations_;
};

template <class V>
class StandardDeviation : public DeviationOf<V, 0> {
public:
    static constexpr Description description{.name = "stddev",
                                             .summary = "standard deviation of the whole window",
                                             .formula = "deviations * sqrt(mean of (x - mean)^2)",
                                             .source = "TA-Lib STDDEV",
                                             .inputs = series_or_close,
                                             .parameters = deviation_parameters,
                                             .outputs = one_output};
    using DeviationOf<V, 0>::DeviationOf;
};

template <class V>
class StandardDeviationSample : public DeviationOf<V, 1> {
public:
    static constexpr Description description{.name = "stddev:sample",
                                             .summary = "standard deviation of a sample",
                                             .formula = "deviations * sqrt(sum of (x - mean)^2 / (period - 1))",
                                             .source = "pandas rolling.std (ddof 1)",
                                             .inputs = series_or_close,
                                             .parameters = deviation_parameters,
                                             .outputs = one_output};
    using DeviationOf<V, 1>::DeviationOf;
};

inline constexpr std::array period_20_from_2{period(20, 2)};

template <class V>
class Variance : public SpreadOf<V, 0> {
public:
    static constexpr Description description{.name = "var",
                                             .summary = "variance of the whole window",
                                             .formula = "mean of (x - mean)^2",
                                             .source = "TA-Lib VAR",
                                             .inputs = series_or_close,
                                             .parameters = period_20_from_2,
                                             .outputs = one_output};
    using SpreadOf<V, 0>::SpreadOf;
    V value() const { return this->variance(); }
};

template <class V>
class VarianceSample : public SpreadOf<V, 1> {
public:
    static constexpr Description description{.name = "var:sample",
                                             .summary = "variance of a sample",
                                             .formula = "sum of (x - mean)^2 / (period - 1)",
                                             .source = "pandas rolling.var (ddof 1)",
                                             .inputs = series_or_close,
                                             .parameters = period_20_from_2,
                                             .outputs = one_output};
    using SpreadOf<V, 1>::SpreadOf;
    V value() const { return this->variance(); }
};

/// Sums over pairs of values, each less its mean; made afresh for every bar.
template <class V>
class PairSums {
public:
    explicit PairSums(std::size_t period) : xs_(period), ys_(period), period_(static_cast<double>(period)) {}
    std::size_t lookback() const { return xs_.size() - 1; }
    void push(const V& x, const V& y) {
        xs_.replace(x);
        ys_.replace(y);
    }
    struct Sums {
        V xx = 0.0;
        V yy = 0.0;
        V xy = 0.0;
    };
    /// A window with an unknown value gives unknown sums.
    Sums sums() const {
        const V mean_x = mean_of(xs_);
        const V mean_y = mean_of(ys_);
        Sums sums;
        xs_.for_each_with(ys_, [&](const V& x, const V& y) {
            sums.xx += (x - mean_x) * (x - mean_x);
            sums.yy += (y - mean_y) * (y - mean_y);
            sums.xy += (x - mean_x) * (y - mean_y);
        });
        return sums;
    }

private:
    V mean_of(const Ring<V>& values) const {
        V total = 0.0;
        values.for_each([&](const V& value) { total += value; });
        return total / period_;
    }
    Ring<V> xs_;
    Ring<V> ys_;
    double period_;
};

template <class V>
class Correlation {
public:
    static constexpr std::array parameters{period(30, 2)};
    static constexpr Description description{.name = "correl",
                                             .summary = "correlation of two series, -1 to 1",
                                             .formula =
                                                 "Pearson's r of the last period pairs; 0 where one does not move",
                                             .source = "TA-Lib CORREL",
                                             .inputs = two_series_required,
                                             .parameters = parameters,
                                             .outputs = one_output};
    explicit Correlation(Parameters p) : pairs_(count_of(p[0])) {}
    std::size_t lookback() const { return pairs_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& x, const V& y) { pairs_.push(x, y); }
    V value() const {
        const typename PairSums<V>::Sums sums = pairs_.sums();
        return ratio_or_zero(sums.xy, square_root(sums.xx * sums.yy));
    }

private:
    PairSums<V> pairs_;
};

template <class V>
class Beta {
public:
    static constexpr std::array parameters{period(5)};
    static constexpr Description description{
        .name = "beta",
        .summary = "how the second series moves with the first",
        .formula = "covariance of the returns of x and y / variance of the returns of x; 0 where x does not move",
        .source = "TA-Lib BETA",
        .inputs = two_series_required,
        .parameters = parameters,
        .outputs = one_output};
    explicit Beta(Parameters p) : returns_(count_of(p[0])) {}
    std::size_t lookback() const { return returns_.lookback() + 1; }
    std::size_t settling() const { return 0; }
    void push(const V& x, const V& y) {
        returns_.push(ratio(x - x_, x_), ratio(y - y_, y_));
        x_ = x;
        y_ = y;
    }
    V value() const {
        const typename PairSums<V>::Sums sums = returns_.sums();
        return ratio_or_zero(sums.xy, sums.xx);
    }

private:
    PairSums<V> returns_;
    V x_ = unknown;
    V y_ = unknown;
};

} // namespace tradesh::indicators
