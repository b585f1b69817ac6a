#pragma once

#include "core/expression/program.hpp"
#include "core/indicators/column.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Running a program over the bars of one series.
///
/// Everything is a series of doubles; a boolean is 1 or 0. A value that is not known is NaN: not enough history yet, a
/// division by zero, a number too large for a double. Arithmetic and comparisons with an unknown value are unknown.
/// `and` and `or` are known when one side settles them (false and unknown is false, true or unknown is true).
/// `==` compares doubles exactly.
namespace tradesh::expression {

/// The bars of a series, oldest first. Columns that the program does not read may be empty.
struct BarColumns {
    std::size_t bars = 0;
    std::array<std::span<const double>, indicators::columns.size()> values; ///< by indicators::index_of
};

enum class Truth : std::uint8_t { no, yes, unknown };
/// What a value of a boolean series means.
Truth truth_of(double value);
/// "no", "yes", "unknown".
std::string_view name_of(Truth truth);

/// The result on every bar.
std::vector<double> evaluate_series(const Program& program, const BarColumns& bars);

/// What holds on the last bar; everything is unknown when there are no bars.
struct LastValues {
    double result = indicators::unknown;
    std::vector<double> shown; ///< one per Program::shown
};
LastValues evaluate_last(const Program& program, const BarColumns& bars);

} // namespace tradesh::expression
