#include "core/store/request_log.hpp"

#include "core/store/read_rows.hpp"
#include "core/store/series_key_sql.hpp"
#include "core/store/statement.hpp"

#include <utility>

namespace tradesh::store {

Result<void> RequestLog::record(BarSource source, Instant sent_at, Instant keep_from) {
    Statement old = database_->prepare("DELETE FROM requests WHERE source = ? AND sent_at_ns < ?");
    if (Result<void> removed = old.bind(name_of(source)).bind(count_of(keep_from)).run(); !removed) {
        return removed;
    }
    Statement row = database_->prepare("INSERT INTO requests VALUES (?,?)");
    return row.bind(name_of(source)).bind(count_of(sent_at)).run();
}

Result<std::vector<Instant>> RequestLog::since(BarSource source, Instant from) {
    Statement rows =
        database_->prepare("SELECT sent_at_ns FROM requests WHERE source = ? AND sent_at_ns >= ? ORDER BY sent_at_ns");
    rows.bind(name_of(source)).bind(count_of(from));
    return read_rows(rows, [](const Statement& row) -> Result<Instant> { return instant_of(row.integer(0)); });
}

} // namespace tradesh::store
