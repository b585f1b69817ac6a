#pragma once

#include "core/market/calendar_day.hpp"

namespace tradesh {

/// Weekdays of 2012 to 2027 without trading: general holidays as gazetted (2027: after the
/// almanac and the ordinance on general holidays), and whole days lost to a typhoon or a black
/// rainstorm. (Since September 2024 weather closes the market no more.)
bool is_hong_kong_closure(const CalendarDay& day);

/// The eve of a Lunar New Year, 2013 to 2027.
bool is_lunar_new_years_eve(const CalendarDay& day);

} // namespace tradesh
