#include "core/market/calendar_day.hpp"
#include "core/market/trading_day.hpp"

#include <array>

namespace tradesh {
namespace {

using namespace std::chrono;

// By royal proclamation: the eve of 2000, two jubilees beside the moved spring holiday, a wedding, a jubilee, a
// funeral, a coronation; and the early May holidays that moved to the anniversary of 8 May 1945.
constexpr std::array<year_month_day, 12> proclaimed{1995y / 5 / 8,  1999y / 12 / 31, 2002y / 6 / 3,  2002y / 6 / 4,
                                                    2011y / 4 / 29, 2012y / 6 / 4,   2012y / 6 / 5,  2020y / 5 / 8,
                                                    2022y / 6 / 2,  2022y / 6 / 3,   2022y / 9 / 19, 2023y / 5 / 8};

bool is_may_holiday(const CalendarDay& day) {
    if (day.month != 5) {
        return false;
    }
    const bool early_moved = day.year == 1995 || day.year == 2020;
    const bool spring_moved = day.year == 2002 || day.year == 2012 || day.year == 2022;
    return (day.is_nth(1, Monday) && !early_moved) || (day.is_last(Monday) && !spring_moved);
}

// Holidays that meet a weekend are given back on the first weekdays after it.
bool is_turn_of_year_holiday(const CalendarDay& day) {
    if (day.month == 1) {
        return day.day == 1 || (day.weekday == Monday && day.day <= 3);
    }
    if (day.month != 12) {
        return false;
    }
    const bool after_weekend = day.weekday == Monday || day.weekday == Tuesday;
    return day.day == 25 || day.day == 26 || ((day.day == 27 || day.day == 28) && after_weekend);
}

bool closed(const CalendarDay& day) {
    return day.is_weekend() || is_turn_of_year_holiday(day) || is_good_friday(day) || is_easter_monday(day) ||
           is_may_holiday(day) || (day.month == 8 && day.is_last(Monday)) || day.is_one_of(proclaimed);
}

// The last trading days before Christmas and before New Year.
bool closes_early(const CalendarDay& day) {
    if (day.month != 12 || day.day < 21) {
        return false;
    }
    CalendarDay next = day.after(1);
    while (closed(next) && !next.is(12, 25) && !next.is(1, 1)) {
        next = next.after(1);
    }
    return next.is(12, 25) || next.is(1, 1);
}

minutes open_of(const CalendarDay& day) {
    if (day.civil < 1998y / 7 / 20) {
        return 8h + 30min;
    }
    return day.civil < 1999y / 9 / 20 ? 9h : 8h;
}

} // namespace

// Continuous trading of shares on the London Stock Exchange, without its auctions. Holidays are those of England.
TradingDay london_day(TradingDate date) {
    const CalendarDay day(date);
    if (closed(day)) {
        return {};
    }
    return {{SessionKind::regular, open_of(day), closes_early(day) ? 12h + 30min : 16h + 30min}};
}

} // namespace tradesh
