#pragma once

#include "core/base/decimal.hpp"

#include <optional>

namespace tradesh::cli {

/// Money as an account statement shows it.
inline Decimal in_cents(Decimal amount) { return amount.rescaled(2, Rounding::half_even); }

inline std::optional<Decimal> in_cents(const std::optional<Decimal>& amount) {
    return amount ? std::optional(in_cents(*amount)) : std::nullopt;
}

} // namespace tradesh::cli
