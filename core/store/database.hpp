#pragma once

#include "core/base/error.hpp"
#include "core/store/statement.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;

namespace tradesh::store {

/// How much a commit survives: `normal` the end of the process, `full` the loss of power as well.
enum class Durability : std::uint8_t { normal, full };

/// What a kind of file is: how it is recognised and how it grows. The schema number of a file is the number of
/// migrations it has seen.
struct FileKind {
    std::string_view name;       ///< as people see it: "orders.db"
    std::int32_t application_id; ///< in the SQLite header, so that another file is not taken for ours
    Durability durability;
    std::span<const char* const> migrations; ///< SQL scripts; number i brings a file from schema i to i + 1
};

/// One connection to one SQLite file: WAL, foreign keys on, 5 s of patience with other writers, readable by its owner
/// alone (0600). Synchronous; used by one thread at a time, never by the loop's.
///
/// Every error carries the path, SQLite's extended code and its words. Kinds: `config` when the file is not ours, newer
/// than this program or cannot be opened; `timeout` when another process holds it; `failed` otherwise. Codes:
/// "store.newer", "store.foreign", "store.open", "store.busy", "store.full", "store.damaged", "store.failed".
class Database {
public:
    /// Opens or creates the file and brings it to the newest schema.
    static Result<Database> open(const std::string& path, const FileKind& kind);
    /// Opens an existing, migrated file for reading.
    static Result<Database> open_for_reading(const std::string& path, const FileKind& kind);

    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;
    ~Database();

    /// Runs a script of statements that return no rows.
    Result<void> execute(const char* script);
    /// A statement from the connection's cache, back in it (reset) when it is destroyed. It must not outlive this.
    Statement prepare(std::string_view sql);

    /// Closing usually writes the log into the file and removes it. Not of a file that must stay as it was found.
    void leave_log_on_close();

    /// True when the file or its log is no longer at its place: what is written would be found by nobody.
    bool has_moved();
    const std::string& path() const;
    std::int64_t last_insert_id() const;
    /// Rows changed by the last INSERT, UPDATE or DELETE.
    std::int64_t changes() const;
    /// An error from SQLite's state after a failed call.
    Error error(std::string_view attempted) const;

private:
    friend class Statement;
    void give_back(sqlite3_stmt* statement);

    struct Connection;
    explicit Database(std::unique_ptr<Connection> connection);
    static Result<Database> connect(const std::string& path, const FileKind& kind, bool writable);
    std::unique_ptr<Connection> connection_;
};

/// A transaction, rolled back unless committed.
class Transaction {
public:
    /// Takes the writer lock at once, so that it cannot fail half-way for want of it.
    static Result<Transaction> begin(Database& database);

    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();

    Result<void> commit();

private:
    explicit Transaction(Database& database) : database_(&database) {}
    Database* database_;
};

} // namespace tradesh::store
