#include "core/expression/evaluation.hpp"

#include "core/expression/element_wise.hpp"
#include "core/expression/stream_alignment.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace tradesh::expression {
namespace {

/// Works out the steps of a plan in order; a series is given up for reuse after its last use.
class Evaluator {
public:
    Evaluator(const Plan& plan, std::span<const StreamBars> streams)
        : plan_(plan),
          streams_(streams),
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
    /// Nothing is known of a stream that was not given.
    StreamBars stream_of(StepId id) const {
        const StreamId stream = plan_.stream_of[id];
        return stream < streams_.size() ? streams_[stream] : StreamBars();
    }

    std::span<double> allocate(StepId id) {
        if (!spare_.empty()) {
            owned_[id] = std::move(spare_.back());
            spare_.pop_back();
        }
        owned_[id].resize(stream_of(id).columns.bars);
        return owned_[id];
    }

    Series work_out(StepId id, const ConstantStep& step) {
        const std::span<double> out = allocate(id);
        std::ranges::fill(out, step.value);
        return out;
    }
    Series work_out(StepId id, const ColumnStep& step) const {
        return stream_of(id).columns.values[indicators::index_of(step.column)];
    }
    Series work_out(StepId id, const OffsetStep& step) {
        const std::span<double> out = allocate(id);
        const std::size_t shift = std::min(step.bars, out.size());
        std::ranges::fill(out.first(shift), indicators::unknown);
        std::ranges::copy(series_[step.operand].first(out.size() - shift), out.subspan(shift).begin());
        return out;
    }
    Series work_out(StepId id, const UnaryStep& step) {
        const std::span<double> out = allocate(id);
        apply(step.op, series_[step.operand], out);
        return out;
    }
    Series work_out(StepId id, const BinaryStep& step) {
        const std::span<double> out = allocate(id);
        apply(step.op, series_[step.left], series_[step.right], out);
        return out;
    }
    Series work_out(StepId id, const FunctionStep& step) {
        std::vector<Series> operands;
        for (const StepId operand : step.operands) {
            operands.push_back(series_[operand]);
        }
        const std::span<double> out = allocate(id);
        apply(step.function, operands, out);
        return out;
    }
    Series work_out(StepId id, const AlignStep& step) {
        const std::span<double> out = allocate(id);
        const Timeframe timeframe = plan_.streams[plan_.stream_of[step.operand]].timeframe;
        align({stream_of(step.operand).complete_at, series_[step.operand]}, timeframe, stream_of(id).complete_at, out);
        return out;
    }
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
                outputs.emplace_back(unwanted.emplace_back(stream_of(id).columns.bars));
            }
        }
        indicators::compute(*step.indicator, inputs, step.parameters, outputs);
        for (const std::span<double> output : outputs) {
            std::ranges::transform(output, output.begin(), known_or_unknown);
        }
        return owned_[id];
    }

    /// The step, `first` or a later one, that wants this output of the same indicator.
    std::optional<StepId> step_for(StepId first, const IndicatorStep& step, std::size_t output) const {
        for (StepId id = first; id < plan_.steps.size(); ++id) {
            const auto* other = std::get_if<IndicatorStep>(&plan_.steps[id]);
            if (other != nullptr && other->output == output && is_same_call(*other, step)) {
                return id;
            }
        }
        return std::nullopt;
    }

    /// A step may use one operand twice; its series goes only once.
    void give_up(StepId operand, StepId user) {
        if (plan_.last_use[operand] == user && !owned_[operand].empty()) {
            spare_.push_back(std::exchange(owned_[operand], {}));
        }
    }

    const Plan& plan_;
    std::span<const StreamBars> streams_;
    std::vector<Series> series_;
    std::vector<std::vector<double>> owned_;
    std::vector<std::vector<double>> spare_;
};

double last_of(Series series) { return series.empty() ? indicators::unknown : series.back(); }

std::vector<double> copy_of(Series series) { return {series.begin(), series.end()}; }

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

std::vector<double> evaluate_series(const Program& program, std::span<const StreamBars> streams) {
    return copy_of(Evaluator(program.plan(), streams).result());
}

std::vector<double> evaluate_series(const Program& program, const BarColumns& bars) {
    const StreamBars base{.columns = bars, .complete_at = {}};
    return evaluate_series(program, std::span(&base, 1));
}

SeriesValues evaluate_outputs(const Program& program, std::span<const StreamBars> streams) {
    const Evaluator evaluator(program.plan(), streams);
    SeriesValues values{.result = copy_of(evaluator.result()), .outputs = {}};
    for (std::size_t i = 0; i < program.outputs().size(); ++i) {
        values.outputs.push_back(copy_of(evaluator.output(i)));
    }
    return values;
}

LastValues evaluate_last(const Program& program, std::span<const StreamBars> streams) {
    const Evaluator evaluator(program.plan(), streams);
    LastValues values{.result = last_of(evaluator.result()), .outputs = {}};
    for (std::size_t i = 0; i < program.outputs().size(); ++i) {
        values.outputs.push_back(last_of(evaluator.output(i)));
    }
    return values;
}

LastValues evaluate_last(const Program& program, const BarColumns& bars) {
    const StreamBars base{.columns = bars, .complete_at = {}};
    return evaluate_last(program, std::span(&base, 1));
}

} // namespace tradesh::expression
