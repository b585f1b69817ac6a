#pragma once

#include "core/market/bars.hpp"
#include "core/market/corporate_action.hpp"

#include <span>

namespace tradesh::history {

/// Raw bars of 1d or longer made comparable across splits and dividends, looking back from the last action: before a
/// split of n for m prices are multiplied by m/n and volumes by n/m; before a dividend D prices are multiplied by 1 - D
/// / (close of the last bar before the ex date), the method of CRSP. Prices are rounded to 6 decimals, or as many as
/// they have. A dividend with no bar before it changes nothing; one that is not below that close is an error
/// ("adjust.dividend", failed), as is one in another currency than `currency`.
Result<Bars> adjust(const Bars& raw, std::span<const CorporateAction> actions, const Currency& currency);

} // namespace tradesh::history
