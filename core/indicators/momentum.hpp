#pragma once

#include "core/indicators/cascaded_average.hpp"
#include "core/indicators/window_range.hpp"

/// How far a value has moved.
namespace tradesh::indicators {

inline constexpr std::array period_10{period(10)};

/// A value and the one `period` bars before.
template <class V>
class Change {
public:
    explicit Change(Parameters p) : before_(count_of(p[0])), bars_(count_of(p[0])) {}
    std::size_t lookback() const { return bars_; }
    std::size_t settling() const { return 0; }
    void push(const V& x) {
        before_.push(x);
        now_ = x;
    }
    V now() const { return now_; }
    V before() const { return before_.value(); }

private:
    Lag<V> before_;
    std::size_t bars_;
    V now_ = unknown;
};

template <class V>
class Momentum : public Change<V> {
public:
    static constexpr Description description{.name = "mom",
                                             .summary = "momentum",
                                             .formula = "x - x[period]",
                                             .source = "TA-Lib MOM",
                                             .inputs = series_or_close,
                                             .parameters = period_10,
                                             .outputs = one_output};
    using Change<V>::Change;
    V value() const { return this->now() - this->before(); }
};

template <class V>
class RateOfChange : public Change<V> {
public:
    static constexpr Description description{.name = "roc",
                                             .summary = "rate of change, in percent",
                                             .formula = "100 * (x / x[period] - 1)",
                                             .source = "TA-Lib ROC",
                                             .inputs = series_or_close,
                                             .parameters = period_10,
                                             .outputs = one_output};
    using Change<V>::Change;
    V value() const { return (ratio(this->now(), this->before()) - 1.0) * 100.0; }
};

template <class V>
class RateOfChangeFraction : public Change<V> {
public:
    static constexpr Description description{.name = "rocp",
                                             .summary = "rate of change, as a fraction",
                                             .formula = "(x - x[period]) / x[period]",
                                             .source = "TA-Lib ROCP, Tulip ROC",
                                             .inputs = series_or_close,
                                             .parameters = period_10,
                                             .outputs = one_output};
    using Change<V>::Change;
    V value() const { return ratio(this->now() - this->before(), this->before()); }
};

template <class V>
class RateOfChangeRatio : public Change<V> {
public:
    static constexpr Description description{.name = "rocr",
                                             .summary = "rate of change, as a ratio",
                                             .formula = "x / x[period]",
                                             .source = "TA-Lib ROCR",
                                             .inputs = series_or_close,
                                             .parameters = period_10,
                                             .outputs = one_output};
    using Change<V>::Change;
    V value() const { return ratio(this->now(), this->before()); }
};

template <class V>
class Trix {
public:
    static constexpr std::array parameters{period(15)};
    static constexpr Description description{.name = "trix",
                                             .summary = "rate of change of a triple exponential average, in percent",
                                             .formula = "100 * (e / e[1] - 1), e = ema(ema(ema(x)))",
                                             .source = "TA-Lib TRIX",
                                             .inputs = series_or_close,
                                             .parameters = parameters,
                                             .outputs = one_output,
                                             .memory = Memory::fading};
    explicit Trix(Parameters p) : averages_(count_of(p[0])) {}
    std::size_t lookback() const { return averages_.lookback() + 1; }
    std::size_t settling() const { return averages_.settling(); }
    void push(const V& x) {
        previous_ = averages_.value(2);
        averages_.push(x);
    }
    V value() const { return (ratio(averages_.value(2), previous_) - 1.0) * 100.0; }

private:
    EmaCascade<V, 3> averages_;
    V previous_ = unknown;
};

template <class V>
class Cci {
public:
    static constexpr Description description{
        .name = "cci",
        .summary = "commodity channel index",
        .formula = "(tp - sma(tp)) / (0.015 * mean of |tp - sma(tp)|), tp = (high + low + close) / 3; "
                   "0 where nothing moved",
        .source = "TA-Lib CCI; Donald Lambert (1980)",
        .inputs = high_low_close,
        .parameters = period_20,
        .outputs = one_output};
    explicit Cci(Parameters p) : sum_(count_of(p[0])), prices_(count_of(p[0])) {}
    std::size_t lookback() const { return sum_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& high, const V& low, const V& close) {
        price_ = (high + low + close) / 3.0;
        sum_.push(price_);
        prices_.replace(price_);
    }
    V value() const {
        const V mean = sum_.mean();
        V distances = 0.0;
        prices_.for_each([&](const V& price) { distances += absolute(price - mean); });
        return ratio_or_zero(price_ - mean, distances / sum_.period() * 0.015);
    }

private:
    WindowSum<V> sum_;
    Ring<V> prices_;
    V price_ = unknown;
};

template <class V>
class UltimateOscillator {
public:
    static constexpr std::array parameters{period(7, 1, "short"), period(14, 1, "middle"), period(28, 1, "long")};
    static constexpr Description description{
        .name = "ultosc",
        .summary = "ultimate oscillator, 0 to 100",
        .formula = "100 * (4 * s1 + 2 * s2 + s3) / 7, s = sum(close - min(low, close[1])) / sum(true range) over each "
                   "period, shortest first",
        .source = "TA-Lib ULTOSC; Larry Williams",
        .inputs = high_low_close,
        .parameters = parameters,
        .outputs = one_output};
    explicit UltimateOscillator(Parameters p) : sums_(make(p)) {}
    std::size_t lookback() const { return sums_[2].range.lookback() + 1; }
    std::size_t settling() const { return 0; }
    void push(const V& high, const V& low, const V& close) {
        const V bottom = min_of(low, close_);
        const V top = max_of(high, close_);
        // The one before is unknown: then so is what is summed.
        const V pressure = known_with(close_, close - bottom);
        const V range = known_with(close_, top - bottom);
        for (Sums& sums : sums_) {
            sums.pressure.push(pressure);
            sums.range.push(range);
        }
        close_ = close;
    }
    V value() const {
        const auto strength = [](const Sums& s) { return ratio_or_zero(s.pressure.value(), s.range.value()); };
        return (strength(sums_[0]) * 4.0 + strength(sums_[1]) * 2.0 + strength(sums_[2])) / 7.0 * 100.0;
    }

private:
    struct Sums {
        explicit Sums(double period) : pressure(count_of(period)), range(count_of(period)) {}
        WindowSum<V> pressure;
        WindowSum<V> range;
    };
    static std::array<Sums, 3> make(Parameters p) {
        std::array<double, 3> periods{p[0], p[1], p[2]};
        std::ranges::sort(periods);
        return {Sums(periods[0]), Sums(periods[1]), Sums(periods[2])};
    }
    std::array<Sums, 3> sums_;
    V close_ = unknown;
};

inline constexpr std::array period_14{period(14)};

template <class V>
class Aroon {
public:
    static constexpr std::array<std::string_view, 2> outputs{"up", "down"};
    static constexpr Description description{
        .name = "aroon",
        .summary = "aroon, 0 to 100: how long ago the extremes were",
        .formula = "100 * (period - bars since the highest high, or lowest low, of period + 1 bars) / period; "
                   "the latest of equals counts",
        .source = "TA-Lib AROON; Tushar Chande (1995)",
        .inputs = high_low,
        .parameters = period_14,
        .outputs = outputs};
    explicit Aroon(Parameters p) : ages_(count_of(p[0]) + 1), period_(p[0]) {}
    std::size_t lookback() const { return count_of(period_); }
    std::size_t settling() const { return 0; }
    void push(const V& high, const V& low) { ages_.push(high, low); }
    std::array<V, 2> values() const {
        return {(period_ - ages_.of_highest()) / period_ * 100.0, (period_ - ages_.of_lowest()) / period_ * 100.0};
    }

private:
    ExtremeAge<V> ages_;
    double period_;
};

template <class V>
class AroonOscillator {
public:
    static constexpr Description description{.name = "aroonosc",
                                             .summary = "aroon oscillator, -100 to 100",
                                             .formula = "aroon.up - aroon.down",
                                             .source = "TA-Lib AROONOSC",
                                             .inputs = high_low,
                                             .parameters = period_14,
                                             .outputs = one_output};
    explicit AroonOscillator(Parameters p) : aroon_(p) {}
    std::size_t lookback() const { return aroon_.lookback(); }
    std::size_t settling() const { return 0; }
    void push(const V& high, const V& low) { aroon_.push(high, low); }
    V value() const {
        const std::array<V, 2> sides = aroon_.values();
        return sides[0] - sides[1];
    }

private:
    Aroon<V> aroon_;
};

template <class V>
class BalanceOfPower {
public:
    static constexpr Description description{.name = "bop",
                                             .summary = "balance of power, -1 to 1",
                                             .formula = "(close - open) / (high - low); 0 where there is no range",
                                             .source = "TA-Lib BOP",
                                             .inputs = open_high_low_close,
                                             .parameters = {},
                                             .outputs = one_output};
    explicit BalanceOfPower(Parameters) {}
    std::size_t lookback() const { return 0; }
    std::size_t settling() const { return 0; }
    void push(const V& open, const V& high, const V& low, const V& close) {
        value_ = ratio_or_zero(close - open, high - low);
    }
    V value() const { return value_; }

private:
    V value_ = unknown;
};

} // namespace tradesh::indicators
