#pragma once

#include "core/market/instrument.hpp"

#include <optional>
#include <string>

namespace tradesh::history {

/// What a user says about an instrument; what is not said is assumed.
struct InstrumentStatement {
    std::string symbol;
    std::optional<InstrumentKind> kind;
    std::optional<std::string> exchange; ///< a name that find_exchange knows, any letter case
    std::optional<std::string> zone;     ///< IANA name
    std::optional<Currency> currency;
    std::optional<Decimal> tick;
    std::optional<Decimal> lot;
    std::optional<Decimal> multiplier;
};

/// A new instrument. Assumed where nothing is stated: a stock, or forex for six letters that are two known currencies,
/// or what its exchange says: crypto on CRYPTO, a future for a root with month and year (ESZ6) on a futures exchange;
/// zone and currency of the exchange, otherwise UTC and USD (for forex the second currency); a usual tick of the kind
/// (stock 0.01, forex 0.00001, with JPY 1 and 0.001), or `price_step` when the prices seen are finer; lot and
/// multiplier 1. Errors (usage): "symbol.malformed", "exchange.unknown", "zone.unknown", "instrument.step" for a tick,
/// lot or multiplier that is not above zero.
Result<Instrument> guess_instrument(const InstrumentStatement& statement, std::optional<Decimal> price_step);

/// A known instrument with what is stated filled in where it was only assumed before, and the currency of a stated
/// exchange where that was assumed. While it has no bars (`has_bars` false) what is stated replaces what was stated.
/// Error "instrument.conflict" (usage) where it has bars and something else was stated earlier.
Result<Instrument> apply_statement(const Instrument& known, const InstrumentStatement& statement, bool has_bars);

} // namespace tradesh::history
