#pragma once

#include "core/market/bars.hpp"
#include "core/market/corporate_action.hpp"

#include <span>

namespace tradesh::history {

/// Raw bars of 1d made comparable across splits and dividends, looking back from the last action: before a split of n
/// for m prices are multiplied by m/n and volumes by n/m; before a dividend D prices are multiplied by 1 - D / (close
/// of the last bar before the ex date), the method of CRSP; dividends of one date count as one. Both are rounded to 6
/// decimals, or as many as they have. An action with no bar before it changes nothing. Adjusted bars of 1w and 1M are
/// resampled from these: a week with an ex date in it has prices from before and after.
/// Errors (failed): "adjust.dividend" for one that is not below that close, below zero, or in another currency than
/// `currency`; "adjust.out_of_range" for numbers that get too long.
Result<Bars> adjust(const Bars& raw, std::span<const CorporateAction> actions, const Currency& currency);

} // namespace tradesh::history
