#include "cli/commands/order_history.hpp"

#include "core/engine/account_desk.hpp"
#include "core/engine/engine.hpp"
#include "core/orders/order_event_codec.hpp"

#include <optional>
#include <utility>

namespace tradesh::cli {
namespace {

using orders::Order;
using orders::OrderEvent;
using runtime::Task;

std::optional<std::string> unless_empty(std::string text) {
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

std::string execution_of(const orders::OrderFact& fact) {
    if (const auto* corrected = std::get_if<venue::ExecutionCorrected>(&fact)) {
        return corrected->fill.quantity.is_zero() ? corrected->corrected.value : corrected->fill.execution.value;
    }
    const auto* filled = std::get_if<venue::OrderFilled>(&fact);
    return filled == nullptr ? "" : filled->fill.execution.value;
}

/// One row of the journal and where it left the order; nullopt for one that moved nothing.
struct Step {
    orders::Transition transition;
    std::string execution;
    std::string correlation;
    std::int64_t seq = 0;
};

Result<std::optional<Step>> take_step(const store::JournalRow& row, std::optional<Order>& order) {
    if (!orders::is_order_event(row.event)) {
        return std::nullopt;
    }
    const Result<OrderEvent> event = orders::decode(row.event);
    if (!event) {
        return fail(event.error());
    }
    const std::size_t before = order ? order->history.size() : 0;
    if (!order && orders::begins_order(event->fact)) {
        order = orders::begin_order(*event);
    } else if (order) {
        orders::apply(*order, *event);
    }
    if (!order || order->history.size() == before) {
        return std::nullopt;
    }
    return Step{.transition = order->history.back(),
                .execution = execution_of(event->fact),
                .correlation = row.event.correlation,
                .seq = row.seq};
}

struct Stage {
    std::string_view name;
    std::optional<Instant> time{};
    std::optional<Duration> took{}; ///< since the stage before it that is known
};

/// The time of the first event that `fits`.
template <class Fits>
std::optional<Instant> first_time(const Order& order, Fits fits) {
    for (const orders::Transition& step : order.history) {
        if (fits(step)) {
            return step.time;
        }
    }
    return std::nullopt;
}

/// The stages up to the answer, as they were measured. The intent's own time is when it had been checked.
std::vector<Stage> sending_stages(const Order& order, Instant checked) {
    if (!order.times) {
        return {{.name = "checked", .time = checked}};
    }
    const orders::OrderTimed& times = *order.times;
    const Instant durable = checked + times.durable;
    const Instant wire = durable + times.wire;
    return {{.name = "received", .time = checked - times.checked},
            {.name = "checked", .time = checked, .took = times.checked},
            {.name = "intent durable", .time = durable, .took = times.durable},
            {.name = "on the wire", .time = wire, .took = times.wire},
            {.name = "answered", .time = wire + times.answer, .took = times.answer}};
}

std::vector<Stage> stages_of(const Order& order) {
    const auto named = [](std::string_view name) {
        return [name](const orders::Transition& step) { return step.event == name; };
    };
    const auto is_answer = [](const orders::Transition& step) {
        return step.source != orders::FactSource::user && step.event != "unknown";
    };
    std::vector<Stage> stages = sending_stages(order, order.created);
    if (!order.times) {
        stages.push_back({.name = "answered", .time = first_time(order, is_answer)});
    }
    stages.push_back({.name = "first fill", .time = first_time(order, named("filled"))});
    stages.push_back({.name = "end"});
    if (is_final(order.state)) {
        stages.back().time = first_time(order, [](const orders::Transition& step) { return is_final(step.state); });
    }
    return stages;
}

/// A stage never lies before the one it follows: the venue's clock may be behind ours, and what happened there may have
/// been heard of with the answer.
void measure(std::vector<Stage>& stages) {
    std::optional<Instant> before;
    for (Stage& stage : stages) {
        if (stage.time && before) {
            stage.time = std::max(*stage.time, *before);
        }
        if (stage.time && before && !stage.took) {
            stage.took = *stage.time - *before;
        }
        before = stage.time ? stage.time : before;
    }
}

} // namespace

Task<Result<void>> report_history(CommandContext& context, ClientOrderId id) {
    auto load = [&id](store::JournalFile& file) { return file.events_of_order(id.value); };
    const Result<std::vector<store::JournalRow>> rows =
        co_await context.engine().account_desk().journal().with_file(load);
    if (!rows) {
        co_return fail(rows.error());
    }
    context.report.table({{"time", CellType::time},
                          {"event", CellType::text},
                          {"source", CellType::text},
                          {"state", CellType::text},
                          {"detail", CellType::text},
                          {"execution", CellType::text},
                          {"seq", CellType::integer},
                          {"correlation", CellType::text}},
                         "history");
    std::optional<Order> order;
    for (const store::JournalRow& row : *rows) {
        const Result<std::optional<Step>> step = take_step(row, order);
        if (!step) {
            co_return fail(step.error());
        }
        if (!*step) {
            continue;
        }
        const orders::Transition& done = (*step)->transition;
        std::vector<Cell> cells{done.time,
                                done.event,
                                name_of(done.source),
                                name_of(done.state),
                                done.detail,
                                unless_empty((*step)->execution),
                                (*step)->seq,
                                unless_empty((*step)->correlation)};
        const Result<void> shown = co_await context.report.row(std::move(cells));
        if (!shown) {
            co_return shown;
        }
    }
    co_return Result<void>();
}

Task<Result<void>> report_timing(CommandContext& context, Order order) {
    std::vector<Stage> stages = stages_of(order);
    measure(stages);
    context.report.table({{"stage", CellType::text}, {"time", CellType::time}, {"took", CellType::duration}}, "timing");
    for (const Stage& stage : stages) {
        std::vector<Cell> row{stage.name, stage.time, stage.took};
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    context.report.note("from the answer on, times are those of the venue where it gave them");
    co_return Result<void>();
}

} // namespace tradesh::cli
