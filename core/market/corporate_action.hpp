#pragma once

#include "core/base/decimal.hpp"
#include "core/base/money.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>
#include <variant>

namespace tradesh {

/// `new_shares` for `old_shares`: 2 for 1 doubles the shares and halves the price. Both above zero.
struct Split {
    Decimal new_shares = 1;
    Decimal old_shares = 1;
    bool operator==(const Split&) const = default;
};
/// Cash for each share held before the date.
struct Dividend {
    Money amount;
    bool operator==(const Dividend&) const = default;
};

/// What changes the price of a share without a trade.
struct CorporateAction {
    std::chrono::sys_days ex_date; ///< the first trading date on which the price is without it
    std::variant<Split, Dividend> what;
    bool operator==(const CorporateAction&) const = default;
};

} // namespace tradesh
