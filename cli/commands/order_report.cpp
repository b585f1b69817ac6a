#include "cli/commands/order_report.hpp"

#include "cli/render/exit_code.hpp"
#include "core/engine/engine.hpp"
#include "core/orders/order_change.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace tradesh::cli {
namespace {

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

std::string reason_of(const orders::Order& order) {
    return order.reason_code.empty() ? order.reason : order.reason_code + ": " + order.reason;
}

std::string ids_of(const std::vector<orders::Order>& orders) {
    std::string ids;
    for (const orders::Order& order : orders) {
        ids += (ids.empty() ? "" : " ") + order.request.id.value;
    }
    return ids;
}

/// What goes out with an order, by what it is to it.
std::string_view linked_name(const OrderRequest& order, const OrderRequest& linked) {
    return linked.side == order.side ? "or" : orders::is_target(linked) ? "target" : "protect";
}

/// The other of two that cancel one another; the group's name where it is not known.
std::string cancels_with(const orders::Order& order, const std::vector<orders::Order>& linked) {
    const std::string& group = order.request.oco_group;
    const auto other = std::ranges::find_if(
        linked, [&](const orders::Order& each) { return !group.empty() && each.request.oco_group == group; });
    return other == linked.end() ? group : other->request.id.value;
}

/// An order that is open although its end was waited for: exit 13.
Error still_working(const orders::Order& order) {
    return Error(ErrorKind::partial, error_codes::still_working,
                 "order " + order.request.id.value + " was accepted and is still working (" +
                     order.filled.normalized().to_string() + " of " + order.request.quantity.normalized().to_string() +
                     " filled)")
        .attempting("wait for the order")
        .on(order.request.symbol)
        .advise("it stays at the venue: 'order wait " + order.request.id.value + "' or 'cancel " +
                order.request.id.value + "'");
}

/// An order that ended and never filled, or not wholly: exit 15.
Error not_filled(const orders::Order& order) {
    const std::string& id = order.request.id.value;
    return Error(ErrorKind::partial, error_codes::not_filled,
                 "order " + id + " ended as " + std::string(name_of(order.state)) + " with " +
                     order.filled.normalized().to_string() + " of " + order.request.quantity.normalized().to_string() +
                     " filled")
        .attempting("wait for the order")
        .on(order.request.symbol)
        .advise("what was to follow its fill has not begun; 'order show " + id + " --history' tells why");
}

} // namespace

std::optional<Error> unfilled(const orders::Placed& placed, orders::WaitFor wait) {
    if (placed.still_open && orders::is_unanswered(placed.order)) {
        const std::string& id = placed.order.request.id.value;
        return Error(ErrorKind::unknown, "order.unknown", "it is not known whether order " + id + " reached the venue")
            .attempting("wait for the order")
            .on(placed.order.request.symbol)
            .advise("do not send it again; 'order show " + id + "' tells once the venue has been asked");
    }
    if (placed.still_open) {
        return still_working(placed.order);
    }
    const bool ended = is_final(placed.order.state) && placed.order.state != OrderState::filled;
    const bool was_to_be_flat = !placed.still_held.is_zero();
    return (wait == orders::WaitFor::filled || was_to_be_flat) && ended ? std::optional(not_filled(placed.order))
                                                                        : std::nullopt;
}

void warn_of(CommandContext& context, const std::vector<orders::RiskCheck>& checks, std::string_view of) {
    for (const orders::RiskCheck& check : checks) {
        if (check.verdict == orders::Verdict::warn) {
            context.report.warn((of.empty() ? "" : std::string(of) + ": ") + check.name + ": " + sentence_of(check) +
                                (check.source.empty() ? "" : " (set in " + check.source + ")"));
        }
    }
}

