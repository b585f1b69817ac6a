#pragma once

#include "core/exchange/exchange.hpp"

#include <array>
#include <optional>

namespace tradesh::exchange {

/// The one known point of an instrument's simulated price.
struct Anchor {
    Instant time;
    Decimal price;
    bool operator==(const Anchor&) const = default;
};

/// Simulated prices: a pure function of seed, symbol, time and anchor, so that nothing has to be stored and every core
/// sees the same market.
///
///   price(t) = anchor.price * exp(w(t) - w(anchor.time)), rounded to the tick, at least one tick
///
/// w is value noise in octaves of 2 s, 4 s, ... 2 years, each with an amplitude that grows with the square root of its
/// period: over the spans between it moves like a random walk without drift, about 1.7 % a day.
class PriceModel {
public:
    explicit PriceModel(std::uint64_t seed) : seed_(seed) {}

    Ticks price(const Instrument& instrument, const Anchor& anchor, Instant time) const;

    /// Five levels on each side of the price, a few ticks wide, each worth some ten thousands of the currency.
    HouseQuotes quotes(const Instrument& instrument, const Anchor& anchor, Instant time) const;

private:
    double walk(std::uint64_t stream, Instant time) const;

    std::uint64_t seed_;
};

} // namespace tradesh::exchange
