#include "core/indicators/relative_strength.hpp"

#include "core/indicators/unknown.hpp"

#include <algorithm>

namespace tradesh::indicators {
namespace {

double strength(double gain, double loss) {
    const double both = gain + loss;
    return both == 0.0 ? 0.0 : 100.0 * (gain / both);
}

} // namespace

void rsi(std::span<const double> in, std::size_t period, std::span<double> out) {
    std::ranges::fill(out.first(std::min(period, in.size())), unknown);
    if (in.size() <= period) {
        return;
    }
    const auto count = static_cast<double>(period);
    double gain = 0.0;
    double loss = 0.0;
    for (std::size_t i = 1; i <= period; ++i) {
        const double change = in[i] - in[i - 1];
        gain += std::max(change, 0.0);
        loss += std::max(-change, 0.0);
    }
    gain /= count;
    loss /= count;
    out[period] = strength(gain, loss);
    for (std::size_t i = period + 1; i < in.size(); ++i) {
        const double change = in[i] - in[i - 1];
        gain = (gain * (count - 1.0) + std::max(change, 0.0)) / count;
        loss = (loss * (count - 1.0) + std::max(-change, 0.0)) / count;
        out[i] = strength(gain, loss);
    }
}

} // namespace tradesh::indicators