std::vector<Field> order_fields(const orders::Order& order, const std::vector<orders::Order>& linked,
                                const engine::Profile& profile) {
    const OrderRequest& request = order.request;
    const std::string currency(order.fee_currency.code());
    std::vector<Field> fields{{"order", request.id.value},
                              {"state", name_of(order.state)},
                              {"side", name_of(request.side)},
                              {"symbol", request.symbol},
                              {"quantity", request.quantity},
                              {"type", to_text(request.price)},
                              {"tif", name_of(request.time_in_force)},
                              {"filled", order.filled},
                              {"average_price", order.average_price()},
                              {"fees", order.filled.is_zero() ? std::nullopt : std::optional(order.fees), currency},
                              {"key", unless_empty(order.key)},
                              {"venue_id", unless_empty(order.venue_id.value)},
                              {"reason", unless_empty(reason_of(order))},
                              {"external", order.external ? std::optional(true) : std::nullopt},
                              {"valid_until", request.valid_until},
                              {"exit_of", unless_empty(request.parent.value)},
                              {"cancels_with", unless_empty(cancels_with(order, linked))},
                              {"time", order.updated},
                              {"mode", profile.mode()}};
    for (const orders::Order& each : linked) {
        const bool beside = request.parent.value.empty() && each.request.parent.value.empty();
        if (beside || each.request.parent == request.id) {
            const std::string name(linked_name(request, each.request));
            fields.push_back({name, to_text(each.request.price)});
            fields.push_back({name + "_order", each.request.id.value});
        }
    }
    return fields;
}

std::vector<Column> order_columns() {
    return {{"order", CellType::text},     {"time", CellType::time},
            {"state", CellType::text},     {"side", CellType::text},
            {"symbol", CellType::text},    {"quantity", CellType::decimal},
            {"type", CellType::text},      {"tif", CellType::text},
            {"filled", CellType::decimal}, {"average_price", CellType::decimal},
            {"key", CellType::text},       {"reason", CellType::text},
            {"exit_of", CellType::text},   {"valid_until", CellType::time}};
}

std::vector<Cell> order_cells(const orders::Order& order) {
    const OrderRequest& request = order.request;
    return {request.id.value,
            order.updated,
            name_of(order.state),
            name_of(request.side),
            request.symbol,
            request.quantity,
            to_text(request.price),
            name_of(request.time_in_force),
            order.filled,
            order.average_price(),
            unless_empty(order.key),
            unless_empty(reason_of(order)),
            unless_empty(request.parent.value),
            request.valid_until};
}

std::vector<Cell> order_row(std::initializer_list<std::pair<std::string_view, Cell>> cells) {
    std::vector<Cell> row(order_columns().size());
    for (const auto& [column, cell] : cells) {
        order_cell(row, column) = cell;
    }
    return row;
}

Cell& order_cell(std::vector<Cell>& row, std::string_view column) {
    const std::vector<Column> columns = order_columns();
    const auto found = std::ranges::find(columns, column, &Column::name);
    return row.at(static_cast<std::size_t>(found - columns.begin()));
}

void note_withdrawn(Report& report, const std::vector<orders::Order>& withdrawn, const std::string& label) {
    for (const orders::Order& order : withdrawn) {
        report.note(label + "withdrawn first: order " + order.request.id.value + ", " +
                    orders::describe(order.request) + ", " + std::string(name_of(order.state)));
    }
}

void note_closing(Report& report, const orders::Placed& placed, const std::string& label) {
    note_withdrawn(report, placed.withdrawn, label);
    if (placed.still_held.is_zero()) {
        return;
    }
    const std::string& symbol = placed.order.request.symbol;
    const std::string held = label + "still held: " + symbol + " " + placed.still_held.normalized().to_string();
    if (is_final(placed.order.state)) {
        report.warn(held + ", and the order is " + std::string(name_of(placed.order.state)) + ": close " + symbol +
                    " all market");
    } else if (!placed.withdrawn.empty()) {
        report.warn(held + ", without the exits that were withdrawn, until the order fills");
    } else {
        report.note(held + ", until the order fills");
    }
}

void note_withdrawals(Report& report, const orders::Rehearsal& rehearsal, const std::string& label) {
    for (const orders::Order& order : rehearsal.withdraws) {
        report.note(label + "would be withdrawn first: order " + order.request.id.value + ", " +
                    orders::describe(order.request));
    }
}

