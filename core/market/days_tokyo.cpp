#include "core/market/holidays_japan.hpp"
#include "core/market/trading_day.hpp"

namespace tradesh {
namespace {

using namespace std::chrono;

bool closed(const CalendarDay& day) {
    const bool turn_of_year = day.is(12, 31) || (day.month == 1 && day.day <= 3);
    const bool outage = day.civil == 2020y / 10 / 1; // the trading system failed for the whole day
    return day.is_weekend() || turn_of_year || outage || is_japanese_holiday(day);
}

// The first and the last day of a year had a morning only, the last time on 2009-01-05.
bool is_ceremonial_half_day(const CalendarDay& day) {
    if (day.civil > 2009y / 1 / 5) {
        return false;
    }
    const bool last = day.month == 12 && day.day >= 28;
    const bool first = day.month == 1 && day.day <= 6;
    CalendarDay neighbour = last ? day.after(1) : day.before(1);
    while (closed(neighbour) && neighbour.year == day.year) {
        neighbour = last ? neighbour.after(1) : neighbour.before(1);
    }
    return (first || last) && neighbour.year != day.year;
}

minutes afternoon_open(const CalendarDay& day) {
    if (day.civil == 2005y / 11 / 1) { // the trading system failed in the morning
        return 13h + 30min;
    }
    const bool orders_too_many = day.civil >= 2006y / 1 / 19 && day.civil <= 2006y / 4 / 21;
    return orders_too_many ? 13h : 12h + 30min;
}

minutes afternoon_close(const CalendarDay& day) {
    if (day.civil == 2006y / 1 / 18) { // stopped under too many orders
        return 14h + 40min;
    }
    return day.civil < 2024y / 11 / 5 ? minutes(15h) : 15h + 30min;
}

} // namespace

// Shares on the Tokyo Stock Exchange: a morning and an afternoon, both regular.
TradingDay tokyo_day(TradingDate date) {
    const CalendarDay day(date);
    if (closed(day)) {
        return {};
    }
    const DaySession morning{SessionKind::regular, 9h, day.civil < 2011y / 11 / 21 ? minutes(11h) : 11h + 30min};
    const DaySession afternoon{SessionKind::regular, afternoon_open(day), afternoon_close(day)};
    if (day.civil == 2005y / 11 / 1) {
        return {afternoon};
    }
    return is_ceremonial_half_day(day) ? TradingDay{morning} : TradingDay{morning, afternoon};
}

} // namespace tradesh
