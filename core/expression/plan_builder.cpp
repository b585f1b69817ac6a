#include "core/expression/plan_builder.hpp"

#include "core/expression/stream_alignment.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace tradesh::expression {
namespace {

/// Puts the steps in the place of others.
struct Renumber {
    const std::vector<StepId>& new_id;

    void operator()(ConstantStep&) const {}
    void operator()(ColumnStep&) const {}
    void operator()(OffsetStep& step) const { step.operand = new_id[step.operand]; }
    void operator()(UnaryStep& step) const { step.operand = new_id[step.operand]; }
    void operator()(BinaryStep& step) const {
        step.left = new_id[step.left];
        step.right = new_id[step.right];
    }
    void operator()(IndicatorStep& step) const { all(step.inputs); }
    void operator()(FunctionStep& step) const { all(step.operands); }
    void operator()(AlignStep& step) const { step.operand = new_id[step.operand]; }

    void all(std::vector<StepId>& steps) const {
        std::ranges::transform(steps, steps.begin(), [this](StepId id) { return new_id[id]; });
    }
};

/// A number that equal steps share and others hardly do, so that most need not be compared.
struct Fingerprint {
    std::size_t value;

    void add(std::size_t more) { value = (value ^ more) * 0x9E3779B97F4A7C15U; }
    void add(double more) { add(std::bit_cast<std::size_t>(more)); }

    void operator()(const ConstantStep& step) { add(step.value); }
    void operator()(const ColumnStep& step) { add(indicators::index_of(step.column)); }
    void operator()(const OffsetStep& step) {
        add(step.operand);
        add(step.bars);
    }
    void operator()(const UnaryStep& step) {
        add(static_cast<std::size_t>(step.op));
        add(step.operand);
    }
    void operator()(const BinaryStep& step) {
        add(static_cast<std::size_t>(step.op));
        add(step.left);
        add(step.right);
    }
    void operator()(const IndicatorStep& step) {
        add(step.indicator->kernel);
        add(step.output);
        all(step.inputs);
        all(step.parameters);
    }
    void operator()(const FunctionStep& step) {
        add(static_cast<std::size_t>(step.function));
        all(step.operands);
    }
    void operator()(const AlignStep& step) { add(step.operand); }

