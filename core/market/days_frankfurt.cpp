#include "core/market/calendar_day.hpp"
#include "core/market/trading_day.hpp"

namespace tradesh {
namespace {

using namespace std::chrono;

bool closed_on_both(const CalendarDay& day) {
    return day.is_weekend() || day.is(1, 1) || is_good_friday(day) || is_easter_monday(day) || day.is(5, 1) ||
           day.is(12, 24) || day.is(12, 25) || day.is(12, 26) || day.is(12, 31);
}

bool is_whit_monday(const CalendarDay& day) {
    return day.weekday == Monday && day.date - days(50) == easter_sunday(day.year);
}

bool closed_on_xetra(const CalendarDay& day) {
    return closed_on_both(day) ||
           (is_whit_monday(day) && (day.year == 2007 || (day.year >= 2015 && day.year <= 2021))) ||
           (day.is(10, 3) && day.year >= 2014 && day.year <= 2021) || day.civil == 2017y / 10 / 31;
}

bool is_last_of_year(const CalendarDay& day) {
    CalendarDay next = day.after(1);
    while (next.year == day.year && closed_on_xetra(next)) {
        next = next.after(1);
    }
    return next.year != day.year;
}

} // namespace

// Continuous trading on Xetra, until 20:00 before November 2003. The last trading day of a year ends at 14:00.
TradingDay xetra_day(TradingDate date) {
    const CalendarDay day(date);
    if (closed_on_xetra(day)) {
        return {};
    }
    if (is_last_of_year(day)) {
        return {{SessionKind::regular, 9h, 14h}};
    }
    return {{SessionKind::regular, 9h, day.civil < 2003y / 11 / 3 ? minutes(20h) : 17h + 30min}};
}

// Futures on European share indices (FESX, FDAX). Regular are the hours of the shares below them. What Eurex has traded
// since December 2018 in the hours of Asia, from 01:10 in winter and 02:10 in summer until 08:00, is not a part of it.
TradingDay eurex_day(TradingDate date) {
    if (closed_on_both(CalendarDay(date))) {
        return {};
    }
    return {{SessionKind::pre, 8h, 9h}, {SessionKind::regular, 9h, 17h + 30min}, {SessionKind::post, 17h + 30min, 22h}};
}

} // namespace tradesh
