// The half of JournalFile that looks rows up.

#include "core/store/journal_file.hpp"
#include "core/store/journal_rows.hpp"
#include "core/store/read_rows.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::store {
namespace {

/// An index that is damaged may lead to rows which are not those that were asked for.
template <class Fits>
Result<std::vector<JournalRow>> only_fitting(const Database& database, Result<std::vector<JournalRow>> rows,
                                             const Fits& fits) {
    if (!rows) {
        return rows;
    }
    const auto stray = std::ranges::find_if_not(*rows, fits, &JournalRow::event);
    if (stray != rows->end()) {
        return fail(Error(ErrorKind::failed, "journal.broken",
                          "an index of the journal is damaged: it leads to row " + std::to_string(stray->seq) +
                              ", which is not what was looked up")
                        .attempting("look up events")
                        .on(database.path())
                        .advise("end this core and start it again: the index is then made anew from the rows"));
    }
    return rows;
}

} // namespace

/// Each row is verified against the one before it in the file.
Result<std::vector<JournalRow>> JournalFile::select(Statement& statement) {
    std::int64_t last_seq = 0;
    ChainChecksum last{};
    const auto read = [&](const Statement& at) -> Result<JournalRow> {
        JournalRow row = read_journal_row(at);
        const Result<ChainChecksum> before = last_seq > 0 && last_seq == row.seq - 1 ? last : checksum_at(row.seq - 1);
        const Result<void> verified = before ? verify_row(row, *before) : fail(before.error());
        if (!verified) {
            return fail(verified.error());
        }
        last_seq = row.seq;
        last = row.checksum;
        return row;
    };
    return read_rows(statement, read);
}

Result<std::optional<JournalRow>> JournalFile::row(std::int64_t seq) {
    Statement one = database_.prepare("SELECT * FROM events WHERE seq = ?");
    one.bind(seq);
    Result<std::vector<JournalRow>> rows = select(one);
    if (!rows) {
        return fail(std::move(rows.error()));
    }
    return rows->empty() ? std::nullopt : std::optional(std::move(rows->front()));
}

Result<std::vector<JournalRow>> JournalFile::events_of_order(std::string_view client_order_id) {
    Statement rows =
        database_.prepare("SELECT * FROM events WHERE client_order_id = ? AND client_order_id <> '' ORDER BY seq");
    rows.bind(client_order_id);
    return only_fitting(database_, select(rows),
                        [&](const JournalEvent& event) { return event.client_order_id == client_order_id; });
}

Result<std::vector<JournalRow>> JournalFile::events_of_risk() {
    Statement rows = database_.prepare("SELECT * FROM events WHERE kind GLOB 'risk.*' ORDER BY seq");
    return only_fitting(database_, select(rows),
                        [](const JournalEvent& event) { return event.kind.starts_with("risk."); });
}

Result<std::vector<JournalRow>> JournalFile::events_of_groups() {
    Statement rows = database_.prepare("SELECT * FROM events WHERE kind GLOB 'group.*' ORDER BY seq");
    return only_fitting(database_, select(rows),
                        [](const JournalEvent& event) { return event.kind.starts_with("group."); });
}

Result<std::optional<JournalRow>> JournalFile::first_event_of_order(std::string_view client_order_id) {
    Statement first = database_.prepare(
        "SELECT * FROM events WHERE client_order_id = ? AND client_order_id <> '' ORDER BY seq LIMIT 1");
    first.bind(client_order_id);
    Result<std::vector<JournalRow>> rows = only_fitting(
        database_, select(first), [&](const JournalEvent& event) { return event.client_order_id == client_order_id; });
    if (!rows) {
        return fail(std::move(rows.error()));
    }
    return rows->empty() ? std::nullopt : std::optional(std::move(rows->front()));
}

Result<std::vector<JournalRow>> JournalFile::events_of_key(std::string_view account, std::string_view key) {
    Statement rows = database_.prepare("SELECT * FROM events WHERE account = ? AND key = ? AND key <> '' ORDER BY seq");
    rows.bind(account).bind(key);
    return only_fitting(database_, select(rows),
                        [&](const JournalEvent& event) { return event.account == account && event.key == key; });
}

Result<std::vector<JournalRow>> JournalFile::rows_between(std::int64_t first_seq, std::int64_t last_seq) {
    Statement rows = database_.prepare("SELECT * FROM events WHERE seq BETWEEN ? AND ? ORDER BY seq");
    rows.bind(first_seq).bind(last_seq);
    return select(rows);
}

Result<std::vector<JournalRow>> JournalFile::executions_after(ExecutionPlace place, std::int64_t rows_max) {
    Statement rows =
        database_.prepare("SELECT * FROM events WHERE kind IN ('order.filled', 'order.execution_corrected') AND "
                          "(time_ns, seq) > (?, ?) ORDER BY time_ns, seq LIMIT ?");
    rows.bind(place.time.time_since_epoch().count()).bind(place.seq).bind(rows_max);
    return select(rows);
}

Result<std::vector<std::string>> JournalFile::select_texts(Statement& statement) {
    return read_rows(statement, [](const Statement& at) { return Result<std::string>(at.text(0)); });
}

Result<std::vector<std::string>> JournalFile::orders_of_venue_id(std::string_view venue_order_id) {
    Statement ids = database_.prepare("SELECT client_order_id FROM events WHERE venue_order_id = ? AND venue_order_id "
                                      "<> '' GROUP BY client_order_id ORDER BY max(seq) DESC");
    ids.bind(venue_order_id);
    return select_texts(ids);
}

Result<std::vector<std::string>> JournalFile::orders_ending(std::string_view ending) {
    Statement ids = database_.prepare("SELECT DISTINCT client_order_id FROM events WHERE client_order_id <> '' AND "
                                      "substr(client_order_id, -length(?)) = ? ORDER BY client_order_id");
    const std::string text = "-" + std::string(ending);
    ids.bind(text).bind(text);
    return select_texts(ids);
}

} // namespace tradesh::store
