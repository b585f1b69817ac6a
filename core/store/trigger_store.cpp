#include "core/store/trigger_store.hpp"

#include "core/store/read_rows.hpp"

#include <nlohmann/json.hpp>

namespace tradesh::store {

Result<std::vector<TriggerRow>> load_triggers(JournalFile& file, const std::vector<std::string>& live,
                                              std::size_t others_max) {
    const std::string states = nlohmann::json(live).dump();
    Statement rows = file.database().prepare(
        "SELECT id, seq, payload, mark FROM triggers WHERE state IN (SELECT value FROM json_each(?1)) OR id IN "
        "(SELECT id FROM triggers WHERE state NOT IN (SELECT value FROM json_each(?2)) ORDER BY seq DESC LIMIT ?3) "
        "ORDER BY seq");
    rows.bind(states).bind(states).bind(static_cast<std::int64_t>(others_max));
    return read_rows(rows, [](const Statement& row) -> Result<TriggerRow> {
        return TriggerRow{.id = std::string(row.text(0)),
                          .seq = row.integer(1),
                          .payload = std::string(row.text(2)),
                          .mark = std::string(row.text(3))};
    });
}

Result<std::int64_t> last_trigger_number(JournalFile& file, std::string_view kind) {
    Statement row = file.database().prepare("SELECT coalesce(max(CAST(substr(id, length(?1) + 2) AS INTEGER)), 0) FROM "
                                            "triggers WHERE substr(id, 1, length(?2) + 1) = ?3 || '-'");
    const Result<bool> found = row.bind(kind).bind(kind).bind(kind).step();
    return found ? Result<std::int64_t>(row.integer(0)) : fail(found.error());
}

Result<std::vector<std::string>> keys_of_line(JournalFile& file, std::string_view account, std::string_view key) {
    // ';' is the character behind ':'.
    const std::string first = std::string(key) + ":";
    const std::string behind = std::string(key) + ";";
    Statement rows = file.database().prepare("SELECT DISTINCT key FROM events WHERE account = ? AND key <> '' AND (key "
                                             "= ? OR (key >= ? AND key < ?)) ORDER BY key");
    rows.bind(account).bind(key).bind(first).bind(behind);
    return read_rows(rows, [](const Statement& row) -> Result<std::string> { return std::string(row.text(0)); });
}

Result<void> keep_trigger_mark(JournalFile& file, std::string_view id, std::string_view mark) {
    Statement row = file.database().prepare("UPDATE triggers SET mark = ? WHERE id = ?");
    return row.bind(mark).bind(id).run();
}

} // namespace tradesh::store
