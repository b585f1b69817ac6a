#include "cli/commands/order_batch.hpp"

#include "cli/commands/order_placement.hpp"
#include "cli/commands/order_report.hpp"
#include "core/base/counted.hpp"
#include "core/engine/engine.hpp"
#include "core/orders/order_form_text.hpp"
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

/// Not known of an order whose side comes from the position.
Cell side_of(const orders::OrderForm& form) {
    return form.closes || form.rebalances ? Cell() : Cell(name_of(form.side));
}

/// Not known of a size that is yet to be reckoned.
Cell quantity_of(const orders::OrderForm& form) {
    const auto* units = std::get_if<orders::SizeInUnits>(&form.size);
    return units == nullptr ? Cell() : Cell(units->quantity);
}

/// The row of an order that was not placed: its words, and why.
Outcome failed(const BatchEntry& entry, Error error) {
    std::vector<Cell> row = order_row({{"state", name_of(error.kind)},
                                       {"side", side_of(entry.words.form)},
                                       {"symbol", entry.words.form.symbol},
                                       {"quantity", quantity_of(entry.words.form)},
                                       {"type", orders::to_text(entry.words.form.price)},
                                       {"tif", name_of(entry.words.form.time_in_force)},
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

/// "line 3", or the symbol of a list.
std::string label_of(const BatchEntry& entry, const BatchRules& rules) {
    return rules.label_column == "of" ? entry.label : std::string(rules.label_column) + " " + entry.label;
}

Task<Outcome> run_entry(CommandContext& context, BatchEntry& entry, const std::string& parent_key,
                        const BatchRules& rules) {
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
        warn_of(context, rehearsal->checks, label_of(entry, rules));
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
    warn_of(context, placed->warnings, label_of(entry, rules));
    outcome.failure = unfilled(*placed, options.wait);
    if (placed->interrupted) {
        outcome.failure = Error(ErrorKind::cancelled, "order.wait_interrupted", "the waiting was interrupted");
    }
    co_return outcome;
}

/// Without keys nothing tells the orders that were placed from those that are missing, if the same is sent again.
Error some_failed(std::size_t failed, std::size_t all, const Error& first, bool keyed) {
    return Error(ErrorKind::partial, "order.some_failed",
                 std::to_string(failed) + " of " + counted(all, "order") + " failed, the first by: " + first.describe())
        .attempting("place the orders")
        .advise(keyed ? "the rows say which; the same command with the same key places only what is missing"
                      : "the rows say which; do not run the same again, it would place the others twice: leave out "
                        "what was placed, or use --key from the start");
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
        Outcome outcome = co_await run_entry(context, entry, key, rules);
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
        co_return fail(some_failed(tally.failed, entries.size(), *tally.first, !key.empty()));
    }
    co_return Result<void>();
}

} // namespace tradesh::cli
