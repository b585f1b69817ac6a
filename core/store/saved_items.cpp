#include "core/store/saved_items.hpp"

#include "core/store/read_rows.hpp"
#include "core/store/statement.hpp"

#include <array>

namespace tradesh::store {
namespace {

constexpr std::array<const char*, 1> migrations{R"sql(
CREATE TABLE saved (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
)sql"};

constexpr FileKind file_kind{.name = "saved.db",
                             .application_id = 0x74735356, // "tsSV"
                             .durability = Durability::full,
                             .migrations = migrations};

Result<bool> changed_by(Database& database, Statement& statement) {
    const Result<void> ran = statement.run();
    return ran ? Result<bool>(database.changes() > 0) : fail(ran.error());
}

} // namespace

std::string_view name_of(SavedKind kind) {
    constexpr std::array<std::string_view, 3> names{"watchlist", "scan", "spread-preset"};
    return names[static_cast<std::size_t>(kind)];
}

Result<Database> SavedItems::open() const { return Database::open(path_, file_kind); }

Result<std::vector<SavedItem>> SavedItems::list(SavedKind kind) const {
    Result<Database> database = open();
    if (!database) {
        return fail(std::move(database.error()));
    }
    Statement rows = database->prepare("SELECT name, text FROM saved WHERE kind = ? ORDER BY name");
    rows.bind(name_of(kind));
    return read_rows(rows, [](const Statement& row) -> Result<SavedItem> {
        return SavedItem{.name = std::string(row.text(0)), .text = std::string(row.text(1))};
    });
}

Result<std::optional<SavedItem>> SavedItems::find(SavedKind kind, std::string_view name) const {
    Result<Database> database = open();
    if (!database) {
        return fail(std::move(database.error()));
    }
    Statement row = database->prepare("SELECT text FROM saved WHERE kind = ? AND name = ?");
    const Result<bool> found = row.bind(name_of(kind)).bind(name).step();
    if (!found) {
        return fail(found.error());
    }
    return *found ? std::optional(SavedItem{.name = std::string(name), .text = std::string(row.text(0))})
                  : std::nullopt;
}

Result<bool> SavedItems::put(SavedKind kind, const SavedItem& item) const {
    Result<Database> database = open();
    if (!database) {
        return fail(std::move(database.error()));
    }
    Result<Transaction> transaction = Transaction::begin(*database);
    if (!transaction) {
        return fail(std::move(transaction.error()));
    }
    Statement update = database->prepare("UPDATE saved SET text = ?3 WHERE kind = ?1 AND name = ?2");
    update.bind(name_of(kind)).bind(item.name).bind(item.text);
    const Result<bool> replaced = changed_by(*database, update);
    if (!replaced) {
        return replaced;
    }
    if (!*replaced) {
        Statement insert = database->prepare("INSERT INTO saved (kind, name, text) VALUES (?, ?, ?)");
        const Result<void> inserted = insert.bind(name_of(kind)).bind(item.name).bind(item.text).run();
        if (!inserted) {
            return fail(inserted.error());
        }
    }
    const Result<void> committed = transaction->commit();
    return committed ? replaced : fail(committed.error());
}

Result<bool> SavedItems::erase(SavedKind kind, std::string_view name) const {
    Result<Database> database = open();
    if (!database) {
        return fail(std::move(database.error()));
    }
    Statement row = database->prepare("DELETE FROM saved WHERE kind = ? AND name = ?");
    row.bind(name_of(kind)).bind(name);
    return changed_by(*database, row);
}

} // namespace tradesh::store
