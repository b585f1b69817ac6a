#include "core/expression/evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <utility>

namespace tradesh::expression {
namespace {

using Series = std::span<const double>;
constexpr double unknown = indicators::unknown;

double known_or_unknown(double value) { return std::isfinite(value) ? value : unknown; }

template <class Compare>
double compare(double a, double b, Compare holds) {
    return std::isnan(a) || std::isnan(b) ? unknown : holds(a, b) ? 1.0 : 0.0;
}
double both(double a, double b) { return a == 0.0 || b == 0.0 ? 0.0 : std::isnan(a) || std::isnan(b) ? unknown : 1.0; }
double either(double a, double b) {
    return a == 1.0 || b == 1.0 ? 1.0 : std::isnan(a) || std::isnan(b) ? unknown : 0.0;
}

void apply(BinaryOperator op, Series left, Series right, std::span<double> out) {
    // The operator is chosen once, the loop over the bars runs inside.
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

/// Works out the steps of a plan in order; a series is given up for reuse after its last use.
class Evaluator {
public:
    Evaluator(const Plan& plan, const BarColumns& bars)
        : plan_(plan),
          bars_(bars),
          series_(plan.steps.size()),
          owned_(plan.steps.size()) {
        for (StepId id = 0; id < plan.steps.size(); ++id) {
            series_[id] = std::visit([&](const auto& step) { return work_out(id, step); }, plan.steps[id]);
            for (const StepId operand : operands_of(plan.steps[id])) {
                give_up(operand, id);
            }
        }
    }

    Series result() const { return series_[plan_.result]; }
    Series output(std::size_t i) const { return series_[plan_.outputs[i].step]; }

private:
    std::span<double> allocate(StepId id) {
        if (!spare_.empty()) {
            owned_[id] = std::move(spare_.back());
            spare_.pop_back();
        } else {
            owned_[id].resize(bars_.bars);
        }
        return owned_[id];
    }

    Series work_out(StepId id, const ConstantStep& step) {
        const std::span<double> out = allocate(id);
        std::ranges::fill(out, step.value);
        return out;
    }
    Series work_out(StepId, const ColumnStep& step) const { return bars_.values[indicators::index_of(step.column)]; }
    Series work_out(StepId id, const OffsetStep& step) {
        const std::span<double> out = allocate(id);
        const std::size_t shift = std::min(step.bars, bars_.bars);
        std::ranges::fill(out.first(shift), unknown);
        std::ranges::copy(series_[step.operand].first(bars_.bars - shift), out.subspan(shift).begin());
        return out;
    }
    Series work_out(StepId id, const UnaryStep& step) {
        const std::span<double> out = allocate(id);
        if (step.op == UnaryOperator::negate) {
            std::ranges::transform(series_[step.operand], out.begin(), std::negate<double>());
        } else {
            std::ranges::transform(series_[step.operand], out.begin(), [](double value) { return 1.0 - value; });
        }
        return out;
    }
    Series work_out(StepId id, const BinaryStep& step) {
        const std::span<double> out = allocate(id);
        apply(step.op, series_[step.left], series_[step.right], out);
        return out;
    }
    Series work_out(StepId id, const FunctionStep&) { return allocate(id); }
    Series work_out(StepId id, const AlignStep&) { return allocate(id); }
    Series work_out(StepId id, const IndicatorStep& step) {
        if (!owned_[id].empty()) {
            return owned_[id]; // an output of an indicator that was worked out for another one
        }
        std::vector<Series> inputs;
        for (const StepId input : step.inputs) {
            inputs.push_back(series_[input]);
        }
        std::vector<std::vector<double>> unwanted;
        std::vector<std::span<double>> outputs;
        for (std::size_t output = 0; output < step.indicator->outputs.size(); ++output) {
            if (const std::optional<StepId> user = step_for(id, step, output)) {
                outputs.push_back(allocate(*user));
            } else {
                outputs.emplace_back(unwanted.emplace_back(bars_.bars));
            }
        }
        indicators::compute(*step.indicator, inputs, step.parameters, outputs);
        for (const std::span<double> output : outputs) {
            std::ranges::transform(output, output.begin(), known_or_unknown);
        }
        return owned_[id];
    }

    /// The step, `first` or a later one, that wants this output of the same indicator.
    std::optional<StepId> step_for(StepId first, IndicatorStep step, std::size_t output) const {
        step.output = output;
        const auto begin = plan_.steps.begin() + static_cast<std::ptrdiff_t>(first);
        const auto found = std::find(begin, plan_.steps.end(), Step(std::move(step)));
        return found == plan_.steps.end() ? std::nullopt
                                          : std::optional(static_cast<StepId>(found - plan_.steps.begin()));
    }

    /// A step may use one operand twice; its series goes only once.
    void give_up(StepId operand, StepId user) {
        if (plan_.last_use[operand] == user && !owned_[operand].empty()) {
            spare_.push_back(std::exchange(owned_[operand], {}));
        }
    }

    const Plan& plan_;
    const BarColumns& bars_;
    std::vector<Series> series_;
    std::vector<std::vector<double>> owned_;
    std::vector<std::vector<double>> spare_;
};

double last_of(Series series) { return series.empty() ? unknown : series.back(); }

} // namespace

Truth truth_of(double value) { return std::isnan(value) ? Truth::unknown : value != 0.0 ? Truth::yes : Truth::no; }

std::string_view name_of(Truth truth) {
    switch (truth) {
    case Truth::no: return "no";
    case Truth::yes: return "yes";
    case Truth::unknown: return "unknown";
    }
    return "unknown";
}

std::vector<double> evaluate_series(const Program& program, const BarColumns& bars) {
    const Evaluator evaluator(program.plan(), bars);
    const Series result = evaluator.result();
    return {result.begin(), result.end()};
}

LastValues evaluate_last(const Program& program, const BarColumns& bars) {
    const Evaluator evaluator(program.plan(), bars);
    LastValues values{.result = last_of(evaluator.result()), .outputs = {}};
    for (std::size_t i = 0; i < program.outputs().size(); ++i) {
        values.outputs.push_back(last_of(evaluator.output(i)));
    }
    return values;
}

} // namespace tradesh::expression
