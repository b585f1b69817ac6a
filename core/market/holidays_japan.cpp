#include "core/market/holidays_japan.hpp"

#include <array>

namespace tradesh {
namespace {

using namespace std::chrono;

// A wedding, an accession, an enthronement; and where holidays moved for the Olympic games.
constexpr std::array<year_month_day, 9> decreed{1993y / 6 / 9,  2019y / 5 / 1,  2019y / 10 / 22,
                                                2020y / 7 / 23, 2020y / 7 / 24, 2020y / 8 / 10,
                                                2021y / 7 / 22, 2021y / 7 / 23, 2021y / 8 / 8};

// Days of March and September, for 1980 to 2099 (the usual approximation of the almanac, in millionths of a day).
unsigned equinox(int year, int micro_days_in_1980) {
    const int years = year - 1980;
    return static_cast<unsigned>((micro_days_in_1980 + 242'194 * years) / 1'000'000 - years / 4);
}

bool is_spring_holiday(const CalendarDay& day) {
    const bool coming_of_age = day.year < 2000 ? day.is(1, 15) : day.month == 1 && day.is_nth(2, Monday);
    const bool emperor = day.year >= 2020 && day.is(2, 23);
    const bool vernal_equinox = day.is(3, equinox(day.year, 20'843'100));
    const bool golden_week = day.is(4, 29) || day.is(5, 3) || day.is(5, 5) || (day.year >= 2007 && day.is(5, 4));
    return day.is(1, 1) || coming_of_age || day.is(2, 11) || emperor || vernal_equinox || golden_week;
}

bool is_summer_holiday(const CalendarDay& day) {
    const bool moved = day.year == 2020 || day.year == 2021;
    if (moved) {
        return false; // decreed one by one
    }
    const bool fixed_marine = day.year >= 1996 && day.year <= 2002 && day.is(7, 20);
    const bool marine = fixed_marine || (day.year >= 2003 && day.month == 7 && day.is_nth(3, Monday));
    const bool mountain = day.year >= 2016 && day.is(8, 11);
    const bool sports = day.year < 2000 ? day.is(10, 10) : day.month == 10 && day.is_nth(2, Monday);
    return marine || mountain || sports;
}

bool is_autumn_holiday(const CalendarDay& day) {
    const bool aged = day.year < 2003 ? day.is(9, 15) : day.month == 9 && day.is_nth(3, Monday);
    const bool autumnal_equinox = day.is(9, equinox(day.year, 23'248'800));
    const bool emperor = day.year <= 2018 && day.is(12, 23);
    return aged || autumnal_equinox || day.is(11, 3) || day.is(11, 23) || emperor;
}

bool is_named_holiday(const CalendarDay& day) {
    return is_spring_holiday(day) || is_summer_holiday(day) || is_autumn_holiday(day) || day.is_one_of(decreed);
}

// Since 2007 a Sunday's holiday is given back on the first day after it that is none; before, on Monday only.
bool is_given_back(const CalendarDay& day) {
    CalendarDay earlier = day.before(1);
    while (day.year >= 2007 && earlier.weekday != Sunday && is_named_holiday(earlier)) {
        earlier = earlier.before(1);
    }
    return earlier.weekday == Sunday && is_named_holiday(earlier);
}

} // namespace

bool is_japanese_holiday(const CalendarDay& day) {
    const bool between_two = day.weekday != Sunday && is_named_holiday(day.before(1)) && is_named_holiday(day.after(1));
    return is_named_holiday(day) || is_given_back(day) || between_two;
}

} // namespace tradesh
