#include "cli/plot/axis_scale.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <span>
#include <string_view>

namespace tradesh::cli {
namespace {

constexpr double flat_share = 1e-12; ///< a range this small beside its values is rounding
constexpr double large = 1e6;        ///< from here on numbers are written with a suffix
constexpr double astronomical = 1e15;
constexpr int decimals_max = 10;

ValueRange widened(ValueRange range) {
    if (!range.known) {
        return {.low = 0, .high = 1, .known = false};
    }
    const double size = std::max(std::abs(range.low), std::abs(range.high));
    if (range.high * 0.5 - range.low * 0.5 > size * flat_share && size > std::numeric_limits<double>::min()) {
        return range;
    }
    const double room = size > 1e-9 ? size * 0.01 : 1.0;
    return {.low = range.low - room, .high = range.high + room, .known = true};
}

/// The least of 1, 2 and 5 times a power of ten that is not below `value`.
double round_step(double value) {
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= value * (1 - 1e-9)) {
            return factor * power;
        }
    }
    return 10 * power;
}

/// Decimals that tell multiples of `step` apart.
int decimals_for(double step) {
    return std::clamp(static_cast<int>(-std::floor(std::log10(step) + 1e-9)), 0, decimals_max);
}

std::string without_negative_zero(std::string text) {
    const bool is_zero = text.find_first_not_of("-0.") == std::string::npos;
    return is_zero && text.starts_with('-') ? text.substr(1) : text;
}

/// `value` so exactly that `step` can be seen; `size` is the greatest number around it, which decides on the suffix.
std::string number_text(double value, double step, double size) {
    if (size >= astronomical) {
        return fmt::format("{:.3g}", value);
    }
    struct Suffix {
        double unit;
        std::string_view letter;
    };
    if (value == 0 && size >= large) {
        return "0";
    }
    constexpr std::array suffixes{Suffix{1e12, "T"}, Suffix{1e9, "B"}, Suffix{1e6, "M"}};
    const auto fits = std::ranges::find_if(suffixes, [size](const Suffix& each) { return size >= each.unit; });
    const double unit = fits == suffixes.end() ? 1 : fits->unit;
    const std::string_view letter = fits == suffixes.end() ? std::string_view() : fits->letter;
    return without_negative_zero(fmt::format("{:.{}f}", value / unit, decimals_for(step / unit))) + std::string(letter);
}

double size_of(const ValueRange& range) { return std::max(std::abs(range.low), std::abs(range.high)); }

} // namespace

AxisScale::AxisScale(ValueRange range, bool logarithmic)
    : range_(widened(range)),
      logarithmic_(logarithmic && range.known && range_.low > 0) {}

bool AxisScale::shows(double value) const { return is_drawable(value) && (!logarithmic_ || value > 0); }

double AxisScale::position(double value) const {
    if (logarithmic_) {
        const double low = std::log(range_.low);
        const double place = (std::log(std::max(value, range_.low)) - low) / (std::log(range_.high) - low);
        return std::clamp(place, 0.0, 1.0);
    }
    // Halves, because the difference of two huge numbers may be none.
    const double place = (value * 0.5 - range_.low * 0.5) / (range_.high * 0.5 - range_.low * 0.5);
    return std::clamp(place, 0.0, 1.0);
}

std::vector<AxisTick> AxisScale::even_ticks(std::size_t ticks_max) const {
    const auto most = static_cast<double>(ticks_max);
    double step = round_step(range_.high / most - range_.low / most);
    if (std::floor(range_.high / step) - std::ceil(range_.low / step) + 1 > most) {
        step = round_step(step * 1.5);
    }
    const double first = std::ceil(range_.low / step - 1e-9);
    std::vector<AxisTick> ticks;
    for (std::size_t i = 0; i < ticks_max; ++i) {
        const double value = (first + static_cast<double>(i)) * step;
        if (!(value <= range_.high + step * 1e-9)) {
            break;
        }
        ticks.push_back({value, number_text(value, step, size_of(range_))});
    }
    return ticks;
}

/// 1, 2, 5, 10, 20, 50 … or only some of them where there is no room.
std::vector<AxisTick> AxisScale::decade_ticks(std::size_t ticks_max) const {
    constexpr std::array all{1.0, 2.0, 5.0};
    const int lowest = static_cast<int>(std::floor(std::log10(range_.low)));
    const int highest = static_cast<int>(std::floor(std::log10(range_.high)));
    const auto collect = [&](std::span<const double> factors, int every) {
        std::vector<AxisTick> ticks;
        for (int decade = lowest; decade <= highest; decade += every) {
            for (const double factor : factors) {
                const double value = factor * std::pow(10.0, decade);
                if (value >= range_.low * (1 - 1e-9) && value <= range_.high * (1 + 1e-9)) {
                    ticks.push_back({value, number_text(value, value, size_of(range_))});
                }
            }
        }
        return ticks;
    };
    std::vector<AxisTick> ticks = collect(all, 1);
    for (int every = 1; ticks.size() > ticks_max && every <= highest - lowest + 1; every *= 2) {
        ticks = collect(std::span(all).first(1), every);
    }
    return ticks;
}

std::vector<AxisTick> AxisScale::ticks_at(std::span<const double> values) const {
    std::vector<AxisTick> ticks;
    for (const double value : values) {
        if (range_.known && shows(value)) {
            ticks.push_back({value, fmt::format("{:g}", value)});
        }
    }
    return ticks;
}

std::vector<AxisTick> AxisScale::ticks(std::size_t ticks_max) const {
    if (!range_.known || ticks_max == 0) {
        return {};
    }
    constexpr double narrow = 10; ///< below a decade even steps are rounder than powers
    return logarithmic_ && range_.high / range_.low > narrow ? decade_ticks(ticks_max) : even_ticks(ticks_max);
}

std::string AxisScale::text_of(double value, int decimals_min) const {
    if (!std::isfinite(value)) {
        return "-";
    }
    const double size = std::abs(value);
    if (size >= large) {
        return number_text(value, size / 1'000, size);
    }
    const double range = range_.high * 0.5 - range_.low * 0.5;
    const double step = std::max(range / 1'000, std::numeric_limits<double>::min());
    return number_text(value, std::min(step, std::pow(10.0, -decimals_min)), std::min(size_of(range_), large - 1));
}

} // namespace tradesh::cli
