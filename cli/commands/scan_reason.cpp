#include "cli/commands/scan_reason.hpp"

#include "cli/render/cell_text.hpp"
#include "core/expression/evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <vector>

namespace tradesh::cli {
namespace {

using namespace expression;

/// Walks from the result down to the clauses.
class Reason {
public:
    Reason(const Program& program, const scan::ScanRow& row)
        : plan_(program.plan()),
          outputs_(program.outputs()),
          row_(row) {
        truths_.reserve(plan_.steps.size());
        for (StepId step = 0; step < plan_.steps.size(); ++step) {
            truths_.push_back(truth_at(step));
        }
    }

    /// Outputs of role clause, in their order.
    std::vector<std::size_t> deciding() {
        decide(plan_.result);
        std::ranges::sort(deciding_);
        const auto rest = std::ranges::unique(deciding_);
        deciding_.erase(rest.begin(), rest.end());
        return deciding_;
    }

    std::string explain(std::size_t clause) const {
        const Output& output = outputs_[clause];
        const Truth truth = truth_of(row_.values[clause]);
        std::string text = output.label + (truth == Truth::yes  ? " is true"
                                           : truth == Truth::no ? " is false"
                                                                : " is unknown");
        std::string values;
        for (const std::size_t value : values_of(output.step, truth == Truth::unknown)) {
            values += (values.empty() ? " (" : ", ") + told(value);
        }
        return text + (values.empty() ? "" : values + ")");
    }

private:
    std::optional<std::size_t> clause_at(StepId step) const { return output_at(step, OutputRole::clause); }
    std::optional<std::size_t> output_at(StepId step, OutputRole role) const {
        const auto found = std::ranges::find_if(
            outputs_, [&](const Output& output) { return output.step == step && output.role == role; });
        return found == outputs_.end() ? std::nullopt
                                       : std::optional(static_cast<std::size_t>(found - outputs_.begin()));
    }

    static Truth inverse(Truth truth) {
        return truth == Truth::unknown ? truth : truth == Truth::yes ? Truth::no : Truth::yes;
    }

    /// Of a clause and of what is made of clauses; of anything else unknown. Operands stand before their users.
    Truth truth_at(StepId step) const {
        if (const std::optional<std::size_t> clause = clause_at(step)) {
            return truth_of(row_.values[*clause]);
        }
        if (const auto* unary = std::get_if<UnaryStep>(&plan_.steps[step])) {
            return unary->op == UnaryOperator::logical_not ? inverse(truths_[unary->operand]) : Truth::unknown;
        }
        const auto* binary = std::get_if<BinaryStep>(&plan_.steps[step]);
        if (binary == nullptr || !is_logical(binary->op)) {
            return Truth::unknown;
        }
        const Truth settles = binary->op == BinaryOperator::logical_or ? Truth::yes : Truth::no;
        const Truth left = truths_[binary->left];
        const Truth right = truths_[binary->right];
        if (left == settles || right == settles) {
            return settles;
        }
        return left == Truth::unknown || right == Truth::unknown ? Truth::unknown : inverse(settles);
    }

    /// Collects the clauses that make the truth of a step what it is.
    void decide(StepId root) {
        std::vector<StepId> open{root};
        while (!open.empty()) {
            const StepId step = open.back();
            open.pop_back();
            if (const std::optional<std::size_t> clause = clause_at(step)) {
                deciding_.push_back(*clause);
            } else if (const auto* unary = std::get_if<UnaryStep>(&plan_.steps[step])) {
                open.push_back(unary->operand);
            } else if (const auto* binary = std::get_if<BinaryStep>(&plan_.steps[step])) {
                for (const StepId side : {binary->left, binary->right}) {
                    if (is_logical(binary->op) && truths_[side] == truths_[step]) {
                        open.push_back(side);
                    }
                }
            }
        }
    }

    /// A clause may hold for what was on earlier bars: "any(close < 20, 5)". The values on this one say nothing of it,
    /// but where they are unknown they may say why it is.
    bool looks_back(StepId step) const {
        return std::holds_alternative<IndicatorStep>(plan_.steps[step]) ||
               std::holds_alternative<OffsetStep>(plan_.steps[step]);
    }

    /// The explaining outputs that a clause is worked out from, as near to it as they are.
    std::vector<std::size_t> values_of(StepId clause, bool of_any_bar) const {
        std::vector<std::size_t> values;
        std::vector<StepId> open{clause};
        std::vector<bool> seen(plan_.steps.size());
        while (!open.empty()) {
            const StepId step = open.back();
            open.pop_back();
            if (seen[step]) {
                continue;
            }
            seen[step] = true;
            if (const std::optional<std::size_t> value = output_at(step, OutputRole::explains)) {
                values.push_back(*value);
                continue;
            }
            if (!of_any_bar && looks_back(step)) {
                continue;
            }
            for (const StepId operand : operands_of(plan_.steps[step])) {
                open.push_back(operand);
            }
        }
        std::ranges::sort(values);
        return values;
    }

    /// "rsi(14) = 41.2", "ema(200) needs 200 bars, and there are 120".
    std::string told(std::size_t output) const {
        const Output& shown = outputs_[output];
        const double value = row_.values[output];
        if (!std::isnan(value)) {
            return shown.label + " = " + significant_text(value);
        }
        return row_.bars_used < shown.bars_needed
                   ? fmt::format("{} needs {} bars, and there are {}", shown.label, shown.bars_needed, row_.bars_used)
                   : shown.label + " is unknown";
    }

    const Plan& plan_;
    std::span<const Output> outputs_;
    const scan::ScanRow& row_;
    std::vector<Truth> truths_; ///< by step
    std::vector<std::size_t> deciding_;
};

} // namespace

std::string reason_of(const Program& program, const scan::ScanRow& row, std::span<const std::string_view> objections) {
    Reason reason(program, row);
    std::vector<std::size_t> clauses;
    for (std::size_t i = 0; i < program.outputs().size(); ++i) {
        if (program.outputs()[i].role == OutputRole::clause) {
            clauses.push_back(i);
        }
    }
    std::string text;
    std::string_view said;
    for (const std::size_t clause : reason.deciding()) {
        const auto index = static_cast<std::size_t>(std::ranges::find(clauses, clause) - clauses.begin());
        const bool objects = row.matched == Truth::no && index < objections.size();
        const std::string_view objection = objects ? objections[index] : std::string_view();
        text += text.empty() ? "" : "; ";
        if (!objection.empty() && objection != said) {
            text += std::string(objection) + ": ";
        }
        said = objection;
        text += reason.explain(clause);
    }
    const std::optional<scan::Shortage>& shortage = row.shortage;
    if (shortage && (!shortage->symbol.empty() || shortage->timeframe != program.timeframe())) {
        text += (text.empty() ? "" : "; ") + scan::not_enough_bars(*shortage).message;
    }
    return text;
}

} // namespace tradesh::cli
