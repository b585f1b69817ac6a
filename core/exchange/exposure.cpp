#include "core/exchange/exposure.hpp"

#include <algorithm>

namespace tradesh::exchange {
namespace {

const Decimal short_opening_share = Decimal::of(5, 1); ///< what opening a short needs beyond its own proceeds
constexpr int share_scale = 8;

Decimal cost_of(const Claim& claim, Side side) {
    return (side == Side::buy ? claim.value : claim.value * short_opening_share) + claim.fees;
}

/// The value of the part that opens.
Decimal opening_value(const Claim& claim, Lots opening) {
    if (opening == claim.open) {
        return claim.value;
    }
    return Decimal::divide(claim.value * opening, claim.open, share_scale, Rounding::up);
}

Lots opening_lots(const Claim& claim, Lots closable) {
    return std::max<Lots>(0, claim.open - std::max<Lots>(0, closable - claim.exits));
}

} // namespace

Claim& Claim::operator+=(const Claim& other) {
    open += other.open;
    exits += other.exits;
    value += other.value;
    fees += other.fees;
    return *this;
}

Claim& Claim::operator-=(const Claim& other) {
    open -= other.open;
    exits -= other.exits;
    value -= other.value;
    fees -= other.fees;
    return *this;
}

Claims& Claims::operator+=(const Claims& other) {
    buys += other.buys;
    sells += other.sells;
    return *this;
}

Claims& Claims::operator-=(const Claims& other) {
    buys -= other.buys;
    sells -= other.sells;
    return *this;
}

void ClaimsOfGroup::add(Side side, const Claim& claim) {
    Claim& greatest = greatest_.of(side);
    if (cost_of(claim, side) > cost_of(greatest, side)) {
        greatest.value = claim.value;
        greatest.fees = claim.fees;
    }
    greatest.open = std::max(greatest.open, claim.open);
    greatest.exits = std::max(greatest.exits, claim.exits);
}

/// Where a group buys or sells, whichever comes first, the dearer of the two is held back.
Claims ClaimsOfGroup::claims() const {
    Claims claims = greatest_;
    Claim& cheaper = cost_of(claims.buys, Side::buy) < cost_of(claims.sells, Side::sell) ? claims.buys : claims.sells;
    if (claims.buys.open > 0 && claims.sells.open > 0) {
        cheaper.value = cheaper.fees = 0;
    }
    return claims;
}

Decimal Exposure::needed(const Claims& claims, Lots position) {
    Decimal total;
    if (claims.buys.open > 0) {
        const Lots opening = opening_lots(claims.buys, std::max<Lots>(0, -position));
        total += opening_value(claims.buys, opening) + claims.buys.fees;
    }
    if (claims.sells.open > 0) {
        const Lots opening = opening_lots(claims.sells, std::max<Lots>(0, position));
        if (opening > 0) { // what closes a long pays its fee from the proceeds
            total += opening_value(claims.sells, opening) * short_opening_share + claims.sells.fees;
        }
    }
    return total;
}

} // namespace tradesh::exchange
