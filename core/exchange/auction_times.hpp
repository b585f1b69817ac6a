#pragma once

#include "core/market/session_calendar.hpp"

namespace tradesh::exchange {

/// When the regular session of the next trading day opens, after `now`. A day with a break opens once. Errors: those of
/// SessionCalendar::sessions.
Result<Instant> next_opening(const SessionCalendar& calendar, Instant now);
/// When the regular session that runs at `now`, or else the next one, closes; of a day with a break the last one.
Result<Instant> next_close(const SessionCalendar& calendar, Instant now);

} // namespace tradesh::exchange
