#pragma once

#include "core/base/decimal.hpp"
#include "core/base/error.hpp"

#include <string_view>

namespace tradesh::history {

/// A number of a cell, without the trailing zeros it may be written with: what Decimal::parse accepts. Error
/// "import.row" with the reason: "open is empty".
Result<Decimal> parse_row_number(std::string_view text, std::string_view column);

} // namespace tradesh::history