    template <class Values>
    void all(const Values& values) {
        for (const auto& more : values) {
            add(more);
        }
    }
};

std::size_t fingerprint_of(const Step& step, StreamId stream) {
    Fingerprint fingerprint{.value = stream * 8 + step.index()};
    std::visit(fingerprint, step);
    return fingerprint.value;
}

/// How far a step looks back on its own stream.
struct History {
    std::size_t lookback = 0; ///< bars before the first value, besides those of its operands
    std::size_t settling = 0; ///< more of them, until the value is settled; every_bar: it never is
};

History history_of(const Step& step) {
    if (const auto* offset = std::get_if<OffsetStep>(&step)) {
        return {.lookback = offset->bars};
    }
    const auto* call = std::get_if<IndicatorStep>(&step);
    if (call == nullptr) {
        return {};
    }
    const indicators::Indicator& indicator = *call->indicator;
    const bool settles = indicator.memory != indicators::Memory::unlimited;
    return {.lookback = indicator.lookback(call->parameters),
            .settling = settles ? indicator.settling(call->parameters) : every_bar};
}

/// Of each step how many of its last values the last bar of `ends` depends on, when `asked(user, rows, operand)` tells
/// how many rows of an operand the last `rows` of a user need.
template <class Asked>
std::vector<std::size_t> rows_leading_to(const Plan& plan, std::span<const StepId> ends, Asked asked) {
    std::vector<std::size_t> rows(plan.steps.size(), 0);
    for (const StepId end : ends) {
        rows[end] = 1;
    }
    for (StepId user = plan.steps.size(); user-- > 0;) {
        if (rows[user] == 0) {
            continue;
        }
        for (const StepId operand : operands_of(plan.steps[user])) {
            rows[operand] = std::max(rows[operand], asked(user, rows[user], operand));
        }
    }
    return rows;
}

void count_bars_needed(Plan& plan, std::span<const History> histories) {
    const auto asked = [&](StepId user, std::size_t rows, StepId) {
        // One bar of another stream can be what all the bars of this one are aligned to.
        return std::holds_alternative<AlignStep>(plan.steps[user]) ? 1 : rows + histories[user].lookback;
    };
    const std::vector<std::size_t> rows = rows_leading_to(plan, std::span(&plan.result, 1), asked);
    std::vector<std::size_t> lookback(plan.steps.size(), 0);
    for (StepId id = 0; id < plan.steps.size(); ++id) {
        Stream& stream = plan.streams[plan.stream_of[id]];
        stream.bars_needed = std::max(stream.bars_needed, rows[id]);
        if (!std::holds_alternative<AlignStep>(plan.steps[id])) {
            for (const StepId operand : operands_of(plan.steps[id])) {
                lookback[id] = std::max(lookback[id], lookback[operand]);
            }
        }
        lookback[id] += histories[id].lookback;
    }
    for (Output& output : plan.outputs) {
        output.bars_needed = lookback[output.step] + 1;
    }
}

void count_bars_wanted(Plan& plan, std::span<const History> histories, std::span<const StepId> ends) {
    const auto stream_of = [&](StepId id) -> Stream& { return plan.streams[plan.stream_of[id]]; };
    const auto asked = [&](StepId user, std::size_t rows, StepId operand) {
        return std::holds_alternative<AlignStep>(plan.steps[user])
                   ? bars_to_align(rows, stream_of(user), stream_of(operand))
                   : std::min(every_bar, rows + histories[user].lookback + histories[user].settling);
    };
    const std::vector<std::size_t> rows = rows_leading_to(plan, ends, asked);
    for (StepId id = 0; id < plan.steps.size(); ++id) {
        stream_of(id).bars_wanted = std::max({stream_of(id).bars_wanted, rows[id], stream_of(id).bars_needed});
    }
}

/// An indicator's last value depends on all that it is given, an aligned one on how the bars of two streams fall.
std::vector<std::size_t> last_rows_of(const Plan& plan, std::span<const History> histories,
                                      std::span<const StepId> ends) {
    return rows_leading_to(plan, ends, [&](StepId user, std::size_t rows, StepId operand) {
        const std::size_t all = plan.streams[plan.stream_of[operand]].bars_wanted;
        const bool takes_all = std::holds_alternative<IndicatorStep>(plan.steps[user]) ||
                               std::holds_alternative<AlignStep>(plan.steps[user]);
        return takes_all ? all : std::min(all, rows + histories[user].lookback);
    });
}

std::vector<StepId> last_uses_of(const Plan& plan, std::span<const StepId> ends) {
    const StepId never = plan.steps.size();
    std::vector<StepId> last_use(plan.steps.size(), never);
    for (StepId id = 0; id < plan.steps.size(); ++id) {
        for (const StepId operand : operands_of(plan.steps[id])) {
            last_use[operand] = id;
        }
    }
    for (const StepId end : ends) {
        last_use[end] = never;
    }
    return last_use;
}

std::vector<StepId> ends_of(StepId result, std::span<const Output> outputs) {
    std::vector<StepId> ends{result};
    for (const Output& output : outputs) {
        ends.push_back(output.step);
    }
    return ends;
}

} // namespace

PlanBuilder::PlanBuilder(std::optional<Timeframe> base)
    : streams_{Origin{.stream = {.symbol = {}, .timeframe = base.value_or(Timeframe::d1)}, .named = base.has_value()}} {
}

std::optional<StreamId> PlanBuilder::find_or_add(Stream stream, bool named) {
    for (StreamId id = 0; id < streams_.size(); ++id) {
        const Origin& origin = streams_[id];
        if (origin.named == named && origin.stream.symbol == stream.symbol &&
            origin.stream.timeframe == stream.timeframe) {
            return id;
        }
    }
    if (streams_.size() == streams_max) {
        return std::nullopt;
    }
    streams_.push_back({std::move(stream), named});
    return streams_.size() - 1;
}

