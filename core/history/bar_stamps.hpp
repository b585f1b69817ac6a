#pragma once

#include "core/history/quality.hpp"

#include <optional>
#include <span>

namespace tradesh::history {

/// Tells bars of a time of day that carry the time of their end: in nine of ten sessions, and three at least, the first
/// slot has no bar and one stands exactly at the close. Only sessions with most of their bars are counted; those that
/// last all day, and longer bars, are never judged.
std::optional<Finding> find_end_stamps(const Bars& bars, Timeframe timeframe, std::span<const Slot> slots);

} // namespace tradesh::history
