#include "core/market/holidays_hong_kong.hpp"
#include "core/market/trading_day.hpp"

#include <optional>

namespace tradesh {
namespace {

using namespace std::chrono;

bool closed(const CalendarDay& day) { return day.is_weekend() || is_hong_kong_closure(day); }

bool is_half_day(const CalendarDay& day) { return day.is(12, 24) || day.is(12, 31) || is_lunar_new_years_eve(day); }

// The hours after the close of `evening`, on its clock; they end later and later.
std::optional<DaySession> hours_after(const CalendarDay& evening) {
    if (evening.civil < 2013y / 4 / 8 || is_half_day(evening)) {
        return std::nullopt;
    }
    const minutes open = evening.civil < 2016y / 7 / 25 ? minutes(17h) : 17h + 15min;
    if (evening.civil < 2014y / 11 / 3) {
        return DaySession{SessionKind::night, open, 23h};
    }
    if (evening.civil < 2017y / 11 / 6) {
        return DaySession{SessionKind::night, open, 23h + 45min};
    }
    return DaySession{SessionKind::night, open, evening.civil < 2019y / 6 / 17 ? 25h : 27h};
}

// On the evening of the trading day before, which may be a long holiday away.
std::optional<DaySession> night_into(const CalendarDay& day) {
    CalendarDay evening = day.before(1);
    while (closed(evening)) {
        evening = evening.before(1);
    }
    std::optional<DaySession> night = hours_after(evening);
    if (night) {
        night->open -= day.date - evening.date;
        night->close -= day.date - evening.date;
    }
    return night;
}

} // namespace

// Futures on the Hang Seng indices: a morning and an afternoon, both regular, and the exchange's "T+1 session" of the
// evening before. Mornings or evenings that weather cut short are whole here: they turn out to be without trades.
TradingDay hong_kong_day(TradingDate date) {
    const CalendarDay day(date);
    if (closed(day)) {
        return {};
    }
    TradingDay sessions;
    if (const std::optional<DaySession> night = night_into(day)) {
        sessions.push_back(*night);
    }
    if (is_half_day(day)) {
        sessions.push_back({SessionKind::regular, 9h + 15min, 12h + 30min});
        return sessions;
    }
    sessions.push_back({SessionKind::regular, 9h + 15min, 12h});
    sessions.push_back({SessionKind::regular, 13h, day.civil < 2016y / 7 / 25 ? 16h + 15min : 16h + 30min});
    return sessions;
}

} // namespace tradesh
