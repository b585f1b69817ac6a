#include "core/market/holidays_us.hpp"
#include "core/market/trading_day.hpp"

#include <algorithm>
#include <array>

namespace tradesh {
namespace {

using namespace std::chrono;

// The funeral of president Nixon, the attack of 11 September, the funerals of Reagan and Ford, the hurricane Sandy, the
// funerals of Bush and Carter.
constexpr std::array<year_month_day, 11> unplanned_closures{
    1994y / 4 / 27, 2001y / 9 / 11,  2001y / 9 / 12,  2001y / 9 / 13, 2001y / 9 / 14, 2004y / 6 / 11,
    2007y / 1 / 2,  2012y / 10 / 29, 2012y / 10 / 30, 2018y / 12 / 5, 2025y / 1 / 9};

struct UnplannedHours {
    year_month_day date;
    minutes open;
    minutes close;
};

// Days that were short for the whole market: two of snow, the circuit breaker of 1997, the first 11 September after.
// Troubles of one floor and minutes of silence are left out: bars of such days keep the usual grid.
constexpr std::array<UnplannedHours, 4> unplanned_hours{{{1994y / 2 / 11, 9h + 30min, 14h + 30min},
                                                         {1996y / 1 / 8, 11h, 14h},
                                                         {1997y / 10 / 27, 9h + 30min, 15h + 30min},
                                                         {2002y / 9 / 11, 12h, 16h}}};

TradingDay day_from(minutes open, minutes close) {
    return {{SessionKind::pre, 4h, open}, {SessionKind::regular, open, close}, {SessionKind::post, close, close + 4h}};
}

} // namespace

// Stocks on NYSE, NASDAQ, ARCA and AMEX. Four hours follow the close, 17:00 after one at 13:00.
TradingDay new_york_day(TradingDate date) {
    const CalendarDay day(date);
    if (day.is_weekend() || us_holiday(day) || day.is_one_of(unplanned_closures)) {
        return {};
    }
    const auto* const unplanned = std::ranges::find(unplanned_hours, day.civil, &UnplannedHours::date);
    if (unplanned != unplanned_hours.end()) {
        return day_from(unplanned->open, unplanned->close);
    }
    return day_from(9h + 30min, new_york_early_close(day).value_or(16h));
}

} // namespace tradesh
