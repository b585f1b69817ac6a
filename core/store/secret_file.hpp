#pragma once

#include "core/base/error.hpp"

#include <string>
#include <string_view>

/// Files that hold secrets: ours (0600), whole or not at all. Synchronous. No error repeats a word of them.
namespace tradesh::store {

/// At most 64 KiB. Errors: not_found, "secret.none"; config, "secret.exposed" (others may read it, or it is not ours)
/// and "secret.unreadable".
Result<std::string> read_secret_file(const std::string& path);
/// Makes the folder that it lies in (0700), and replaces the file at once and durably.
Result<void> write_secret_file(const std::string& path, std::string_view text);
/// No error where there is none.
Result<void> remove_secret_file(const std::string& path);

} // namespace tradesh::store
