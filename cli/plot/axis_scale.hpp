#pragma once

#include "cli/plot/chart.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace tradesh::cli {

/// A round value on an axis.
struct AxisTick {
    double value = 0;
    std::string label;
};

/// Where values stand between the lower and the upper end of an axis. It makes something of every range: a flat one is
/// widened around its value, one without values has no ticks.
class AxisScale {
public:
    /// A range that is not positive has no logarithms: such a scale is linear, whatever was wished.
    explicit AxisScale(ValueRange range, bool logarithmic = false);

    bool is_logarithmic() const { return logarithmic_; }
    double low() const { return range_.low; }
    double high() const { return range_.high; }
    /// 0 at the lower end, 1 at the upper one; values beyond are at the ends. Not for NaN.
    double position(double value) const;
    /// False for NaN and for what has no logarithm where one is needed.
    bool shows(double value) const;

    /// At most `ticks_max` round values, ascending: steps of 1, 2 or 5 times a power of ten.
    std::vector<AxisTick> ticks(std::size_t ticks_max) const;
    /// The values themselves, where the axis has a place for them.
    std::vector<AxisTick> ticks_at(std::span<const double> values) const;
    /// A value to a two-thousandth of the range: "801.42", "22.35M"; "-" for NaN. Large ones aside it has at
    /// least `decimals_min`.
    std::string text_of(double value, int decimals_min = 0) const;

private:
    std::vector<AxisTick> even_ticks(std::size_t ticks_max) const;
    std::vector<AxisTick> decade_ticks(std::size_t ticks_max) const;

    ValueRange range_;
    bool logarithmic_ = false;
};

} // namespace tradesh::cli
