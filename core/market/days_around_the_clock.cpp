#include "core/market/calendar_day.hpp"
#include "core/market/trading_day.hpp"

namespace tradesh {

using namespace std::chrono_literals;

// Currencies trade from Sunday 17:00 to Friday 17:00 in New York, where a day ends and the next begins. There is no
// exchange that could close, but on Christmas and New Year's Day nobody quotes: the two days that every feed leaves
// out.
TradingDay forex_day(TradingDate date) {
    const CalendarDay day(date);
    if (day.is_weekend() || day.is(12, 25) || day.is(1, 1)) {
        return {};
    }
    return {{SessionKind::regular, 17h - 24h, 17h}};
}

// Days of UTC, without an end.
TradingDay crypto_day(TradingDate) { return {{SessionKind::regular, 0h, 24h}}; }

} // namespace tradesh
