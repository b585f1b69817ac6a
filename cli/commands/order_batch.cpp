#include "cli/commands/order_batch.hpp"

#include "cli/commands/order_placement.hpp"
#include "cli/commands/order_report.hpp"
#include "core/base/counted.hpp"
#include "core/engine/engine.hpp"
#include "core/orders/order_key.hpp"

#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

/// What became of one order of a batch.
struct Outcome {
    std::vector<Cell> row;
    std::optional<Error> failure;
};

Cell key_cell(const BatchEntry& entry) { return entry.words.key.empty() ? Cell() : Cell(entry.words.key); }

std::vector<Cell> labelled(const BatchEntry& entry, std::vector<Cell> row) {
    row.insert(row.begin(), Cell(entry.label));
    return row;
}

/// The row of an order that was not placed: its words, and why.
std::vector<Cell> failed_cells(const BatchEntry& entry, const Error& error) {
    const std::string venue = error.venue_message.empty() ? "" : " (" + error.venue_message + ")";
    return labelled(entry, order_row({{"state", name_of(error.kind)},
                                      {"symbol", entry.words.form.symbol},
                                      {"type", to_text(entry.words.form)},
                                      {"key", key_cell(entry)},
                                      {"reason", error.code + ": " + error.message + venue}}));
}

std::vector<Cell> rehearsed_cells(const BatchEntry& entry, const orders::Rehearsal& rehearsal) {
    const OrderRequest& request = rehearsal.request;
    std::string denied;
    for (const orders::RiskCheck& check : rehearsal.checks) {
        if (check.verdict == orders::Verdict::deny) {
            denied += (denied.empty() ? "denied by " : ", ") + check.name + " (" + check.value + ", limit " +
                      check.limit + ")";
        }
    }
    return labelled(entry, order_row({{"state", "rehearsed"},
                                      {"side", name_of(request.side)},
                                      {"symbol", request.symbol},
                                      {"quantity", request.quantity},
                                      {"type", to_text(request.price)},
                                      {"tif", name_of(request.time_in_force)},
                                      {"key", key_cell(entry)},
                                      {"reason", denied.empty() ? Cell() : Cell(denied)}}));
}

Task<Outcome> run_entry(CommandContext& context, BatchEntry& entry) {
    OrderWords& words = entry.words;
    apply_zone(context, words.form);
    const std::string key = orders::child_key(context.options.key.value_or(""), entry.label);
    Result<std::string> expanded = co_await context.engine().trading().expand_key(key, words.form.symbol);
    if (!expanded) {
        co_return Outcome{failed_cells(entry, expanded.error()), expanded.error()};
    }
    words.key = std::move(*expanded);
    orders::PlaceOptions options = place_options(context, words);
    const engine::Permission allowed = permission(context, words.size_has_unit);
    if (context.options.dry_run) {
        const Result<orders::Rehearsal> rehearsal =
            co_await context.engine().trading().rehearse(words.form, options, allowed);
        co_return rehearsal ? Outcome{rehearsed_cells(entry, *rehearsal), {}}
                            : Outcome{failed_cells(entry, rehearsal.error()), rehearsal.error()};
    }
    context.task.awaits = "the outcome of order " + entry.label;
    const Result<orders::Placed> placed = co_await context.engine().trading().place(words.form, options, allowed);
    if (!placed) {
        co_return Outcome{failed_cells(entry, placed.error()), placed.error()};
    }
    Outcome outcome{labelled(entry, order_cells(placed->order)), {}};
    if (placed->interrupted) {
        outcome.failure = Error(ErrorKind::cancelled, "order.wait_interrupted", "the waiting was interrupted");
    }
    co_return outcome;
}

Error some_failed(std::size_t failed, std::size_t all, const Error& first) {
    return Error(ErrorKind::partial, "order.some_failed",
                 std::to_string(failed) + " of " + counted(all, "order") + " failed, the first by: " + first.describe())
        .attempting("place the orders")
        .advise("the rows say which; with --key the same command places only what is missing");
}

} // namespace

Task<Result<void>> run_batch(CommandContext& context, std::vector<BatchEntry> entries, BatchRules rules) {
    if (const Result<void> fits = check_key(context, ""); !fits) {
        co_return fits;
    }
    std::vector<Column> columns = order_columns();
    columns.insert(columns.begin(), Column{std::string(rules.label_column), CellType::text});
    context.report.table(std::move(columns));
    std::optional<Error> first;
    std::size_t failed = 0;
    std::size_t missed = 0;
    for (BatchEntry& entry : entries) {
        Outcome outcome = co_await run_entry(context, entry);
        const Result<void> shown = co_await context.report.row(std::move(outcome.row));
        if (!shown) {
            co_return shown;
        }
        if (!outcome.failure) {
            continue;
        }
        const bool missing = rules.may_miss && outcome.failure->kind == ErrorKind::not_found;
        const bool ends = outcome.failure->unknown_effect() || outcome.failure->kind == ErrorKind::cancelled;
        ++(missing ? missed : failed);
        if (!first || ends || (!missing && first->kind == ErrorKind::not_found)) {
            first = std::move(outcome.failure);
            if (!first->where && entry.where) {
                first->where = entry.where;
            }
        }
        if (ends) { // what follows might meet the same, and nobody is to be left with more of the unknown
            co_return fail(std::move(*first));
        }
    }
    if (context.options.dry_run) {
        context.report.note("rehearsed only: nothing was sent");
    }
    if (failed + missed == entries.size() && first) {
        co_return fail(std::move(*first));
    }
    if (failed > 0) {
        co_return fail(some_failed(failed, entries.size(), *first));
    }
    co_return Result<void>();
}

} // namespace tradesh::cli
