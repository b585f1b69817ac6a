#include "core/orders/combo_loss.hpp"

#include "core/market/option_contract.hpp"

#include <algorithm>

namespace tradesh::orders {

ComboLoss combo_loss(const OrderRequest& request, const Counted& counted, const HeldPositions& held) {
    ComboLoss loss;
    std::vector<OptionHolding> opened;
    for (const ComboLeg& leg : counted.legs) {
        const std::optional<Option> option = parse_option_symbol(leg.symbol);
        if (!option) {
            continue; // legs are contracts: parse_legs takes nothing else
        }
        Decimal quantity = request.quantity * leg.ratio * sign_of(request.side);
        if (const auto has = held.find(leg.symbol); has != held.end() && quantity.is_negative()) {
            quantity = std::min(quantity + std::max(has->second.quantity, Decimal(0)), Decimal(0));
        }
        if (quantity.is_negative()) {
            loss.sold.push_back(leg.symbol);
            if (option->right == OptionRight::call) {
                loss.sold_calls.push_back(leg.symbol);
            }
        }
        opened.push_back({.option = *option, .units = quantity * counted.multiplier});
    }
    loss.at_expiry = largest_loss_at_expiry(opened);
    return loss;
}

Money at_risk(Money notional, const OrderRequest& request, const Counted& counted, const HeldPositions& held) {
    if (!counted.legs.empty()) {
        const Decimal loss = combo_loss(request, counted, held).at_expiry.amount;
        notional.amount = std::max(notional.amount * sign_of(request.side) + loss, Decimal(0));
    }
    return notional;
}

} // namespace tradesh::orders
