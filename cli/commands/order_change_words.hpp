#pragma once

#include "cli/parse/arguments.hpp"
#include "core/orders/order_change.hpp"

namespace tradesh::cli {

/// Reads the words of `order modify ID ...`, the values of "terms": quantity N, limit P, stop P, trail A, target P and
/// protect P | trail A | entry, in any order, each once. Every error points at its word.
Result<orders::OrderChange> parse_change_words(const Arguments& arguments);

/// True unless the words name a quantity without a unit: "quantity 3".
bool quantity_has_unit(const Arguments& arguments);

} // namespace tradesh::cli
