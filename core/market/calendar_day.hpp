#pragma once

#include "core/market/session_calendar.hpp"

#include <algorithm>
#include <chrono>
#include <span>

namespace tradesh {

/// A date with what holiday rules ask of it, taken apart once.
struct CalendarDay {
    constexpr explicit CalendarDay(TradingDate trading_date)
        : date(trading_date),
          civil(trading_date),
          year(static_cast<int>(civil.year())),
          month(static_cast<unsigned>(civil.month())),
          day(static_cast<unsigned>(civil.day())),
          weekday(std::chrono::weekday(trading_date)) {}

    TradingDate date;
    std::chrono::year_month_day civil;
    int year;
    unsigned month;
    unsigned day;
    std::chrono::weekday weekday;

    constexpr bool is_weekend() const { return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday; }
    constexpr bool is(unsigned a_month, unsigned a_day) const { return month == a_month && day == a_day; }
    constexpr bool is_one_of(std::span<const std::chrono::year_month_day> dates) const {
        return std::ranges::find(dates, civil) != dates.end();
    }
    /// The n-th of a weekday in its month, counted from 1.
    constexpr bool is_nth(unsigned n, std::chrono::weekday a_weekday) const {
        return weekday == a_weekday && (day - 1) / 7 + 1 == n;
    }
    constexpr bool is_last(std::chrono::weekday a_weekday) const {
        const std::chrono::days week{7};
        return weekday == a_weekday && std::chrono::year_month_day(date + week).month() != civil.month();
    }
    constexpr CalendarDay before(int days) const { return CalendarDay(date - std::chrono::days(days)); }
    constexpr CalendarDay after(int days) const { return before(-days); }
};

/// Easter Sunday of the Gregorian calendar, by the anonymous algorithm (Nature, 1876; Meeus, Astronomical Algorithms).
constexpr TradingDate easter_sunday(int year) {
    const int golden = year % 19;
    const int century = year / 100;
    const int year_of_century = year % 100;
    const int correction = (century - (century + 8) / 25 + 1) / 3;
    const int epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    const int weekday = (32 + 2 * (century % 4) + 2 * (year_of_century / 4) - epact - year_of_century % 4) % 7;
    const int late = (golden + 11 * epact + 22 * weekday) / 451;
    const int days = epact + weekday - 7 * late + 114;
    return std::chrono::year(year) / (days / 31) / (days % 31 + 1);
}

constexpr bool is_good_friday(const CalendarDay& day) {
    return day.weekday == std::chrono::Friday && day.date + std::chrono::days(2) == easter_sunday(day.year);
}
constexpr bool is_easter_monday(const CalendarDay& day) {
    return day.weekday == std::chrono::Monday && day.date - std::chrono::days(1) == easter_sunday(day.year);
}

} // namespace tradesh
