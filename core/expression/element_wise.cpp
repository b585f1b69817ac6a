#include "core/expression/element_wise.hpp"

#include <algorithm>
#include <functional>

namespace tradesh::expression {
namespace {

constexpr double unknown = indicators::unknown;

template <class Compare>
double compare(double a, double b, Compare holds) {
    return std::isnan(a) || std::isnan(b) ? unknown : holds(a, b) ? 1.0 : 0.0;
}
double both(double a, double b) { return a == 0.0 || b == 0.0 ? 0.0 : std::isnan(a) || std::isnan(b) ? unknown : 1.0; }
double either(double a, double b) {
    return a == 1.0 || b == 1.0 ? 1.0 : std::isnan(a) || std::isnan(b) ? unknown : 0.0;
}
double least(double a, double b) { return std::isnan(a) || std::isnan(b) ? unknown : std::min(a, b); }
double greatest(double a, double b) { return std::isnan(a) || std::isnan(b) ? unknown : std::max(a, b); }

} // namespace

void apply(UnaryOperator op, Series operand, std::span<double> out) {
    if (op == UnaryOperator::negate) {
        std::ranges::transform(operand, out.begin(), std::negate<double>());
    } else {
        std::ranges::transform(operand, out.begin(), [](double value) { return 1.0 - value; });
    }
}

void apply(BinaryOperator op, Series left, Series right, std::span<double> out) {
    // The operator is chosen once, the loop over the values runs inside.
    const auto each = [&](auto function) { std::ranges::transform(left, right, out.begin(), function); };
    const auto arithmetic = [&](auto function) {
        each([function](double a, double b) { return known_or_unknown(function(a, b)); });
    };
    const auto comparison = [&](auto holds) { each([holds](double a, double b) { return compare(a, b, holds); }); };
    switch (op) {
    case BinaryOperator::logical_or: return each(either);
    case BinaryOperator::logical_and: return each(both);
    case BinaryOperator::less: return comparison(std::less<double>());
    case BinaryOperator::less_or_equal: return comparison(std::less_equal<double>());
    case BinaryOperator::greater: return comparison(std::greater<double>());
    case BinaryOperator::greater_or_equal: return comparison(std::greater_equal<double>());
    case BinaryOperator::equal: return comparison(std::equal_to<double>());
    case BinaryOperator::not_equal: return comparison(std::not_equal_to<double>());
    case BinaryOperator::add: return arithmetic(std::plus<double>());
    case BinaryOperator::subtract: return arithmetic(std::minus<double>());
    case BinaryOperator::multiply: return arithmetic(std::multiplies<double>());
    case BinaryOperator::divide: return arithmetic(std::divides<double>());
    }
}

void apply(Function function, std::span<const Series> operands, std::span<double> out) {
    const auto each = [&](auto of_value) {
        std::ranges::transform(operands[0], out.begin(),
                               [of_value](double value) { return known_or_unknown(of_value(value)); });
    };
    switch (function) {
    case Function::absolute: return each([](double value) { return std::abs(value); });
    case Function::square_root: return each([](double value) { return std::sqrt(value); });
    case Function::logarithm: return each([](double value) { return std::log(value); });
    case Function::least: std::ranges::transform(operands[0], operands[1], out.begin(), least); return;
    case Function::greatest: std::ranges::transform(operands[0], operands[1], out.begin(), greatest); return;
    case Function::choose:
        for (std::size_t i = 0; i < out.size(); ++i) {
            const double condition = operands[0][i];
            out[i] = std::isnan(condition) ? unknown : condition != 0.0 ? operands[1][i] : operands[2][i];
        }
        return;
    }
}

} // namespace tradesh::expression
