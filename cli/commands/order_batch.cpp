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
    bool replayed = false;
};

Cell key_cell(const BatchEntry& entry) { return entry.words.key.empty() ? Cell() : Cell(entry.words.key); }

std::vector<Cell> labelled(const BatchEntry& entry, std::vector<Cell> row, bool replayed = false) {
    row.insert(row.begin(), Cell(entry.label));
    row.emplace_back(replayed);
    return row;
}

std::string reason_of(const Error& error) {
    const std::string venue = error.venue_message.empty() ? "" : " (" + error.venue_message + ")";
    return error.code + ": " + error.message + venue;
}

/// The row of an order that was not placed: its words, and why.
Outcome failed(const BatchEntry& entry, Error error) {
    std::vector<Cell> row = order_row({{"state", name_of(error.kind)},
                                       {"symbol", entry.words.form.symbol},
                                       {"type", to_text(entry.words.form)},
                                       {"key", key_cell(entry)},
                                       {"reason", reason_of(error)}});
    return {.row = labelled(entry, std::move(row)), .failure = std::move(error)};
}

/// As it would go out, or why it would not; an order that its key has placed already as it stands.
Outcome rehearsed(const BatchEntry& entry, const orders::Rehearsal& rehearsal) {
    if (rehearsal.replays) {
        return {.row = labelled(entry, order_cells(*rehearsal.replays), true), .failure = {}, .replayed = true};
    }
    const OrderRequest& request = rehearsal.request;
    const std::optional<Error>& refusal = rehearsal.refusal;
    std::vector<Cell> row = order_row({{"state", refusal ? "denied" : "rehearsed"},
                                       {"side", name_of(request.side)},
                                       {"symbol", request.symbol},
                                       {"quantity", request.quantity},
                                       {"type", to_text(request.price)},
                                       {"tif", name_of(request.time_in_force)},
                                       {"key", key_cell(entry)},
                                       {"reason", refusal ? Cell(reason_of(*refusal)) : Cell()}});
    return {.row = labelled(entry, std::move(row)), .failure = refusal};
}

Task<Outcome> run_entry(CommandContext& context, BatchEntry& entry, const std::string& parent_key) {
    OrderWords& words = entry.words;
    apply_zone(context, words.form);
    const std::string key = orders::child_key(parent_key, entry.label);
    Result<std::string> expanded = co_await context.engine().trading().expand_key(key, words.form.symbol);
    if (!expanded) {
        co_return failed(entry, expanded.error());
    }
    words.key = std::move(*expanded);
    orders::PlaceOptions options = place_options(context, words);
    const engine::Permission allowed = permission(context, words.size_has_unit);
    if (context.options.dry_run) {
        const Result<orders::Rehearsal> rehearsal =
            co_await context.engine().trading().rehearse(words.form, options, allowed);
        if (!rehearsal) {
            co_return failed(entry, rehearsal.error());
        }
        note_withdrawals(context.report, *rehearsal, entry.label + ": ");
        co_return rehearsed(entry, *rehearsal);
    }
    context.task.awaits = "the outcome of order " + entry.label;
    const Result<orders::Placed> placed = co_await context.engine().trading().place(words.form, options, allowed);
    if (!placed) {
        co_return failed(entry, placed.error());
    }
    note_closing(context.report, *placed, entry.label + ": ");
    Outcome outcome{labelled(entry, order_cells(placed->order), placed->replayed), {}, placed->replayed};
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

/// What the orders came to, counted.
struct Tally {
    std::optional<Error> first; ///< failure, or the one that counts most
    std::size_t failed = 0;
    std::size_t missed = 0;
    std::size_t replayed = 0;
};

/// True when the batch ends here: what follows might meet the same, and nobody is to be left with more of the unknown.
bool count(Tally& tally, Outcome& outcome, const BatchEntry& entry, const BatchRules& rules) {
    tally.replayed += outcome.replayed ? 1 : 0;
    if (!outcome.failure) {
        return false;
    }
    const bool missing = rules.may_miss && outcome.failure->kind == ErrorKind::not_found;
    const bool ends = outcome.failure->unknown_effect() || outcome.failure->kind == ErrorKind::cancelled;
    ++(missing ? tally.missed : tally.failed);
    if (!tally.first || ends || (!missing && tally.first->kind == ErrorKind::not_found)) {
        tally.first = std::move(outcome.failure);
        if (!tally.first->where && entry.where) {
            tally.first->where = entry.where;
        }
    }
    return ends;
}

void note_tally(CommandContext& context, const Tally& tally, std::size_t all) {
    if (context.options.dry_run) {
        context.report.note("rehearsed only: nothing was sent");
    } else if (tally.replayed > 0) {
        context.report.note("replayed: " + std::to_string(tally.replayed) + " of " + counted(all, "order") +
                            " had been placed before under " + (all == 1 ? "its key" : "their keys") +
                            "; nothing was sent for " + (tally.replayed == 1 ? "it" : "them"));
    }
}

} // namespace

Task<Result<void>> run_batch(CommandContext& context, std::vector<BatchEntry> entries, BatchRules rules) {
    if (const Result<void> fits = check_key(context, rules.key); !fits) {
        co_return fits;
    }
    const std::string key = rules.key.empty() ? context.options.key.value_or("") : rules.key;
    std::vector<Column> columns = order_columns();
    columns.insert(columns.begin(), Column{std::string(rules.label_column), CellType::text});
    columns.push_back(replayed_column());
    context.report.table(std::move(columns));
    Tally tally;
    for (BatchEntry& entry : entries) {
        Outcome outcome = co_await run_entry(context, entry, key);
        const Result<void> shown = co_await context.report.row(std::move(outcome.row));
        if (!shown) {
            co_return shown;
        }
        const bool ends = count(tally, outcome, entry, rules);
        if (ends) {
            co_return fail(std::move(*tally.first));
        }
    }
    note_tally(context, tally, entries.size());
    const bool none = tally.failed + tally.missed == entries.size();
    const bool denied = context.options.dry_run && tally.failed > 0 && tally.first->kind == ErrorKind::refused;
    if (tally.first && (none || denied || (rules.all_or_none && tally.failed > 0))) {
        co_return fail(std::move(*tally.first));
    }
    if (tally.failed > 0) {
        co_return fail(some_failed(tally.failed, entries.size(), *tally.first));
    }
    co_return Result<void>();
}

} // namespace tradesh::cli
