#include "core/market/calendar_day.hpp"
#include "core/market/trading_day.hpp"

namespace tradesh {

using namespace std::chrono_literals;

// Currencies trade from Sunday 17:00 to Friday 17:00 in New York, where a day ends and the next begins. There is no
// exchange that could close: on Christmas and New Year most banks stay away, but who quotes and when differs from one
// to the next, so such hours are expected and turn out to be without trades.
TradingDay forex_day(TradingDate date) {
    if (CalendarDay(date).is_weekend()) {
        return {};
    }
    return {{SessionKind::regular, 17h - 24h, 17h}};
}

// Days of UTC, without an end.
TradingDay crypto_day(TradingDate) { return {{SessionKind::regular, 0h, 24h}}; }

} // namespace tradesh
