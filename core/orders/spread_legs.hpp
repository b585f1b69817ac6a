#pragma once

#include "core/market/instrument.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Several option contracts of one underlying that are traded as one order, at a net price.
namespace tradesh::orders {

inline constexpr std::size_t spread_legs_max = 4;

/// "AAPL261218P00095000,-AAPL261218P00090000": contracts with commas between them, those that are sold behind a minus,
/// with their ratio where it is not one: "-2xAAPL261218P00090000". Two to four, each contract once. Usage errors
/// "spread.legs".
Result<std::vector<ComboLeg>> parse_legs(std::string_view text);
std::string to_text(const std::vector<ComboLeg>& legs);

/// Usage error "spread.underlying" where a leg is on another underlying.
Result<void> check_underlying(std::string_view underlying, const std::vector<ComboLeg>& legs);

/// The instrument that buys and sells these legs together, priced for one unit of the underlying: what is paid is
/// above zero, what is received below. Its symbol says what it is, "AAPL=261218P95-P90", where that fits into a symbol.
Result<Instrument> spread_of(const Instrument& underlying, const std::vector<ComboLeg>& legs);
/// Its symbol alone, of legs that check_underlying has passed.
std::string spread_symbol(std::string_view underlying, const std::vector<ComboLeg>& legs);

/// A contract as an instrument, from its symbol and its underlying.
Instrument contract_of(const Instrument& underlying, std::string symbol, const Option& option);

} // namespace tradesh::orders
