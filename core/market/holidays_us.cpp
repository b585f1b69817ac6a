#include "core/market/holidays_us.hpp"

namespace tradesh {
namespace {

using namespace std::chrono;

bool observes(const CalendarDay& day, unsigned month, unsigned day_of_month) {
    return day.is(month, day_of_month) || (day.weekday == Friday && day.after(1).is(month, day_of_month)) ||
           (day.weekday == Monday && day.before(1).is(month, day_of_month));
}

bool observes_new_year(const CalendarDay& day) { return day.is(1, 1) || (day.weekday == Monday && day.is(1, 2)); }

// Since 1995, on the day that leaves the fewest traders at work. The Friday after a holiday on Thursday until 2012, the
// Wednesday before it since.
bool closes_early_around_july_4(const CalendarDay& day) {
    if (day.year < 1995 || day.month != 7) {
        return false;
    }
    if (day.day == 5) {
        return day.weekday == Friday && day.year < 2013;
    }
    const bool before_thursday = day.weekday == Wednesday;
    const bool before_weekend = day.weekday == Friday; // the holiday itself is observed
    return day.day == 3 && !before_weekend && (!before_thursday || day.year >= 2013);
}

bool closes_early_at_christmas(const CalendarDay& day) {
    const bool friday_after = day.civil == 1997y / 12 / 26 || day.civil == 2003y / 12 / 26;
    return friday_after || (day.is(12, 24) && (day.year <= 1992 || day.year >= 1996));
}

bool closes_early_after_thanksgiving(const CalendarDay& day) {
    return day.year >= 1992 && day.month == 11 && day.before(1).is_nth(4, Thursday);
}

} // namespace

std::optional<UsHoliday> us_holiday(const CalendarDay& day) {
    if (day.is_weekend()) {
        return std::nullopt;
    }
    if (observes_new_year(day)) {
        return UsHoliday::new_year;
    }
    if (day.month == 1 && day.is_nth(3, Monday) && day.year >= 1998) {
        return UsHoliday::martin_luther_king;
    }
    if (day.month == 2 && day.is_nth(3, Monday)) {
        return UsHoliday::washingtons_birthday;
    }
    if (is_good_friday(day)) {
        return UsHoliday::good_friday;
    }
    if (day.month == 5 && day.is_last(Monday)) {
        return UsHoliday::memorial_day;
    }
    if (observes(day, 6, 19) && day.year >= 2022) {
        return UsHoliday::juneteenth;
    }
    if (observes(day, 7, 4)) {
        return UsHoliday::independence_day;
    }
    if (day.month == 9 && day.is_nth(1, Monday)) {
        return UsHoliday::labor_day;
    }
    if (day.month == 11 && day.is_nth(4, Thursday)) {
        return UsHoliday::thanksgiving;
    }
    if (observes(day, 12, 25)) {
        return UsHoliday::christmas;
    }
    return std::nullopt;
}

std::optional<minutes> new_york_early_close(const CalendarDay& day) {
    const bool early =
        closes_early_around_july_4(day) || closes_early_after_thanksgiving(day) || closes_early_at_christmas(day);
    if (!early || day.is_weekend() || us_holiday(day)) {
        return std::nullopt;
    }
    return day.year < 1993 ? 14h : 13h;
}

} // namespace tradesh
