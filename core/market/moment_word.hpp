#pragma once

#include "core/base/error.hpp"
#include "core/base/time.hpp"
#include "core/market/instrument.hpp"

#include <string>
#include <string_view>
#include <variant>

/// Moments as a trader names them: "2026-11-20T20:55:00Z", "15:55", "NYSE:close-5m".
namespace tradesh {

/// A time on a wall clock: "15:55".
struct TimeOfDay {
    Duration since_midnight{0};
    std::string zone{}; ///< an IANA zone; empty: that of the instrument's exchange
    bool operator==(const TimeOfDay&) const = default;
};

/// Around the open or the close of regular hours: "NYSE:close-5m", "open+1m".
struct SessionEdge {
    std::string exchange{}; ///< empty: the instrument's own
    bool is_close = true;
    Duration offset{0}; ///< signed
    bool operator==(const SessionEdge&) const = default;
};

using MomentWord = std::variant<Instant, TimeOfDay, SessionEdge>;

/// Usage error, "time.moment", for anything else; a date and time must say its offset or Z.
Result<MomentWord> parse_moment(std::string_view text);
/// The canonical spelling, which parse_moment reads back (a zone stands behind the time, after a space).
std::string to_text(const MomentWord& word);

/// The moment that is meant at `now`: a time of day is that of the day it now is on that clock, an edge that of the
/// trading day that `now` belongs to or comes before. It may have passed already: callers judge that. A time that the
/// clocks skip is the moment of the change, one that they repeat the earlier. Errors: an exchange whose calendar is
/// unknown, an unknown zone, a time of day without one where that of the exchange is unknown ("time.zone_missing").
/// Reads tzdata, which does not belong on the loop.
Result<Instant> moment_of(const MomentWord& word, const Instrument& instrument, Instant now);

/// "2026-11-20" for the trading day that `now` belongs to, on the instrument's exchange; the UTC date where it trades
/// around the clock or nobody knows when. Reads tzdata as well.
std::string session_date_of(const Instrument& instrument, Instant now);
/// The date on the clocks of a zone. Usage error for an unknown one.
Result<std::string> date_in_zone(std::string_view zone, Instant now);

} // namespace tradesh
