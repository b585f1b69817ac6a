#pragma once

#include "core/store/database.hpp"

namespace tradesh::store {

/// The file kind and schema of orders.db.
const FileKind& journal_file_kind();

} // namespace tradesh::store
