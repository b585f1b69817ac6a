#pragma once

#include "core/base/time.hpp"
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
/// `and` and `or` are known when one side settles them (false and unknown is false, true or unknown is true); `if` asks
/// only for the side that it takes.
/// `==` compares doubles exactly.
namespace tradesh::expression {

/// The bars of a series, oldest first. Columns that the program does not read may be empty.
struct BarColumns {
    std::size_t bars = 0;
    std::array<std::span<const double>, indicators::columns.size()> values; ///< by indicators::index_of
};

/// The bars of one stream of a program.
struct StreamBars {
    BarColumns columns;
    std::span<const Instant> complete_at; ///< of each bar; may be empty where the program reads one stream only
};

/// How old the last complete bar of another stream may be, counted from its end, before its values are unknown: a week,
/// or two of its bars where that is longer. A long weekend with a holiday passes, a series that ended does not.
Duration stale_after(Timeframe timeframe);

enum class Truth : std::uint8_t { no, yes, unknown };
/// What a value of a boolean series means.
Truth truth_of(double value);
/// "no", "yes", "unknown".
std::string_view name_of(Truth truth);

/// The result on every bar of the base. `streams` are those of the program, in its order.
std::vector<double> evaluate_series(const Program& program, std::span<const StreamBars> streams);
std::vector<double> evaluate_series(const Program& program, const BarColumns& bars);

/// The result and every output on every bar of the base.
struct SeriesValues {
    std::vector<double> result;
    std::vector<std::vector<double>> outputs; ///< one per Program::outputs
};
SeriesValues evaluate_outputs(const Program& program, std::span<const StreamBars> streams);

/// What holds on the last bar of the base; everything is unknown when there are no bars.
struct LastValues {
    double result = indicators::unknown;
    std::vector<double> outputs; ///< one per Program::outputs
};
LastValues evaluate_last(const Program& program, std::span<const StreamBars> streams);
LastValues evaluate_last(const Program& program, const BarColumns& bars);

} // namespace tradesh::expression
