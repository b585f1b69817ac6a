#pragma once

#include "core/market/bars.hpp"

#include <cstddef>

namespace tradesh::store {

/// Appends rows [begin, end) of `from`, widening scales where needed. Error "bars.out_of_range" (failed).
Result<void> append_rows(Bars& into, const Bars& from, std::size_t begin, std::size_t end);

/// The first row whose open time is not before `time`; size() when there is none.
std::size_t first_row_from(const Bars& bars, Instant time);

} // namespace tradesh::store
