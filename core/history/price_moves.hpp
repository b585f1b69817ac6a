#pragma once

#include "core/history/finding_list.hpp"

#include <span>

namespace tradesh::history {

/// Finds outliers and jumps. A move is the logarithm of a price ratio; the usual one is the median of the series'
/// absolute close-to-close moves, taken apart for neighbours and for those with a pause (a night, a weekend) between
/// them; where the bars around move more, it is theirs. After a pause of more than ten days, and with too few bars to
/// know what is usual, nothing is judged.
void find_price_moves(FindingList& findings, const Bars& bars, Timeframe timeframe,
                      std::span<const CorporateAction> actions);

} // namespace tradesh::history
