#pragma once

#include "core/base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

struct sqlite3_stmt;

namespace tradesh::store {

class Database;

/// A prepared statement with its parameters. A failure to prepare or bind is kept and returned by `step` or `run`, so
/// callers check once.
class Statement {
public:
    Statement(Statement&&) noexcept;
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    // Parameters in their order. Bytes and text must live until the statement has run.
    Statement& bind(std::int64_t value);
    Statement& bind(std::string_view text);
    Statement& bind(std::span<const std::byte> blob);

    /// True when there is a row to read.
    Result<bool> step();
    /// Runs to the end, ignoring rows, and makes the statement ready to be bound and run again.
    Result<void> run();

    // Columns of the current row, from 0. Text and bytes live until the next step.
    std::int64_t integer(int column) const;
    std::string_view text(int column) const;
    std::span<const std::byte> blob(int column) const;

private:
    friend class Database;
    Statement(Database& database, sqlite3_stmt* handle, bool cached);
    void check_bind(int code);

    Database* database_;
    sqlite3_stmt* handle_; ///< null when it could not be prepared
    bool cached_;
    int next_parameter_ = 1;
    std::unique_ptr<Error> failure_;
};

} // namespace tradesh::store
