#include "core/store/outbox_rows.hpp"

#include "core/store/journal_rows.hpp"
#include "core/store/journal_schema.hpp"
#include "core/store/read_rows.hpp"

#include <utility>

namespace tradesh::store {
namespace {

Result<std::vector<JournalRow>> select(Statement& rows) {
    return read_rows(rows, [](const Statement& row) -> Result<JournalRow> { return read_journal_row(row); });
}

} // namespace

Result<Database> open_journal_for_reading(const std::string& path) {
    return Database::open_for_reading(path, journal_file_kind());
}

Result<std::vector<JournalRow>> rows_of_message(Database& database, std::int64_t seq) {
    Statement one = database.prepare("SELECT * FROM events WHERE seq = ?");
    Result<std::vector<JournalRow>> row = select(one.bind(seq));
    if (!row) {
        return row;
    }
    if (row->empty()) {
        return fail(Error(ErrorKind::not_found, "journal.no_row", "the journal has no row " + std::to_string(seq))
                        .attempting("make a message")
                        .on(database.path()));
    }
    const std::string& order = row->front().event.client_order_id;
    if (order.empty()) {
        return row;
    }
    Statement all = database.prepare(
        "SELECT * FROM events WHERE client_order_id = ? AND client_order_id <> '' AND seq <= ? ORDER BY seq");
    return select(all.bind(order).bind(seq));
}

} // namespace tradesh::store
