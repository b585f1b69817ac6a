#pragma once

#include "core/expression/program.hpp"
#include "core/scan/symbol_scan.hpp"

#include <span>
#include <string>
#include <string_view>

namespace tradesh::cli {

/// Why a condition holds, does not, or cannot be told: the clauses that settled it with the values on their sides,
/// "rsi(14) < 30 is false (rsi(14) = 41.2)". Of several clauses that settle it together all are told, of those that
/// would have been enough each. `objections` are the words for clauses that decided against, see scan::BuiltInScan.
std::string reason_of(const expression::Program& program, const scan::ScanRow& row,
                      std::span<const std::string_view> objections = {});

} // namespace tradesh::cli
