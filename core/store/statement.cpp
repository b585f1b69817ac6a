#include "core/store/statement.hpp"

#include "core/store/database.hpp"

#include <sqlite3.h>

#include <utility>

namespace tradesh::store {

Statement::Statement(Database& database, sqlite3_stmt* handle, bool cached)
    : database_(&database),
      handle_(handle),
      cached_(cached) {
    if (handle_ == nullptr) {
        failure_ = std::make_unique<Error>(database_->error("prepare a statement"));
    }
}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      handle_(std::exchange(other.handle_, nullptr)),
      cached_(other.cached_),
      next_parameter_(other.next_parameter_),
      failure_(std::move(other.failure_)) {}

Statement::~Statement() {
    if (handle_ == nullptr) {
        return;
    }
    if (cached_) {
        sqlite3_reset(handle_);
        sqlite3_clear_bindings(handle_);
        database_->give_back(handle_);
    } else {
        sqlite3_finalize(handle_);
    }
}

void Statement::check_bind(int code) {
    if (code != SQLITE_OK && !failure_) {
        failure_ = std::make_unique<Error>(database_->error("bind a parameter"));
    }
}

Statement& Statement::bind(std::int64_t value) {
    if (!failure_) {
        check_bind(sqlite3_bind_int64(handle_, next_parameter_++, value));
    }
    return *this;
}

Statement& Statement::bind(std::string_view text) {
    if (!failure_) {
        const char* data = text.data() == nullptr ? "" : text.data(); // a null pointer would bind NULL
        check_bind(sqlite3_bind_text64(handle_, next_parameter_++, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
    }
    return *this;
}

Statement& Statement::bind(std::span<const std::byte> blob) {
    if (!failure_) {
        check_bind(sqlite3_bind_blob64(handle_, next_parameter_++, blob.data(), blob.size(), SQLITE_STATIC));
    }
    return *this;
}

Result<bool> Statement::step() {
    if (failure_) {
        return fail(*failure_);
    }
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code == SQLITE_DONE) {
        return false;
    }
    return fail(database_->error("run a statement"));
}

Result<void> Statement::run() {
    Result<bool> more = step();
    while (more && *more) {
        more = step();
    }
    if (handle_ != nullptr) {
        sqlite3_reset(handle_);
        next_parameter_ = 1;
    }
    if (!more) {
        return fail(std::move(more.error()));
    }
    return {};
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }

std::string_view Statement::text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
    return text == nullptr ? std::string_view()
                           : std::string_view(text, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column)));
}

std::span<const std::byte> Statement::blob(int column) const {
    const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(handle_, column));
    return {data, data == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

} // namespace tradesh::store
