#pragma once

#include "core/orders/risk_check.hpp"
#include "core/orders/risk_question.hpp"

#include <vector>

namespace tradesh::orders {

/// The sixteen checks in their fixed order, each of them made, whether or not an earlier one denied:
///
///      1 form             side, quantity, prices, type and time in force that the venue takes, tick, lot
///      2 trading_state    HALTED passes nothing, REDUCING only what reduces
///      3 duplicate        an id twice; the same order again without a key
///      4 instrument       tradable, not expired, not restricted, allowed
///      5 session          open, or an order that can wait; cut-offs of opening and closing orders
///      6 reference_price  a quote that is fresh, two-sided, not crossed, real-time
///      7 price_collar     distance of a limit from the middle; spread for market orders
///      8 order_size       quantity and notional
///      9 position         with all open orders of the side filled; gross exposure
///     10 short_selling
///     11 self_match       against our own open orders
///     12 open_orders      in all and in the symbol
///     13 order_rate       within a second and a minute
///     14 day_loss         loss of the day, drawdown
///     15 buying_power     after what orders on their way will take
///     16 concentration    of one symbol in net liquidation
///
/// An order that can only reduce a position passes what would keep somebody in it: the spread of 7, and 8 to 16; a
/// change that only takes away of an open order passes 5 to 16. On paper a duplicate and a self-match are warnings.
/// What cannot be measured cannot pass a limit.
std::vector<RiskCheck> check_risk(const RiskQuestion& question);

/// True when the order can take away of a position and never add to one.
bool only_reduces(const AskedOrder& asked);
/// True for a change of an open order that leaves no more of it, no nearer to the market.
bool only_shrinks(const AskedOrder& asked);

/// True when one of the limits needs a quote of the instrument before such an order can be checked.
bool needs_quote(const RiskLimits& limits, std::string_view account, std::string_view symbol);

/// What a check found against its limit, in words.
std::string sentence_of(const RiskCheck& check);

/// What the hint of a refusal ends with.
inline constexpr std::string_view order_not_sent = "the order was not sent";

/// The first denial as an Error of kind refused, "risk.<measure or name>"; nothing when there is none.
Result<void> verdict_of(const std::vector<RiskCheck>& checks, const OrderRequest& request);

} // namespace tradesh::orders
