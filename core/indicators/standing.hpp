#pragma once

#include "core/indicators/moving_average.hpp"
#include "core/indicators/sorted_window.hpp"

/// Where a value stands among the last ones.
namespace tradesh::indicators {

/// What all indicators of a window have in common: they know a value once the window is full, and nothing of what left
/// it.
template <class V, class Window>
class OfWindow {
public:
    std::size_t lookback() const { return window_.size() - 1; }
    std::size_t settling() const { return 0; }
    void push(const V& x) { window_.push(x); }
    void pass(const V&) {}
    std::size_t overlap() const { return lookback(); }

protected:
    explicit OfWindow(std::size_t size) : window_(size) {}
    Window window_;
};

/// The last `size` values; one that is unknown makes every count of them unknown.
template <class V>
class WindowComparison {
public:
    explicit WindowComparison(std::size_t size) : values_(size) {}

    std::size_t size() const { return values_.size(); }
    void push(const V& x) {
        values_.replace(x);
        newest_ = x;
    }
    /// How many of them, the newest itself included, stand to the newest as `holds` says.
    template <class Holds>
    V count(Holds holds) const {
        V count = 0.0;
        values_.for_each([&](const V& x) { count += known_with(x, choose(holds(x, newest_), V(1.0), V(0.0))); });
        return count;
    }

private:
    Ring<V> values_;
    V newest_ = unknown;
};

template <class V>
class Rank : public OfWindow<V, WindowComparison<V>> {
public:
    static constexpr Description description{.name = "rank",
                                             .summary = "place of the value among the last bars, 1 for the highest",
                                             .formula = "1 + number of the last period values that are greater",
                                             .source = "the definition; equal values share the better place",
                                             .inputs = series_or_close,
                                             .parameters = period_20,
                                             .outputs = one_output};
    explicit Rank(Parameters p) : Rank::OfWindow(count_of(p[0])) {}
    V value() const {
        return this->window_.count([](const V& x, const V& newest) { return x > newest; }) + 1.0;
    }
};

template <class V>
class Percentile : public OfWindow<V, WindowComparison<V>> {
public:
    static constexpr Description description{.name = "percentile",
                                             .summary = "share of the bars before that were lower, 0 to 100",
                                             .formula =
                                                 "100 * number of the period values before that are smaller / period",
                                             .source = "the definition, as brokers give the percentile of a volatility",
                                             .inputs = series_or_close,
                                             .parameters = period_20,
                                             .outputs = one_output};
    explicit Percentile(Parameters p) : Percentile::OfWindow(count_of(p[0]) + 1), period_(p[0]) {}
    V value() const {
        return this->window_.count([](const V& x, const V& newest) { return x < newest; }) / period_ * 100.0;
    }

private:
    double period_;
};

template <class V>
class PercentRank : public OfWindow<V, WindowComparison<V>> {
public:
    static constexpr Description description{
        .name = "percent_rank",
        .summary = "share of the bars before that were not higher, 0 to 100",
        .formula = "100 * number of the period values before that are not greater / period",
        .source = "TradingView ta.percentrank",
        .inputs = series_or_close,
        .parameters = period_20,
        .outputs = one_output};
    explicit PercentRank(Parameters p) : PercentRank::OfWindow(count_of(p[0]) + 1), period_(p[0]) {}
    V value() const {
        // The newest is not greater than itself.
        const V count = this->window_.count([](const V& x, const V& newest) { return x <= newest; }) - 1.0;
        return count / period_ * 100.0;
    }

private:
    double period_;
};

template <class V>
class Quantile : public OfWindow<V, SortedWindow<V>> {
public:
    static constexpr std::array parameters{period(20), factor("percent", 50, 0, 100)};
    static constexpr Description description{
        .name = "quantile",
        .summary = "value below which so many percent of the last bars lie; the median at 50",
        .formula = "the last period values in order: the one at place (period - 1) * percent / 100, "
                   "counted from 0, on the line between two",
        .source = "pandas rolling.quantile (linear); Hyndman and Fan (1996), type 7",
        .inputs = series_or_close,
        .parameters = parameters,
        .outputs = one_output};
    explicit Quantile(Parameters p) : Quantile::OfWindow(count_of(p[0])), place_((p[0] - 1.0) * p[1] / 100.0) {}
    V value() const { return this->window_.at(place_); }

private:
    double place_;
};

} // namespace tradesh::indicators
