#include "core/market/holidays_us.hpp"
#include "core/market/trading_day.hpp"

namespace tradesh {
namespace {

using namespace std::chrono;

constexpr minutes evening_before = 17h - 24h;

// When trading stopped for the rest of the date.
std::optional<minutes> halt(const CalendarDay& day, const std::optional<UsHoliday>& holiday) {
    if (day.civil == 2018y / 12 / 5 || day.civil == 2025y / 1 / 9) { // mourning for the presidents Bush and Carter
        return 8h + 30min;
    }
    if (holiday == UsHoliday::good_friday) { // open only for the report on employment, on the first Friday of a month
        return 8h + 15min;
    }
    if (holiday) {
        return day.civil < 2014y / 5 / 26 ? 10h + 30min : minutes(12h);
    }
    if (new_york_early_close(day)) {
        return 12h + 15min;
    }
    return std::nullopt;
}

bool closed(const CalendarDay& day, const std::optional<UsHoliday>& holiday) {
    return day.is_weekend() || holiday == UsHoliday::new_year || holiday == UsHoliday::christmas ||
           (holiday == UsHoliday::good_friday && !day.is_nth(1, Friday));
}

} // namespace

// Equity index futures of CME on Globex. The date of a holiday has its shortened hours to itself, though the exchange
// books them to the date after. Trading ended at 16:15 until September 2015, and paused from 15:15 to 15:30 until June
// 2021.
TradingDay chicago_day(TradingDate date) {
    const CalendarDay day(date);
    const std::optional<UsHoliday> holiday = us_holiday(day);
    if (closed(day, holiday)) {
        return {};
    }
    constexpr minutes pit_open = 8h + 30min;
    constexpr minutes pit_close = 15h + 15min;
    if (const std::optional<minutes> stop = halt(day, holiday)) {
        if (*stop <= pit_open) {
            return {{SessionKind::night, evening_before, *stop}};
        }
        return {{SessionKind::night, evening_before, pit_open}, {SessionKind::regular, pit_open, *stop}};
    }
    const minutes resumed = day.civil < 2021y / 6 / 28 ? 15h + 30min : pit_close;
    const minutes end = day.civil < 2015y / 9 / 21 ? 16h + 15min : minutes(16h);
    return {{SessionKind::night, evening_before, pit_open},
            {SessionKind::regular, pit_open, pit_close},
            {SessionKind::post, resumed, end}};
}

} // namespace tradesh
