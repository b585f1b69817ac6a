#include "core/store/migrations.hpp"

#include <string>

namespace tradesh::store {
namespace {

Result<std::int64_t> read_number(Database& database, const char* sql) {
    Statement statement = database.prepare(sql);
    const Result<bool> row = statement.step();
    if (!row) {
        return fail(row.error());
    }
    return statement.integer(0);
}

Result<std::int64_t> schema_of(Database& database) { return read_number(database, "PRAGMA user_version"); }

/// One step, unless another process took it in the meantime. True when the file is at `version + 1` afterwards.
Result<void> take_step(Database& database, const FileKind& kind, std::int64_t version) {
    Result<Transaction> transaction = Transaction::begin(database);
    if (!transaction) {
        return fail(std::move(transaction.error()));
    }
    const Result<std::int64_t> now = schema_of(database);
    if (!now) {
        return fail(now.error());
    }
    if (*now != version) {
        return {};
    }
    const std::string script = std::string(kind.migrations[static_cast<std::size_t>(version)]) +
                               ";PRAGMA user_version=" + std::to_string(version + 1) +
                               ";PRAGMA application_id=" + std::to_string(kind.application_id) + ";";
    if (Result<void> run = database.execute(script.c_str()); !run) {
        return run;
    }
    return transaction->commit();
}

} // namespace

Result<void> check_file_kind(Database& database, const FileKind& kind) {
    const Result<std::int64_t> id = read_number(database, "PRAGMA application_id");
    if (!id) {
        return fail(id.error());
    }
    const Result<std::int64_t> tables = read_number(database, "SELECT count(*) FROM sqlite_schema");
    if (!tables) {
        return fail(tables.error());
    }
    const std::string name(kind.name);
    if (*id != kind.application_id && (*id != 0 || *tables != 0)) {
        return fail(Error(ErrorKind::config, "store.foreign", "this is a database, but not a tradesh " + name)
                        .attempting("open database")
                        .on(database.path())
                        .advise("put the file aside"));
    }
    const Result<std::int64_t> version = schema_of(database);
    if (!version) {
        return fail(version.error());
    }
    if (*version == 0 && *tables != 0) {
        return fail(Error(ErrorKind::config, "store.no_version",
                          "this " + name + " holds tables but no longer says of which version they are")
                        .attempting("open database")
                        .on(database.path())
                        .advise("put the file aside and restore a backup"));
    }
    const auto known = static_cast<std::int64_t>(kind.migrations.size());
    if (*version > known) {
        return fail(Error(ErrorKind::config, "store.newer",
                          name + " was written by a newer tradesh (schema " + std::to_string(*version) +
                              ", this program knows " + std::to_string(known) + ")")
                        .attempting("open database")
                        .on(database.path())
                        .advise("install the newer tradesh, or restore a backup made by this one"));
    }
    return {};
}

Result<void> migrate(Database& database, const FileKind& kind) {
    for (;;) {
        const Result<std::int64_t> version = schema_of(database);
        if (!version) {
            return fail(version.error());
        }
        if (*version >= static_cast<std::int64_t>(kind.migrations.size())) {
            return check_file_kind(database, kind);
        }
        if (Result<void> step = take_step(database, kind, *version); !step) {
            return step;
        }
    }
}

} // namespace tradesh::store
