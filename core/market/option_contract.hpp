#pragma once

#include "core/base/decimal.hpp"
#include "core/market/instrument.hpp"
#include "core/market/session_calendar.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tradesh {

/// "AAPL261218C00220000": the OCC's name without blanks. Strikes with more than three decimals are rounded in it.
std::string option_symbol(const Option& option);
/// The inverse; nullopt for any other symbol.
std::optional<Option> parse_option_symbol(std::string_view symbol);

/// The close at which an option expires; nullopt where its expiry is no trading day of the calendar.
std::optional<Instant> expiry_close(const SessionCalendar& calendar, const Option& option);
/// What the option is worth at expiry, for one unit of the underlying.
Decimal intrinsic_value(const Option& option, Decimal spot);

} // namespace tradesh
