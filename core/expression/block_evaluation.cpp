#include "core/expression/block_evaluation.hpp"

#include "core/expression/element_wise.hpp"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

namespace tradesh::expression {
namespace {

using indicators::InstructionSet;
using indicators::lane_count;

/// Works out the steps of a plan in order. Of each step the last `Plan::last_rows` rows are there and no others; a
/// series is given up for reuse after its last use.
class BlockEvaluator {
public:
    BlockEvaluator(const Plan& plan, const BarBlock& block, InstructionSet set)
        : plan_(plan),
          block_(block),
          set_(set),
          rows_(std::min(block.rows, plan.streams.front().bars_wanted)),
          series_(plan.steps.size()),
          owned_(plan.steps.size()) {
        for (StepId id = 0; id < plan.steps.size(); ++id) {
            std::visit([&](const auto& step) { work_out(id, step); }, plan.steps[id]);
            for (StepId operand = 0; operand < id; ++operand) {
                if (plan.last_use[operand] == id) {
                    give_up(operand);
                }
            }
        }
    }

    double last_of(StepId id, std::size_t lane) const { return series_[id][series_[id].size() - lane_count + lane]; }

private:
    std::size_t rows_of(StepId id) const { return std::min(plan_.last_rows[id], rows_); }
    /// The rows of an operand that belong to those of its user.
    Series last_rows(StepId operand, std::size_t rows) const { return series_[operand].last(rows * lane_count); }

    std::vector<double> take(std::size_t values) {
        std::vector<double> room;
        if (!spare_.empty()) {
            room = std::move(spare_.back());
            spare_.pop_back();
        }
        room.resize(values);
        return room;
    }
    std::span<double> allocate(StepId id) {
        owned_[id] = take(rows_of(id) * lane_count);
        series_[id] = owned_[id];
        return owned_[id];
    }

    /// A lane has no constants before its first bar either, so that nothing is known there.
    void work_out(StepId id, const ConstantStep& step) {
        const std::span<double> out = allocate(id);
        const std::size_t rows = rows_of(id);
        std::ranges::fill(out, step.value);
        for (std::size_t lane = 0; lane < lane_count; ++lane) {
            const std::size_t bars = std::min(block_.bars[lane], rows);
            for (std::size_t row = 0; row < rows - bars; ++row) {
                out[row * lane_count + lane] = indicators::unknown;
            }
        }
    }
    void work_out(StepId id, const ColumnStep& step) {
        const double* column = block_.columns[indicators::index_of(step.column)];
        series_[id] = Series(column, block_.rows * lane_count).last(rows_of(id) * lane_count);
    }
    void work_out(StepId id, const OffsetStep& step) {
        const std::span<double> out = allocate(id);
        const std::size_t rows = rows_of(id);
        // Rows that the operand does not have stand before the first of the block.
        const std::size_t there = std::min(rows, rows_ - std::min(step.bars, rows_));
        std::ranges::fill(out.first((rows - there) * lane_count), indicators::unknown);
        if (there > 0) {
            std::ranges::copy(last_rows(step.operand, there + step.bars).first(there * lane_count),
                              out.last(there * lane_count).begin());
        }
    }
    void work_out(StepId id, const UnaryStep& step) {
        const std::span<double> out = allocate(id);
        apply(step.op, last_rows(step.operand, rows_of(id)), out);
    }
    void work_out(StepId id, const BinaryStep& step) {
        const std::span<double> out = allocate(id);
        apply(step.op, last_rows(step.left, rows_of(id)), last_rows(step.right, rows_of(id)), out);
    }
    void work_out(StepId id, const FunctionStep& step) {
        const std::span<double> out = allocate(id);
        std::vector<Series> operands;
        for (const StepId operand : step.operands) {
            operands.push_back(last_rows(operand, rows_of(id)));
        }
        apply(step.function, operands, out);
    }
    void work_out(StepId, const AlignStep&) {} // only in programs of several streams
    void work_out(StepId id, const IndicatorStep& step) {
        if (!owned_[id].empty()) {
            return; // an output of an indicator that was worked out for another one
        }
        const std::size_t first = rows_ - most_rows_of(id, step);
        unwanted_.resize((rows_ - first) * lane_count);
        inputs_.clear();
        for (const StepId input : step.inputs) {
            inputs_.push_back(series_[input].data());
        }
        outputs_.assign(step.indicator->outputs.size(), unwanted_.data());
        for_outputs_of(id, step, [&](StepId user, std::size_t output) {
            // Of another output's rows only the last may be wanted.
            owned_[user] = take((rows_ - first) * lane_count);
            outputs_[output] = owned_[user].data();
        });
        indicators::compute_lanes(
            *step.indicator,
            {.inputs = inputs_, .bars = rows_, .parameters = step.parameters, .first = first, .outputs = outputs_},
            set_);
        for_outputs_of(id, step, [&](StepId user, std::size_t) {
            std::ranges::transform(owned_[user], owned_[user].begin(), known_or_unknown);
            series_[user] = owned_[user];
        });
    }

    /// `use(step, output)` of this step and of the later ones that want another output of the same.
    template <class Use>
    void for_outputs_of(StepId first, const IndicatorStep& step, Use use) const {
        for (StepId id = first; id < plan_.steps.size(); ++id) {
            const auto* other = std::get_if<IndicatorStep>(&plan_.steps[id]);
            if (other != nullptr && is_same_call(*other, step)) {
                use(id, other->output);
            }
        }
    }
    std::size_t most_rows_of(StepId first, const IndicatorStep& step) const {
        std::size_t rows = 0;
        for_outputs_of(first, step, [&](StepId user, std::size_t) { rows = std::max(rows, rows_of(user)); });
        return rows;
    }

    void give_up(StepId operand) {
        if (!owned_[operand].empty()) {
            spare_.push_back(std::exchange(owned_[operand], {}));
        }
    }

    const Plan& plan_;
    const BarBlock& block_;
    InstructionSet set_;
    std::size_t rows_; ///< of a whole series
    std::vector<Series> series_;
    std::vector<std::vector<double>> owned_;
    std::vector<std::vector<double>> spare_;
    std::vector<const double*> inputs_; ///< of the indicator at hand
    std::vector<double*> outputs_;
    std::vector<double> unwanted_;
};

} // namespace

bool reads_one_stream(const Program& program) { return program.streams().size() == 1; }

BlockValues evaluate_block(const Program& program, const BarBlock& block, InstructionSet set) {
    BlockValues values;
    for (LastValues& lane : values.of_lane) {
        lane.outputs.assign(program.outputs().size(), indicators::unknown);
    }
    if (block.rows == 0) {
        return values;
    }
    const BlockEvaluator evaluator(program.plan(), block, set);
    for (std::size_t lane = 0; lane < lane_count; ++lane) {
        values.of_lane[lane].result = evaluator.last_of(program.plan().result, lane);
        for (std::size_t i = 0; i < program.outputs().size(); ++i) {
            values.of_lane[lane].outputs[i] = evaluator.last_of(program.outputs()[i].step, lane);
        }
    }
    return values;
}

} // namespace tradesh::expression
