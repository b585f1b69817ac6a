#pragma once

#include "core/indicators/column.hpp"
#include "core/indicators/unknown.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Every indicator we know, as data: what the expression checker enforces and what `help indicators` prints.
namespace tradesh::indicators {

/// A series that an indicator reads.
struct Input {
    std::string_view name;
    std::optional<Column> usual; ///< taken when the user names none; without one the series must be given
};

/// A constant that an indicator is given.
struct Parameter {
    std::string_view name;
    double usual; ///< taken when the user gives none
    double least;
    double most;
    bool whole; ///< a count: fractions are refused
};

struct Indicator {
    std::string_view name; ///< as it is written in expressions, lower case
    std::string_view summary;
    std::string_view formula;
    std::string_view source; ///< whose definition it follows
    std::span<const Input> inputs;
    std::span<const Parameter> parameters;
    std::span<const std::string_view> outputs;

    /// How many bars come before the first value.
    std::size_t (*lookback)(std::span<const double> parameters);
    /// How many more bars until what came before the series weighs less than 1e-9 in the value. 0 for indicators of a
    /// window; recursive ones (ema, rsi) depend on where the series starts, and this says for how long.
    std::size_t (*settling)(std::span<const double> parameters);
    /// The batch kernel: known values in, every output written. Use `compute`.
    void (*kernel)(std::span<const std::span<const double>> inputs, std::span<const double> parameters,
                   std::span<const std::span<double>> outputs);
};

/// All indicators, by name.
std::span<const Indicator> catalogue();
/// The indicator of that lower-case name; null when there is none.
const Indicator* find_indicator(std::string_view name);

/// How it is called, usual values included: "sma(series = close, period = 20)".
std::string signature(const Indicator& indicator);

/// Fills `outputs` (one per output of the indicator, each as long as the inputs). Inputs may hold unknown values; the
/// indicator starts again, warm-up included, after each of them, because a value across a hole would be made up.
/// Parameters must be within their ranges.
void compute(const Indicator& indicator, std::span<const std::span<const double>> inputs,
             std::span<const double> parameters, std::span<const std::span<double>> outputs);

} // namespace tradesh::indicators
