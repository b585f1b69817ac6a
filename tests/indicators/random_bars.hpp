#pragma once

#include "core/indicators/catalogue.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <string_view>
#include <vector>

namespace tradesh::test {

/// A series of bars that are possible: in cents, with ties, flat bars and bars without trades.
struct RandomBars {
    std::array<std::vector<double>, indicators::columns.size()> columns;

    RandomBars(std::size_t bars, std::uint32_t seed) {
        std::mt19937 random(seed);
        const auto draw = [&](double least, double most) {
            return std::uniform_real_distribution(least, most)(random);
        };
        double price = draw(20, 200);
        for (std::size_t i = 0; i < bars; ++i) {
            const double open = cents(price * draw(0.995, 1.005));
            const double close = i % 41 == 40 ? open : cents(open * draw(0.97, 1.0305));
            const bool dead = i % 67 == 66;
            const double high = dead ? close : cents(std::max(open, close) * draw(1, 1.01));
            const double low = dead ? close : cents(std::min(open, close) * draw(0.99, 1));
            const std::array<double, 5> bar{dead ? close : open, high, low, close, dead ? 0 : std::floor(draw(1, 1e6))};
            for (std::size_t column = 0; column < bar.size(); ++column) {
                columns[column].push_back(bar[column]);
            }
            price = close;
        }
    }

    std::size_t size() const { return columns[0].size(); }
    /// The bar is not known.
    void forget(std::size_t bar) {
        for (std::vector<double>& column : columns) {
            column[bar] = indicators::unknown;
        }
    }
    RandomBars last(std::size_t bars) const {
        RandomBars part = *this;
        for (std::vector<double>& column : part.columns) {
            column.erase(column.begin(), column.end() - static_cast<std::ptrdiff_t>(bars));
        }
        return part;
    }

private:
    static double cents(double price) { return std::max(1.0, std::round(price * 100) / 100); }
};

/// What an indicator reads of the bars: its usual columns; close and open where it has none.
inline std::vector<std::span<const double>> inputs_of(const indicators::Indicator& indicator, const RandomBars& bars) {
    std::vector<std::span<const double>> inputs;
    for (const indicators::Input& input : indicator.inputs) {
        const indicators::Column other = input.name == "y" ? indicators::Column::open : indicators::Column::close;
        inputs.emplace_back(bars.columns[index_of(input.usual.value_or(other))]);
    }
    return inputs;
}

inline std::vector<double> usual_parameters(const indicators::Indicator& indicator) {
    std::vector<double> parameters;
    for (const indicators::Parameter& parameter : indicator.parameters) {
        parameters.push_back(parameter.usual);
    }
    return parameters;
}

/// Parameters within their ranges, counts short.
inline std::vector<double> random_parameters(const indicators::Indicator& indicator, std::mt19937& random) {
    std::vector<double> parameters;
    for (const indicators::Parameter& parameter : indicator.parameters) {
        const double most = std::min(parameter.most, parameter.whole ? 30.0 : parameter.usual * 2);
        const double value = std::uniform_real_distribution(parameter.least, most)(random);
        parameters.push_back(parameter.whole ? std::round(value) : value);
    }
    return parameters;
}

/// One series per output.
inline std::vector<std::vector<double>> compute_all(const indicators::Indicator& indicator, const RandomBars& bars,
                                                    const std::vector<double>& parameters) {
    std::vector<std::vector<double>> values(indicator.outputs.size(), std::vector<double>(bars.size()));
    const std::vector<std::span<double>> outputs(values.begin(), values.end());
    indicators::compute(indicator, inputs_of(indicator, bars), parameters, outputs);
    return values;
}

} // namespace tradesh::test
