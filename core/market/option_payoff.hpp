#pragma once

#include "core/market/instrument.hpp"

#include <vector>

/// What options of one underlying can cost together once they expire. Pure.
namespace tradesh {

struct OptionHolding {
    Option option;
    Decimal units; ///< of the underlying; below zero where the option is sold
};

struct ExpiryLoss {
    Decimal amount;      ///< zero or more, premiums aside
    bool bounded = true; ///< false: calls are sold uncovered, and the amount is that at twice the highest strike
};

/// The payoff is linear between strikes, so it is least at zero, at a strike, or beyond the highest one. What is bought
/// covers nothing that is sold with a later expiry, and is taken to be worthless by then.
ExpiryLoss largest_loss_at_expiry(const std::vector<OptionHolding>& held);

} // namespace tradesh
