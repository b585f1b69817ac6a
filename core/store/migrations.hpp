#pragma once

#include "core/store/database.hpp"

namespace tradesh::store {

/// Refuses a file that another program made ("store.foreign") or a newer tradesh ("store.newer"), both kind config.
/// An empty file is welcome.
Result<void> check_file_kind(Database& database, const FileKind& kind);

/// Runs the migrations that the file has not seen, each in a transaction of its own. Forward only; several processes
/// may try at once.
Result<void> migrate(Database& database, const FileKind& kind);

} // namespace tradesh::store
