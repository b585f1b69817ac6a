#pragma once

#include "core/market/calendar_day.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace tradesh {

/// The holidays of US markets.
enum class UsHoliday : std::uint8_t {
    new_year,
    martin_luther_king, ///< since 1998
    washingtons_birthday,
    good_friday,
    memorial_day,
    juneteenth, ///< since 2022
    independence_day,
    labor_day,
    thanksgiving,
    christmas,
};

/// The holiday observed on a weekday. One on a Saturday is observed on the Friday before, one on a Sunday on the Monday
/// after; but New Year's Day on a Saturday is not observed, for that Friday ends a year (NYSE rule 7.2).
std::optional<UsHoliday> us_holiday(const CalendarDay& day);

/// When the stock exchanges of New York planned to close early, on their wall clock.
std::optional<std::chrono::minutes> new_york_early_close(const CalendarDay& day);

} // namespace tradesh
