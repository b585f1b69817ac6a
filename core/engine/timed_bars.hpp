#pragma once

#include "core/market/bar_completion.hpp"
#include "core/market/bars.hpp"
#include "core/scan/bars_source.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace tradesh::engine {

/// How many bars are read beyond those wanted, because the last ones are often not complete.
inline constexpr std::size_t incomplete_max = 2;

/// Bars of one symbol as they were read for a scan.
struct TimedBars {
    Bars bars;
    std::vector<Instant> complete_at; ///< of each
    std::size_t begin = 0;            ///< of the rows that are wanted
    std::size_t end = 0;
};

/// Marks the rows that are wanted; true when there are as many as there could be.
bool choose_rows(TimedBars& read, const scan::BarsWanted& wanted, std::optional<Instant> complete_by);

/// Shows the rows that are wanted, one lane wide.
void visit_rows(const TimedBars& read, const scan::BarsWanted& wanted, std::span<const scan::GroupMember> members,
                const scan::ScanBars::Visit& visit);

} // namespace tradesh::engine
