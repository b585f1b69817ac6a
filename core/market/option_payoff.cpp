#include "core/market/option_payoff.hpp"

#include "core/market/option_contract.hpp"

#include <algorithm>

namespace tradesh {
namespace {

std::vector<OptionHolding> those_that_count(const std::vector<OptionHolding>& held) {
    std::chrono::year_month_day last_sold{};
    for (const OptionHolding& each : held) {
        if (each.units.is_negative()) {
            last_sold = std::max(last_sold, each.option.expiry);
        }
    }
    std::vector<OptionHolding> counting = held;
    std::erase_if(counting, [&](const OptionHolding& each) {
        return each.units.is_positive() && each.option.expiry < last_sold;
    });
    return counting;
}

Decimal payoff(const std::vector<OptionHolding>& held, Decimal spot) {
    Decimal sum;
    for (const OptionHolding& each : held) {
        sum += each.units * intrinsic_value(each.option, spot);
    }
    return sum;
}

} // namespace

ExpiryLoss largest_loss_at_expiry(const std::vector<OptionHolding>& held) {
    const std::vector<OptionHolding> counting = those_that_count(held);
    Decimal highest_strike;
    Decimal units_above; ///< of the underlying, beyond the highest strike
    Decimal least = payoff(counting, 0);
    for (const OptionHolding& each : counting) {
        least = std::min(least, payoff(counting, each.option.strike));
        highest_strike = std::max(highest_strike, each.option.strike);
        units_above += each.option.right == OptionRight::call ? each.units : Decimal(0);
    }
    const bool bounded = !units_above.is_negative();
    if (!bounded) {
        least = std::min(least, payoff(counting, highest_strike * 2));
    }
    return ExpiryLoss{.amount = std::max(-least, Decimal(0)), .bounded = bounded};
}

} // namespace tradesh
