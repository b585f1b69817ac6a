#include "core/indicators/catalogue.hpp"

#include "core/indicators/extreme.hpp"
#include "core/indicators/moving_average.hpp"
#include "core/indicators/relative_strength.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace tradesh::indicators {
namespace {

using Inputs = std::span<const std::span<const double>>;
using Parameters = std::span<const double>;
using Outputs = std::span<const std::span<double>>;
using WindowKernel = void (*)(std::span<const double>, std::size_t, std::span<double>);

constexpr double period_max = 10'000;
constexpr std::array<std::string_view, 1> one_output{"value"};
constexpr std::array<Input, 1> series_or_close{{{"series", Column::close}}};
constexpr std::array<Input, 1> series_required{{{"series", std::nullopt}}};
constexpr std::array<Parameter, 1> period_20{{{"period", 20, 1, period_max, true}}};
constexpr std::array<Parameter, 1> period_14{{{"period", 14, 2, period_max, true}}};

std::size_t period_of(Parameters parameters) { return static_cast<std::size_t>(parameters[0]); }
std::size_t one_less_than_period(Parameters parameters) { return period_of(parameters) - 1; }
std::size_t whole_period(Parameters parameters) { return period_of(parameters); }
std::size_t no_settling(Parameters) { return 0; }

/// Bars until (1 - weight)^bars < 1e-9.
std::size_t bars_to_forget(double weight) {
    return weight >= 1.0 ? 0 : static_cast<std::size_t>(std::ceil(std::log(1e-9) / std::log1p(-weight)));
}
std::size_t settling_of_ema(Parameters parameters) { return bars_to_forget(2.0 / (parameters[0] + 1.0)); }
std::size_t settling_of_wilder(Parameters parameters) { return bars_to_forget(1.0 / parameters[0]); }

template <WindowKernel kernel>
void with_period(Inputs inputs, Parameters parameters, Outputs outputs) {
    kernel(inputs[0], period_of(parameters), outputs[0]);
}

constexpr std::array<Indicator, 5> all{{
    {.name = "ema",
     .summary = "exponential moving average",
     .formula = "ema = previous + (x - previous) * 2 / (period + 1), starting from the sma of the first period values",
     .source = "TA-Lib EMA",
     .inputs = series_or_close,
     .parameters = period_20,
     .outputs = one_output,
     .lookback = one_less_than_period,
     .settling = settling_of_ema,
     .kernel = with_period<ema>},
    {.name = "highest",
     .summary = "greatest value of the last bars",
     .formula = "max of the last period values",
     .source = "TA-Lib MAX",
     .inputs = series_required,
     .parameters = period_20,
     .outputs = one_output,
     .lookback = one_less_than_period,
     .settling = no_settling,
     .kernel = with_period<highest>},
    {.name = "lowest",
     .summary = "least value of the last bars",
     .formula = "min of the last period values",
     .source = "TA-Lib MIN",
     .inputs = series_required,
     .parameters = period_20,
     .outputs = one_output,
     .lookback = one_less_than_period,
     .settling = no_settling,
     .kernel = with_period<lowest>},
    {.name = "rsi",
     .summary = "relative strength index (Wilder), 0 to 100",
     .formula = "100 * gain / (gain + loss), both smoothed: first the mean of period changes, "
                "then (previous * (period - 1) + new) / period; 0 where nothing moved",
     .source = "TA-Lib RSI; J. Welles Wilder, New Concepts in Technical Trading Systems (1978)",
     .inputs = series_or_close,
     .parameters = period_14,
     .outputs = one_output,
     .lookback = whole_period,
     .settling = settling_of_wilder,
     .kernel = with_period<rsi>},
    {.name = "sma",
     .summary = "simple moving average",
     .formula = "mean of the last period values",
     .source = "TA-Lib SMA",
     .inputs = series_or_close,
     .parameters = period_20,
     .outputs = one_output,
     .lookback = one_less_than_period,
     .settling = no_settling,
     .kernel = with_period<sma>},
}};

/// The first index from `begin` on at which every input is known (wanted = true) or one is not (wanted = false).
std::size_t next_bar(Inputs inputs, std::size_t begin, bool wanted) {
    const std::size_t size = inputs[0].size();
    const auto known_at = [&](std::size_t i) {
        return std::ranges::none_of(inputs, [i](std::span<const double> input) { return std::isnan(input[i]); });
    };
    while (begin < size && known_at(begin) != wanted) {
        ++begin;
    }
    return begin;
}

} // namespace

std::span<const Indicator> catalogue() { return all; }

const Indicator* find_indicator(std::string_view name) {
    const auto found = std::ranges::find(all, name, &Indicator::name);
    return found == all.end() ? nullptr : &*found;
}

std::string signature(const Indicator& indicator) {
    std::string text(indicator.name);
    std::string_view separator = "(";
    for (const Input& input : indicator.inputs) {
        text.append(separator).append(input.name);
        if (input.usual) {
            text.append(" = ").append(name_of(*input.usual));
        }
        separator = ", ";
    }
    for (const Parameter& parameter : indicator.parameters) {
        std::string usual = std::to_string(parameter.usual);
        usual.erase(usual.find_last_not_of('0') + 1);
        usual.erase(usual.find_last_not_of('.') + 1);
        text.append(separator).append(parameter.name).append(" = ").append(usual);
        separator = ", ";
    }
    return text + ")";
}

void compute(const Indicator& indicator, Inputs inputs, Parameters parameters, Outputs outputs) {
    for (const std::span<double> output : outputs) {
        std::ranges::fill(output, unknown);
    }
    std::vector<std::span<const double>> run_inputs(inputs.size());
    std::vector<std::span<double>> run_outputs(outputs.size());
    const std::size_t size = inputs[0].size();
    for (std::size_t begin = next_bar(inputs, 0, true); begin < size;) {
        const std::size_t end = next_bar(inputs, begin, false);
        const auto part = [&](auto series) { return series.subspan(begin, end - begin); };
        std::ranges::transform(inputs, run_inputs.begin(), part);
        std::ranges::transform(outputs, run_outputs.begin(), part);
        indicator.kernel(run_inputs, parameters, run_outputs);
        begin = next_bar(inputs, end, true);
    }
}

} // namespace tradesh::indicators
