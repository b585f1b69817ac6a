#pragma once

#include "core/indicators/momentum.hpp"
#include "core/indicators/window_sum.hpp"

#include <numbers>

/// The straight line that fits the last values best (least squares).
namespace tradesh::indicators {

inline constexpr std::array regression_parameters{period(14, 2)};

/// The line through x at 0 (the oldest) to period - 1 (the newest).
template <class V>
class RegressionLine {
public:
    explicit RegressionLine(Parameters p) : sums_(count_of(p[0])), middle_((p[0] - 1.0) / 2.0) {
        squares_ =
            p[0] * (p[0] * p[0] - 1.0) / 12.0; // sum of the squared distances of 0 .. period - 1 from their middle
    }
    std::size_t lookback() const { return sums_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& x) { sums_.push(x); }
    V slope() const { return (sums_.weighted() - sums_.sum() * (middle_ + 1.0)) / squares_; }
    /// On the line, so many bars after the newest.
    V ahead(double bars) const { return sums_.sum() / sums_.period() + slope() * (middle_ + bars); }
    V start() const { return sums_.sum() / sums_.period() - slope() * middle_; }

private:
    WeightedSum<V> sums_;
    double middle_;
    double squares_;
};

template <class V>
class LinearRegression : public RegressionLine<V> {
public:
    static constexpr Description description{.name = "linearreg",
                                             .summary = "end of the regression line",
                                             .formula =
                                                 "value of the least-squares line of the last period values, today",
                                             .source = "TA-Lib LINEARREG",
                                             .inputs = series_or_close,
                                             .parameters = regression_parameters,
                                             .outputs = one_output};
    using RegressionLine<V>::RegressionLine;
    V value() const { return this->ahead(0.0); }
};

template <class V>
class TimeSeriesForecast : public RegressionLine<V> {
public:
    static constexpr Description description{.name = "tsf",
                                             .summary = "time series forecast: the regression line one bar ahead",
                                             .formula =
                                                 "value of the least-squares line of the last period values, one "
                                                 "bar after today",
                                             .source = "TA-Lib TSF",
                                             .inputs = series_or_close,
                                             .parameters = regression_parameters,
                                             .outputs = one_output};
    using RegressionLine<V>::RegressionLine;
    V value() const { return this->ahead(1.0); }
};

template <class V>
class LinearRegressionSlope : public RegressionLine<V> {
public:
    static constexpr Description description{.name = "linearreg_slope",
                                             .summary = "slope of the regression line, per bar",
                                             .formula = "slope of the least-squares line of the last period values",
                                             .source = "TA-Lib LINEARREG_SLOPE",
                                             .inputs = series_or_close,
                                             .parameters = regression_parameters,
                                             .outputs = one_output};
    using RegressionLine<V>::RegressionLine;
    V value() const { return this->slope(); }
};

template <class V>
class LinearRegressionAngle : public RegressionLine<V> {
public:
    static constexpr Description description{.name = "linearreg_angle",
                                             .summary = "angle of the regression line, in degrees",
                                             .formula = "atan(linearreg_slope) * 180 / pi",
                                             .source = "TA-Lib LINEARREG_ANGLE",
                                             .inputs = series_or_close,
                                             .parameters = regression_parameters,
                                             .outputs = one_output};
    using RegressionLine<V>::RegressionLine;
    V value() const {
        return each_lane(this->slope(), [](double slope) { return std::atan(slope); }) * (180.0 / std::numbers::pi);
    }
};

template <class V>
class LinearRegressionIntercept : public RegressionLine<V> {
public:
    static constexpr Description description{.name = "linearreg_intercept",
                                             .summary = "start of the regression line",
                                             .formula =
                                                 "value of the least-squares line at the oldest of the last period "
                                                 "values",
                                             .source = "TA-Lib LINEARREG_INTERCEPT",
                                             .inputs = series_or_close,
                                             .parameters = regression_parameters,
                                             .outputs = one_output};
    using RegressionLine<V>::RegressionLine;
    V value() const { return this->start(); }
};

} // namespace tradesh::indicators
