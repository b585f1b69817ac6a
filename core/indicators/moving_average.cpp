#include "core/indicators/moving_average.hpp"

#include "core/indicators/unknown.hpp"

#include <algorithm>
#include <numeric>

namespace tradesh::indicators {

void sma(std::span<const double> in, std::size_t period, std::span<double> out) {
    const std::size_t warm_up = std::min(period - 1, in.size());
    std::ranges::fill(out.first(warm_up), unknown);
    const auto count = static_cast<double>(period);
    double sum = 0.0;
    for (std::size_t i = warm_up; i < in.size(); ++i) {
        // A running sum keeps the rounding of every value that ever passed. Adding up afresh once a period costs the
        // same on average and lets the trace of a spike die with it.
        if ((i - warm_up) % period == 0) {
            const auto window = in.subspan(i - warm_up, period);
            sum = std::accumulate(window.begin(), window.end(), 0.0);
        } else {
            sum += in[i] - in[i - period];
        }
        out[i] = sum / count;
    }
}

void ema(std::span<const double> in, std::size_t period, std::span<double> out) {
    const std::size_t warm_up = std::min(period - 1, in.size());
    std::ranges::fill(out.first(warm_up), unknown);
    if (in.size() < period) {
        return;
    }
    const auto first = in.first(period);
    const double weight = 2.0 / static_cast<double>(period + 1);
    double average = std::accumulate(first.begin(), first.end(), 0.0) / static_cast<double>(period);
    out[warm_up] = average;
    for (std::size_t i = period; i < in.size(); ++i) {
        average += (in[i] - average) * weight;
        out[i] = average;
    }
}

} // namespace tradesh::indicators
