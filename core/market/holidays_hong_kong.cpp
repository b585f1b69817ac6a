#include "core/market/holidays_hong_kong.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace tradesh {
namespace {

using namespace std::chrono;

constexpr int first_year = 2012;
constexpr std::size_t years = 16;

/// Month and day as one number: 1002 is 2 October. Unused places are 0.
using DaysOfYear = std::array<int, 18>;

constexpr std::array<DaysOfYear, years> general_holidays{{
    {102, 123, 124, 125, 404, 406, 409, 501, 702, 1001, 1002, 1023, 1225, 1226},          // 2012
    {101, 211, 212, 213, 329, 401, 404, 501, 517, 612, 701, 920, 1001, 1014, 1225, 1226}, // 2013
    {101, 131, 203, 418, 421, 501, 506, 602, 701, 909, 1001, 1002, 1225, 1226},           // 2014
    {101, 219, 220, 403, 406, 407, 501, 525, 701, 903, 928, 1001, 1021, 1225},            // 2015
    {101, 208, 209, 210, 325, 328, 404, 502, 609, 701, 916, 1010, 1226, 1227},            // 2016
    {102, 130, 131, 404, 414, 417, 501, 503, 530, 1002, 1005, 1225, 1226},                // 2017
    {101, 216, 219, 330, 402, 405, 501, 522, 618, 702, 925, 1001, 1017, 1225, 1226},      // 2018
    {101, 205, 206, 207, 405, 419, 422, 501, 513, 607, 701, 1001, 1007, 1225, 1226},      // 2019
    {101, 127, 128, 410, 413, 430, 501, 625, 701, 1001, 1002, 1026, 1225},                // 2020
    {101, 212, 215, 402, 405, 406, 519, 614, 701, 922, 1001, 1014, 1227},                 // 2021
    {201, 202, 203, 405, 415, 418, 502, 509, 603, 701, 912, 1004, 1226, 1227},            // 2022
    {102, 123, 124, 125, 405, 407, 410, 501, 526, 622, 1002, 1023, 1225, 1226},           // 2023
    {101, 212, 213, 329, 401, 404, 501, 515, 610, 701, 918, 1001, 1011, 1225, 1226},      // 2024
    {101, 129, 130, 131, 404, 418, 421, 501, 505, 701, 1001, 1007, 1029, 1225, 1226},     // 2025
    {101, 217, 218, 219, 403, 406, 407, 501, 525, 619, 701, 1001, 1019, 1225},            // 2026
    {101, 208, 209, 326, 329, 405, 513, 609, 701, 916, 1001, 1008, 1227},                 // 2027
}};

constexpr std::array<year_month_day, 10> lost_to_weather{
    2013y / 8 / 14,  2016y / 8 / 2,  2016y / 10 / 21, 2017y / 8 / 23, 2020y / 10 / 13,
    2021y / 10 / 13, 2023y / 7 / 17, 2023y / 9 / 1,   2023y / 9 / 8,  2024y / 9 / 6};

constexpr std::array<year_month_day, 12> eves_of_lunar_new_year{
    2014y / 1 / 30, 2015y / 2 / 18, 2017y / 1 / 27, 2018y / 2 / 15, 2019y / 2 / 4,  2020y / 1 / 24,
    2021y / 2 / 11, 2022y / 1 / 31, 2024y / 2 / 9,  2025y / 1 / 28, 2026y / 2 / 16, 2027y / 2 / 5};

} // namespace

bool is_hong_kong_closure(const CalendarDay& day) {
    const int year = day.year - first_year;
    if (year < 0 || static_cast<std::size_t>(year) >= years) {
        return false;
    }
    const int month_and_day = static_cast<int>(day.month * 100 + day.day);
    const DaysOfYear& holidays = general_holidays[static_cast<std::size_t>(year)];
    return std::ranges::find(holidays, month_and_day) != holidays.end() || day.is_one_of(lost_to_weather);
}

bool is_lunar_new_years_eve(const CalendarDay& day) { return day.is_one_of(eves_of_lunar_new_year); }

} // namespace tradesh
