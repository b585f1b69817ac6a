#include "core/store/trigger_store.hpp"

#include "core/store/read_rows.hpp"

#include <nlohmann/json.hpp>

namespace tradesh::store {

namespace {

Result<std::vector<TriggerRow>> select_triggers(JournalFile& file, const std::vector<std::string>& live,
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

/// Each row of the table says its id and state twice; those that count say what their journal row says.
Result<bool> fits_journal(JournalFile& file, const std::vector<TriggerRow>& triggers) {
    Statement askew = file.database().prepare(
        "SELECT 1 FROM triggers WHERE CASE WHEN json_valid(payload) THEN id IS NOT payload ->> '$.id' OR "
        "state IS NOT payload ->> '$.state' ELSE 1 END LIMIT 1");
    const Result<bool> any_askew = askew.step();
    if (!any_askew || *any_askew) {
        return any_askew ? Result<bool>(false) : fail(any_askew.error());
    }
    for (const TriggerRow& trigger : triggers) {
        const Result<std::optional<JournalRow>> row = file.row(trigger.seq);
        if (!row) {
            return fail(row.error());
        }
        if (!*row || !(*row)->event.kind.starts_with("trigger.") || (*row)->event.payload != trigger.payload) {
            return false;
        }
    }
    return true;
}

/// What only the table knows, the marks, is kept.
Result<void> make_triggers_anew(JournalFile& file) {
    Result<Transaction> transaction = Transaction::begin(file.database());
    if (!transaction) {
        return fail(std::move(transaction.error()));
    }
    const Result<void> made = file.database().execute(
        "DELETE FROM triggers WHERE id NOT IN (SELECT payload ->> '$.id' FROM events WHERE kind GLOB 'trigger.*');"
        "INSERT INTO triggers (id, seq, state, payload)"
        "    SELECT payload ->> '$.id', seq, payload ->> '$.state', payload FROM events"
        "    WHERE kind GLOB 'trigger.*' ORDER BY seq"
        "    ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, state = excluded.state, payload = excluded.payload");
    return made ? transaction->commit() : made;
}

} // namespace

Result<LoadedTriggers> load_triggers(JournalFile& file, const std::vector<std::string>& live, std::size_t others_max) {
    LoadedTriggers loaded;
    for (;;) {
        Result<std::vector<TriggerRow>> rows = select_triggers(file, live, others_max);
        if (!rows) {
            return fail(std::move(rows.error()));
        }
        const Result<bool> fits = fits_journal(file, *rows);
        if (!fits) {
            return fail(fits.error());
        }
        if (*fits) {
            loaded.rows = std::move(*rows);
            return loaded;
        }
        if (loaded.made_anew) {
            return fail(Error(ErrorKind::failed, "journal.broken",
                              "what stands armed does not fit the journal's rows even when it is made anew of them")
                            .attempting("read what stands armed")
                            .on(file.database().path())
                            .advise("put the file aside and keep it"));
        }
        if (Result<void> made = make_triggers_anew(file); !made) {
            return fail(std::move(made.error()));
        }
        loaded.made_anew = true;
    }
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