runtime::Task<Result<void>> report_placed(CommandContext& context, const orders::Placed& placed, orders::WaitFor wait) {
    context.session.last_result = placed.order.request.id.value;
    std::vector<Field> fields = order_fields(placed.order, placed.exits, context.engine().profile());
    fields.push_back({"replayed", placed.replayed});
    if (!placed.withdrawn.empty()) {
        fields.push_back({"withdrawn", ids_of(placed.withdrawn)});
    }
    const Result<void> shown = co_await context.report.record(std::move(fields));
    if (!shown) {
        co_return shown;
    }
    if (placed.replayed) {
        context.report.note("replayed: key '" + placed.order.key + "' had placed this order before; nothing was sent");
    }
    warn_of(context, placed.warnings);
    note_closing(context.report, placed);
    if (placed.interrupted) {
        context.report.warn("stopped waiting; the order lives on as " + placed.order.request.id.value);
    }
    std::optional<Error> failure = unfilled(placed, wait);
    co_return failure ? Result<void>(fail(std::move(*failure))) : Result<void>();
}

std::vector<Column> check_columns() { return {{"check"}, {"verdict"}, {"value"}, {"limit"}, {"set_in"}}; }

std::vector<Cell> check_cells(const orders::RiskCheck& check) {
    return {check.name, name_of(check.verdict), check.value, unless_empty(check.limit), unless_empty(check.source)};
}

runtime::Task<Result<void>> report_checks(Report& report, const std::vector<orders::RiskCheck>& checks) {
    report.table(check_columns(), "checks");
    for (const orders::RiskCheck& check : checks) {
        std::vector<Cell> row = check_cells(check);
        const Result<void> sent = co_await report.row(std::move(row));
        if (!sent) {
            co_return sent;
        }
    }
    co_return Result<void>();
}

runtime::Task<Result<void>> report_rehearsal(Report& report, const orders::Rehearsal& rehearsal,
                                             const engine::Profile& profile) {
    const OrderRequest& request = rehearsal.request;
    std::vector<Field> fields{{"side", name_of(request.side)},         {"symbol", request.symbol},
                              {"quantity", request.quantity},          {"type", to_text(request.price)},
                              {"tif", name_of(request.time_in_force)}, {"mode", profile.mode()}};
    for (const OrderRequest& exit : rehearsal.exits) {
        fields.push_back({std::string(linked_name(request, exit)), to_text(exit.price)});
    }
    if (request.valid_until) {
        fields.push_back({"valid_until", *request.valid_until});
    }
    if (rehearsal.notional) {
        fields.push_back({"notional", rehearsal.notional->amount, std::string(rehearsal.notional->currency.code())});
    }
    if (rehearsal.quote) {
        fields.push_back({"bid", rehearsal.quote->bid});
        fields.push_back({"ask", rehearsal.quote->ask});
        fields.push_back({"quote_kind", name_of(rehearsal.quote->kind)});
    }
    if (rehearsal.replays) {
        fields.push_back({"replays", rehearsal.replays->request.id.value});
    }
    if (!rehearsal.withdraws.empty()) {
        fields.push_back({"withdraws", ids_of(rehearsal.withdraws)});
    }
    const Result<void> order = co_await report.record(std::move(fields), "order");
    if (!order) {
        co_return order;
    }
    const Result<void> checked = co_await report_checks(report, rehearsal.checks);
    if (!checked) {
        co_return checked;
    }
    note_withdrawals(report, rehearsal);
    if (rehearsal.replays) {
        const orders::Order& first = *rehearsal.replays;
        report.note("key '" + first.key + "' has placed order " + first.request.id.value + " (" +
                    std::string(name_of(first.state)) + "): it would be shown again, and nothing be sent");
    }
    report.note(rehearsal.refusal ? "rehearsed only: it would be refused" : "rehearsed only: nothing was sent");
    co_return rehearsal.refusal ? Result<void>(fail(*rehearsal.refusal)) : Result<void>();
}

} // namespace tradesh::cli
