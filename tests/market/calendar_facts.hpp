#pragma once

#include "core/market/session_calendar.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace calendar_facts {

inline tradesh::Instant utc(std::string_view text) { return tradesh::parse_instant(text).value(); }
inline tradesh::TradingDate trading_date(std::string_view text) {
    return std::chrono::floor<std::chrono::days>(utc(text));
}
inline tradesh::SessionCalendar calendar(std::string_view exchange) {
    return tradesh::SessionCalendar::find(exchange).value();
}

/// "2024-07-03T13:30" of a moment, in UTC or on the wall clock of a zone.
inline std::string minute(tradesh::Instant instant) { return tradesh::to_rfc3339(instant).substr(0, 16); }
inline std::string wall_minute(const tradesh::Zone& zone, tradesh::Instant instant) {
    return minute(tradesh::Instant(zone.to_local(instant).time_since_epoch()));
}

/// "pre 04:00-09:30, regular 09:30-16:00": the sessions of a date on the exchange's clock, "closed" where there are
/// none. A time on another date than theirs has the date before it.
inline std::string day(const tradesh::SessionCalendar& calendar, std::string_view on,
                       tradesh::Hours hours = tradesh::Hours::regular) {
    const auto wall = [&](tradesh::Instant instant) {
        const std::string text = wall_minute(calendar.zone(), instant);
        return text.substr(0, 10) == on ? text.substr(11) : text.substr(5, 5) + " " + text.substr(11);
    };
    std::string line;
    for (const tradesh::Session& session :
         calendar.sessions(trading_date(on), trading_date(on) + std::chrono::days(1), hours).value()) {
        line += line.empty() ? "" : ", ";
        line += std::string(name_of(session.kind)) + " " + wall(session.open) + "-" + wall(session.close);
    }
    return line.empty() ? "closed" : line;
}

/// "begin/end" of every slot in UTC, or "date: begin/end" where it is stored under another time.
inline std::vector<std::string> slots(const tradesh::SessionCalendar& calendar, tradesh::Timeframe timeframe,
                                      std::string_view from, std::string_view to,
                                      tradesh::Hours hours = tradesh::Hours::regular) {
    std::vector<std::string> lines;
    for (const tradesh::Slot& slot : calendar.slots(timeframe, utc(from), utc(to), hours).value()) {
        const std::string span = minute(slot.begin) + "/" + minute(slot.end).substr(11);
        lines.push_back(slot.open_time == slot.begin ? span : minute(slot.open_time).substr(0, 10) + ": " + span);
    }
    return lines;
}

using Lines = std::vector<std::string>;

} // namespace calendar_facts
