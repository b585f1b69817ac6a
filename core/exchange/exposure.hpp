#pragma once

#include "core/exchange/order_book.hpp"

#include <string>
#include <vector>

namespace tradesh::exchange {

/// Of the value of what is sold short, what is held back: the proceeds and half as much.
inline const Decimal short_held_share = Decimal::of(15, 1);

/// What orders of one side may still do to cash and position. An exit only reduces, and so needs no cash.
struct Claim {
    Lots open = 0;  ///< that may still trade, exits aside
    Lots exits = 0; ///< that exits may still trade
    Decimal value;  ///< of what is open, if all of it opened a position
    Decimal fees;   ///< still to come, if all of it fills

    Claim& operator+=(const Claim& other);
    Claim& operator-=(const Claim& other);
};

struct Claims {
    Claim buys;
    Claim sells;

    Claim& of(Side side) { return side == Side::buy ? buys : sells; }
    Claims& operator+=(const Claims& other);
    Claims& operator-=(const Claims& other);
};

/// The claims of orders that cancel one another: only the greatest of them can come true.
class ClaimsOfGroup {
public:
    void add(Side side, const Claim& claim);
    Claims claims() const;

private:
    Claims greatest_;
};

/// What the live orders of an account in one instrument claim. The sums follow each change of an order, so that nothing
/// has to be added up when the next one comes.
struct Exposure {
    Claims claims;
    Decimal reserved; ///< held back for them, given the position

    /// What `claims` need beyond the position that they close: the worth of what is bought, and of what is sold short
    /// half as much. Where the orders of one side close only in part, each is taken to close in proportion.
    static Decimal needed(const Claims& claims, Lots position);
};

/// Live orders of an account that cancel one another.
struct Group {
    std::vector<std::uint64_t> members; ///< numbers, ascending
    Claims claims;
};

} // namespace tradesh::exchange
