#pragma once

#include "core/indicators/description.hpp"
#include "core/indicators/unknown.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Every indicator we know: what the expression checker enforces, what `help indicators` prints, and how it is
/// computed, over a whole series, bar by bar as they come, or over eight series at a time (lanes.hpp).
///
/// An indicator is written once (arithmetic.hpp); all three ways give the same bits.
namespace tradesh::indicators {

/// An indicator of one series that takes one bar after the other.
class Running {
public:
    Running() = default;
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    virtual ~Running() = default;

    /// Takes the next bar, one value per input, and gives the value of each output on it. It takes the same time
    /// however long the series is.
    virtual void update(std::span<const double> inputs, std::span<double> outputs) = 0;
    /// Another one in the same state.
    virtual std::unique_ptr<Running> clone() const = 0;
};

struct Indicator : Description {
    /// Its place among the kernels of the instruction sets.
    std::size_t kernel;
    /// How many bars come before the first value.
    std::size_t (*lookback)(Parameters parameters);
    /// How many more bars until what came before the series weighs less than 1e-9 in the value; see Memory.
    std::size_t (*settling)(Parameters parameters);
    std::unique_ptr<Running> (*start)(Parameters parameters);
    /// Use `compute`.
    void (*batch)(std::span<const std::span<const double>> inputs, Parameters parameters,
                  std::span<const std::span<double>> outputs);
};

/// All indicators, by name.
std::span<const Indicator> catalogue();
/// The indicator of that lower-case name or of another name for it ("bollingerbands", "rsi:wilder"); null when there is
/// none.
const Indicator* find_indicator(std::string_view name);

/// Its other names.
std::vector<std::string_view> other_names(const Indicator& indicator);

/// How it is called, usual values included: "sma(series = close, period = 20)".
std::string signature(const Indicator& indicator);

/// Fills `outputs` (one per output of the indicator, each as long as the inputs). Inputs may hold unknown values; the
/// indicator starts again, warm-up included, after each of them, because a value across a hole would be made up.
/// Parameters must be within their ranges.
void compute(const Indicator& indicator, std::span<const std::span<const double>> inputs, Parameters parameters,
             std::span<const std::span<double>> outputs);

} // namespace tradesh::indicators
