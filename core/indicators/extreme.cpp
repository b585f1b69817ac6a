#include "core/indicators/extreme.hpp"

#include "core/indicators/unknown.hpp"

#include <algorithm>
#include <vector>

namespace tradesh::indicators {
namespace {

/// Cuts the series into blocks of `period`. A window is the end of one block and the start of the next, so its extreme
/// is the better of a running extreme from the right and one from the left: a fixed cost per bar for any period
/// (van Herk 1992, Gil and Werman 1993).
template <class Better>
void window_extreme(std::span<const double> in, std::size_t period, std::span<double> out, Better better) {
    const std::size_t size = in.size();
    std::ranges::fill(out.first(std::min(period - 1, size)), unknown);
    if (size < period) {
        return;
    }
    std::vector<double> from_right(in.begin(), in.end());
    for (std::size_t i = size - 1; i-- > 0;) {
        if ((i + 1) % period != 0) {
            from_right[i] = better(in[i], from_right[i + 1]);
        }
    }
    double from_left = 0.0;
    for (std::size_t i = 0; i < size; ++i) {
        from_left = i % period == 0 ? in[i] : better(from_left, in[i]);
        if (i + 1 >= period) {
            out[i] = better(from_right[i + 1 - period], from_left);
        }
    }
}

} // namespace

void highest(std::span<const double> in, std::size_t period, std::span<double> out) {
    window_extreme(in, period, out, [](double a, double b) { return std::max(a, b); });
}

void lowest(std::span<const double> in, std::size_t period, std::span<double> out) {
    window_extreme(in, period, out, [](double a, double b) { return std::min(a, b); });
}

} // namespace tradesh::indicators
