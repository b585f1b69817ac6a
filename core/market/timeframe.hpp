#pragma once

#include "core/base/error.hpp"
#include "core/base/time.hpp"

#include <array>
#include <string_view>

namespace tradesh {

/// The length of a bar. Weeks start on Monday; days, weeks and months are those of the exchange's sessions.
enum class Timeframe : std::uint8_t { m1, m5, m15, m30, h1, h2, h3, h4, d1, w1, mo1 };

/// All timeframes, shortest first.
inline constexpr std::array<Timeframe, 11> timeframes{Timeframe::m1, Timeframe::m5, Timeframe::m15, Timeframe::m30,
                                                      Timeframe::h1, Timeframe::h2, Timeframe::h3,  Timeframe::h4,
                                                      Timeframe::d1, Timeframe::w1, Timeframe::mo1};

/// "1m" .. "4h", "1d", "1w", "1M".
std::string_view name_of(Timeframe timeframe);
Result<Timeframe> parse_timeframe(std::string_view text);

/// Nominal length; a month counts 30 days. For ordering and guessing, not for calendar arithmetic.
Duration nominal_length(Timeframe timeframe);

/// True for 1d, 1w and 1M, whose bars belong to a session date rather than to a time of day.
bool is_daily_or_longer(Timeframe timeframe);

} // namespace tradesh
