#pragma once

#include "core/store/database.hpp"

namespace tradesh::store {

/// The file kind and schema of market.db.
const FileKind& market_file_kind();

} // namespace tradesh::store
