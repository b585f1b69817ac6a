#include "core/store/action_store.hpp"

#include "core/base/overloaded.hpp"
#include "core/base/time.hpp"
#include "core/store/read_rows.hpp"
#include "core/store/statement.hpp"

#include <string>
#include <utility>

namespace tradesh::store {
namespace {

/// An action as its row holds it.
struct ActionColumns {
    std::string_view kind;
    std::string_view currency;
    std::string value;
    std::string per;
};

constexpr std::string_view split_kind = "split";
constexpr std::string_view dividend_kind = "dividend";

ActionColumns columns_of(const CorporateAction& action) {
    return std::visit(Overloaded{[](const Split& split) {
                                     return ActionColumns{.kind = split_kind,
                                                          .currency = "",
                                                          .value = split.new_shares.to_string(),
                                                          .per = split.old_shares.to_string()};
                                 },
                                 [](const Dividend& dividend) {
                                     return ActionColumns{.kind = dividend_kind,
                                                          .currency = dividend.amount.currency.code(),
                                                          .value = dividend.amount.amount.to_string(),
                                                          .per = "1"};
                                 }},
                      action.what);
}

Result<CorporateAction> read_row(const Statement& row) {
    const Result<Instant> date = parse_instant(row.text(0));
    const Result<Decimal> value = Decimal::parse(row.text(3));
    const Result<Decimal> per = Decimal::parse(row.text(4));
    if (!date || !value || !per) {
        return fail(Error(ErrorKind::failed, "actions.damaged", "a split or dividend in market.db cannot be read")
                        .attempting("read corporate actions"));
    }
    CorporateAction action{.ex_date = std::chrono::floor<std::chrono::days>(*date), .what = {}};
    if (row.text(1) == split_kind) {
        action.what = Split{.new_shares = *value, .old_shares = *per};
    } else {
        action.what = Dividend{.amount = {.amount = *value, .currency = Currency(row.text(2))}};
    }
    return action;
}

} // namespace

Result<std::int64_t> ActionStore::put(InstrumentId instrument, BarSource source,
                                      std::span<const CorporateAction> actions) {
    Statement row = database_->prepare("INSERT INTO actions (instrument, source, ex_date, kind, currency, value, per) "
                                       "VALUES (?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET value = excluded.value, "
                                       "per = excluded.per WHERE value <> excluded.value OR per <> excluded.per");
    std::int64_t changed = 0;
    for (const CorporateAction& action : actions) {
        const ActionColumns columns = columns_of(action);
        const std::string date = to_date_text(action.ex_date);
        row.bind(instrument.value).bind(name_of(source)).bind(date);
        row.bind(columns.kind).bind(columns.currency).bind(columns.value).bind(columns.per);
        if (Result<void> stored = row.run(); !stored) {
            return fail(std::move(stored.error()));
        }
        changed += database_->changes();
    }
    return changed;
}

Result<std::vector<CorporateAction>> ActionStore::list(InstrumentId instrument, BarSource source) {
    Statement rows = database_->prepare("SELECT ex_date, kind, currency, value, per FROM actions "
                                        "WHERE instrument = ? AND source = ? ORDER BY ex_date, kind DESC, currency");
    rows.bind(instrument.value).bind(name_of(source));
    return read_rows(rows, read_row);
}

Result<std::vector<KnownSplit>> ActionStore::splits() {
    Statement rows = database_->prepare("SELECT i.symbol, a.ex_date FROM actions a "
                                        "JOIN instruments i ON i.id = a.instrument WHERE a.kind = ?");
    rows.bind(split_kind);
    std::vector<KnownSplit> found;
    for (;;) {
        const Result<bool> more = rows.step();
        if (!more) {
            return fail(more.error());
        }
        if (!*more) {
            return found;
        }
        const Result<Instant> date = parse_instant(rows.text(1));
        if (!date) {
            return fail(date.error());
        }
        found.push_back({.symbol = std::string(rows.text(0)), .ex_date = std::chrono::floor<std::chrono::days>(*date)});
    }
}

Result<std::int64_t> ActionStore::erase(InstrumentId instrument, BarSource source, std::chrono::sys_days ex_date) {
    Statement rows = database_->prepare("DELETE FROM actions WHERE instrument = ? AND source = ? AND ex_date = ?");
    const std::string date = to_date_text(ex_date);
    if (Result<void> erased = rows.bind(instrument.value).bind(name_of(source)).bind(date).run(); !erased) {
        return fail(std::move(erased.error()));
    }
    return database_->changes();
}

} // namespace tradesh::store
