#include "core/store/database.hpp"

#include "core/store/migrations.hpp"

#include <sqlite3.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <optional>
#include <utility>

namespace tradesh::store {
namespace {

constexpr int busy_timeout_ms = 5'000;

/// Creates the file, or makes sure that only its owner can read it. SQLite gives its side files the same mode.
Result<void> make_private(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        const bool full = errno == ENOSPC || errno == EDQUOT;
        Error error = system_error(errno, full ? "store.full" : "store.open", "open database", path);
        error.kind = full ? ErrorKind::failed : ErrorKind::config;
        return fail(std::move(error).advise(
            full ? "make room on the disk" : "file and folder must be yours to read and write: chmod 600 " + path));
    }
    const int failed = ::fchmod(file, 0600);
    const int reason = errno;
    ::close(file);
    if (failed != 0) {
        return fail(system_error(reason, "store.open", "make the database private", path));
    }
    return {};
}

/// Tells a file from another that has taken its name.
struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const FileIdentity&) const = default;
};

std::optional<FileIdentity> identity_of(const std::string& path) {
    struct stat found{};
    return ::stat(path.c_str(), &found) == 0 ? std::optional(FileIdentity{found.st_dev, found.st_ino}) : std::nullopt;
}

struct Failure {
    ErrorKind kind;
    std::string_view code;
    std::string_view meaning;
    std::string_view hint;
};

/// Whether the disk has no room: SQLite says so itself of what it writes, but not of its log and index beside the file.
bool is_full(int code, int system_error) {
    const bool grows = code == SQLITE_IOERR_SHMSIZE; // the first pages of the index, which the disk has to hold
    const bool refused = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
    return code == SQLITE_FULL || grows || (refused && (system_error == ENOSPC || system_error == EDQUOT));
}

Failure classify(int code, int system_error) {
    switch (is_full(code, system_error) ? SQLITE_FULL : code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {ErrorKind::timeout, "store.busy", "another process has been writing for 5 s", "try again"};
    case SQLITE_FULL: return {ErrorKind::failed, "store.full", "the disk is full", "make room on the disk"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return {ErrorKind::failed, "store.damaged", "the file is damaged or no database",
                "put the file aside and restore a backup"};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        return {ErrorKind::config, "store.open", "the file cannot be opened", "check that you may write to the folder"};
    default: return {ErrorKind::failed, "store.failed", "the database reports an error", ""};
    }
}

} // namespace

struct Database::Connection {
    std::string path;
    std::optional<FileIdentity> main; ///< as they were when they were seen first
    std::optional<FileIdentity> log;
    sqlite3* handle = nullptr;
    std::map<std::string, sqlite3_stmt*, std::less<>> all; ///< every cached statement
    std::map<sqlite3_stmt*, bool> in_use;

    ~Connection() {
        for (const auto& [sql, statement] : all) {
            sqlite3_finalize(statement);
        }
        sqlite3_close(handle);
    }
};

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::connect(const std::string& path, const FileKind& kind, bool writable) {
    Database database(std::make_unique<Connection>());
    database.connection_->path = path;
    const int flags = (writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE) |
                      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (sqlite3_open_v2(path.c_str(), &database.connection_->handle, flags, nullptr) != SQLITE_OK) {
        return fail(database.error("open database"));
    }
    sqlite3_busy_timeout(database.connection_->handle, busy_timeout_ms);
    if (Result<void> ours = check_file_kind(database, kind); !ours) {
        return fail(std::move(ours.error())); // before anything of a foreign file is changed
    }
    const std::string pragmas = std::string("PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA synchronous=") +
                                // Files of full durability are appended to and hardly read: a cache that grows
                                // with the file would be memory for nothing.
                                (kind.durability == Durability::full ? "FULL; PRAGMA cache_size=-256;" : "NORMAL;") +
                                (writable ? "" : "PRAGMA query_only=ON;");
    if (Result<void> set = database.execute(pragmas.c_str()); !set) {
        return fail(std::move(set.error()));
    }
    return database;
}

Result<Database> Database::open(const std::string& path, const FileKind& kind) {
    if (Result<void> made = make_private(path); !made) {
        return fail(std::move(made.error()));
    }
    Result<Database> database = connect(path, kind, true);
    if (!database) {
        return database;
    }
    if (Result<void> migrated = migrate(*database, kind); !migrated) {
        return fail(std::move(migrated.error()));
    }
    static_cast<void>(database->has_moved()); // sees them for the first time
    return database;
}

Result<Database> Database::open_for_reading(const std::string& path, const FileKind& kind) {
    return connect(path, kind, false);
}

Result<void> Database::execute(const char* script) {
    if (sqlite3_exec(connection_->handle, script, nullptr, nullptr, nullptr) != SQLITE_OK) {
        return fail(error("run a statement"));
    }
    return {};
}

Statement Database::prepare(std::string_view sql) {
    const auto found = connection_->all.find(sql);
    if (found != connection_->all.end() && !connection_->in_use[found->second]) {
        connection_->in_use[found->second] = true;
        return Statement(*this, found->second, true);
    }
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v3(connection_->handle, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                       &statement, nullptr);
    const bool keep = statement != nullptr && found == connection_->all.end();
    if (keep) {
        connection_->all.emplace(sql, statement);
        connection_->in_use[statement] = true;
    }
    return Statement(*this, statement, keep); // a second use at the same time is not kept
}

void Database::give_back(sqlite3_stmt* statement) { connection_->in_use[statement] = false; }

void Database::leave_log_on_close() {
    sqlite3_db_config(connection_->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

bool Database::has_moved() {
    const auto moved = [](const std::string& path, std::optional<FileIdentity>& opened) {
        const std::optional<FileIdentity> found = identity_of(path);
        if (!opened) {
            opened = found; // the log comes with the first row
        }
        return found != opened;
    };
    return moved(connection_->path, connection_->main) || moved(connection_->path + "-wal", connection_->log);
}

const std::string& Database::path() const { return connection_->path; }
std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(connection_->handle); }
std::int64_t Database::changes() const { return sqlite3_changes64(connection_->handle); }

Error Database::error(std::string_view attempted) const {
    const int code = sqlite3_extended_errcode(connection_->handle);
    const Failure failure = classify(code, sqlite3_system_errno(connection_->handle));
    return Error(failure.kind, failure.code,
                 std::string(failure.meaning) + " (SQLite " + std::to_string(code) + ": " +
                     sqlite3_errmsg(connection_->handle) + ")")
        .attempting(attempted)
        .on(connection_->path)
        .advise(failure.hint);
}

Result<Transaction> Transaction::begin(Database& database) {
    if (Result<void> begun = database.prepare("BEGIN IMMEDIATE").run(); !begun) {
        return fail(std::move(begun.error()));
    }
    return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
    if (database_ != nullptr) {
        // SQLite has already rolled back after some errors; then there is nothing left to undo.
        static_cast<void>(database_->execute("ROLLBACK"));
    }
}

Result<void> Transaction::commit() {
    Result<void> committed = database_->prepare("COMMIT").run();
    if (committed) {
        database_ = nullptr;
    }
    return committed;
}

} // namespace tradesh::store
