#pragma once

#include "cli/commands/order_words.hpp"

#include <span>

namespace tradesh::cli {

/// Reads what stands behind the symbol of an order (and behind the legs of a spread), one clause after the other:
/// SIZE, a type, exits, time in force, key. What the verb has said of the order stands in `order` already and decides
/// which of them fit together. Every error points at its word.
Result<void> read_order_terms(std::span<const Word> terms, OrderWords& order);

} // namespace tradesh::cli
