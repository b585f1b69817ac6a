#pragma once

#include "core/market/calendar_day.hpp"

namespace tradesh {

/// National holidays of Japan from 1992 on, with the days given back for one on a Sunday and those between two others
/// (Act on National Holidays, 1948, as amended through 2021). Equinoxes after next year are astronomy, which the
/// government confirms each February.
bool is_japanese_holiday(const CalendarDay& day);

} // namespace tradesh
