#pragma once

#include "core/indicators/arithmetic.hpp"
#include "core/indicators/description.hpp"

/// One price for a bar.
namespace tradesh::indicators {

/// A price of the bar alone: known at once, remembered not at all.
template <class V>
class BarPrice {
public:
    explicit BarPrice(Parameters) {}
    std::size_t lookback() const { return 0; }
    std::size_t settling() const { return 0; }
    V value() const { return price_; }

protected:
    V price_ = unknown;
};

template <class V>
class AveragePrice : public BarPrice<V> {
public:
    static constexpr Description description{.name = "avgprice",
                                             .summary = "average price of a bar",
                                             .formula = "(open + high + low + close) / 4",
                                             .source = "TA-Lib AVGPRICE",
                                             .inputs = open_high_low_close,
                                             .parameters = {},
                                             .outputs = one_output};
    using BarPrice<V>::BarPrice;
    void push(const V& open, const V& high, const V& low, const V& close) {
        this->price_ = (open + high + low + close) / 4.0;
    }
};

template <class V>
class MedianPrice : public BarPrice<V> {
public:
    static constexpr Description description{.name = "medprice",
                                             .summary = "middle of a bar",
                                             .formula = "(high + low) / 2",
                                             .source = "TA-Lib MEDPRICE",
                                             .inputs = high_low,
                                             .parameters = {},
                                             .outputs = one_output};
    using BarPrice<V>::BarPrice;
    void push(const V& high, const V& low) { this->price_ = (high + low) / 2.0; }
};

template <class V>
class TypicalPrice : public BarPrice<V> {
public:
    static constexpr Description description{.name = "typprice",
                                             .summary = "typical price of a bar",
                                             .formula = "(high + low + close) / 3",
                                             .source = "TA-Lib TYPPRICE",
                                             .inputs = high_low_close,
                                             .parameters = {},
                                             .outputs = one_output};
    using BarPrice<V>::BarPrice;
    void push(const V& high, const V& low, const V& close) { this->price_ = (high + low + close) / 3.0; }
};

template <class V>
class WeightedClose : public BarPrice<V> {
public:
    static constexpr Description description{.name = "wclprice",
                                             .summary = "weighted close of a bar",
                                             .formula = "(high + low + 2 * close) / 4",
                                             .source = "TA-Lib WCLPRICE",
                                             .inputs = high_low_close,
                                             .parameters = {},
                                             .outputs = one_output};
    using BarPrice<V>::BarPrice;
    void push(const V& high, const V& low, const V& close) { this->price_ = (high + low + close * 2.0) / 4.0; }
};

} // namespace tradesh::indicators
