#pragma once

#include "core/expression/program.hpp"

#include <cmath>
#include <span>

/// Operators and functions of series, value by value: one series or eight side by side are alike to them. Known and
/// unknown values meet as evaluation.hpp tells.
namespace tradesh::expression {

using Series = std::span<const double>;

inline double known_or_unknown(double value) { return std::isfinite(value) ? value : indicators::unknown; }

/// Operands are as long as `out`, which is none of them.
void apply(UnaryOperator op, Series operand, std::span<double> out);
void apply(BinaryOperator op, Series left, Series right, std::span<double> out);
void apply(Function function, std::span<const Series> operands, std::span<double> out);

} // namespace tradesh::expression
