#pragma once

#include "core/market/option_payoff.hpp"
#include "core/orders/risk_question.hpp"

#include <string>
#include <vector>

/// What an order for a combo of options can lose. Pure.
namespace tradesh::orders {

struct ComboLoss {
    ExpiryLoss at_expiry;                ///< of all the order's legs together, premiums aside
    std::vector<std::string> sold;       ///< contracts that it sells beyond what is held of them
    std::vector<std::string> sold_calls; ///< the calls among them
};

/// Of an order for legs; what it sells of contracts that are held closes them, and counts as nothing.
ComboLoss combo_loss(const OrderRequest& request, const Counted& counted, const HeldPositions& held);

/// What an order can cost at most: its notional; of a combo the net price and the largest loss at expiry together, and
/// never less than zero.
Money at_risk(Money notional, const OrderRequest& request, const Counted& counted, const HeldPositions& held);

} // namespace tradesh::orders