std::optional<StreamId> PlanBuilder::stream_of(Timeframe timeframe) {
    return find_or_add({.symbol = {}, .timeframe = timeframe}, true);
}

std::optional<StreamId> PlanBuilder::stream_of(const std::string& symbol, StreamId beside) {
    return find_or_add({.symbol = symbol, .timeframe = streams_[beside].stream.timeframe}, streams_[beside].named);
}

StepId PlanBuilder::add(Step step, StreamId stream) {
    const std::size_t fingerprint = fingerprint_of(step, stream);
    for (StepId id = 0; id < steps_.size(); ++id) {
        if (fingerprints_[id] == fingerprint && stream_of_[id] == stream && steps_[id] == step) {
            return id;
        }
    }
    fingerprints_.push_back(fingerprint);
    steps_.push_back(std::move(step));
    stream_of_.push_back(stream);
    return steps_.size() - 1;
}

StepId PlanBuilder::align(StepId step, StreamId stream) {
    return stream_of_[step] == stream ? step : add(AlignStep{step}, stream);
}

std::vector<bool> PlanBuilder::leading_to(std::span<const StepId> ends) const {
    std::vector<bool> leads(steps_.size(), false);
    for (const StepId end : ends) {
        leads[end] = true;
    }
    for (StepId id = steps_.size(); id-- > 0;) {
        if (leads[id]) {
            for (const StepId operand : operands_of(steps_[id])) {
                leads[operand] = true;
            }
        }
    }
    return leads;
}

std::optional<Timeframe> PlanBuilder::named_timeframe(StepId step) const {
    const std::vector<bool> leads = leading_to(std::span(&step, 1));
    std::optional<Timeframe> shortest;
    for (StepId id = 0; id < steps_.size(); ++id) {
        const Origin& origin = streams_[stream_of_[id]];
        if (!leads[id]) {
            continue;
        }
        if (!origin.named && std::holds_alternative<ColumnStep>(steps_[id])) {
            return std::nullopt;
        }
        if (origin.named) {
            shortest = std::min(shortest.value_or(origin.stream.timeframe), origin.stream.timeframe);
        }
    }
    return shortest;
}

Plan PlanBuilder::finish(StepId result, std::vector<Output> outputs) const {
    const std::vector<bool> leads = leading_to(ends_of(result, outputs));
    std::vector<StepId> new_step(steps_.size(), 0);
    std::vector<std::optional<StreamId>> new_stream(streams_.size());
    Plan plan;
    plan.streams.push_back(streams_[base_stream].stream);
    new_stream[base_stream] = base_stream;
    for (StepId id = 0; id < steps_.size(); ++id) {
        if (!leads[id]) {
            continue; // the value of a binding that was only checked, the number of bars in brackets
        }
        const StreamId stream = stream_of_[id];
        if (!new_stream[stream]) {
            new_stream[stream] = plan.streams.size();
            plan.streams.push_back(streams_[stream].stream);
        }
        new_step[id] = plan.steps.size();
        plan.steps.push_back(steps_[id]);
        plan.stream_of.push_back(*new_stream[stream]);
        std::visit(Renumber{new_step}, plan.steps.back());
        if (const auto* column = std::get_if<ColumnStep>(&steps_[id])) {
            plan.streams[*new_stream[stream]].columns[indicators::index_of(column->column)] = true;
        }
    }
    plan.result = new_step[result];
    plan.outputs = std::move(outputs);
    for (Output& output : plan.outputs) {
        output.step = new_step[output.step];
    }
    const std::vector<StepId> ends = ends_of(plan.result, plan.outputs);
    std::vector<History> histories(plan.steps.size());
    std::ranges::transform(plan.steps, histories.begin(), history_of);
    count_bars_needed(plan, histories);
    count_bars_wanted(plan, histories, ends);
    plan.last_rows = last_rows_of(plan, histories, ends);
    plan.last_use = last_uses_of(plan, ends);
    return plan;
}

} // namespace tradesh::expression
