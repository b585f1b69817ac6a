#pragma once

#include "core/store/database.hpp"

namespace tradesh::venue::paper {

/// The file paper.db. Decimals and price rules are text, times are nanoseconds since 1970 UTC, quantities of orders and
/// holdings are lots.
extern const store::FileKind paper_file;

} // namespace tradesh::venue::paper
