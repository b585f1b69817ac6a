#pragma once

#include "core/base/error.hpp"
#include "core/base/time.hpp"
#include "core/market/instrument.hpp"
#include "core/market/timeframe.hpp"
#include "core/market/zone.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tradesh {

/// A part of a trading day. A day may have several of a kind: Tokyo's regular session is cut by its lunch break.
enum class SessionKind : std::uint8_t { night, pre, regular, post };
std::string_view name_of(SessionKind kind);

/// Which sessions are meant: `extended` adds those before and after the regular ones, `all` the nights too.
enum class Hours : std::uint8_t { regular, extended, all };
std::string_view name_of(Hours hours);
Result<Hours> parse_hours(std::string_view text);
constexpr bool includes(Hours hours, SessionKind kind) {
    return hours == Hours::all || kind == SessionKind::regular ||
           (hours == Hours::extended && kind != SessionKind::night);
}

/// Dates of sessions are the exchange's own.
using TradingDate = std::chrono::sys_days;

/// [open, close): a bar that opens at `close` lies outside.
struct Session {
    TradingDate date; ///< the trading day it belongs to; a night session belongs to the day it leads into
    SessionKind kind = SessionKind::regular;
    Instant open;
    Instant close;
    bool operator==(const Session&) const = default;
};

/// Where one bar is expected.
///
/// Bars of a time of day are counted from the open of their session and never cross its close, so the last one of a
/// session may be short: NYSE hours open at 09:30, 10:30 .. 15:30. Bars of 1d, 1w and 1M belong to trading dates: their
/// open time is the date (of a week its Monday, of a month its first) at 00:00 UTC, whether or not that day traded.
struct Slot {
    Instant open_time; ///< as stored
    Instant begin;     ///< when the first session in it opens
    Instant end;       ///< when the last one closes: before that the bar is not complete
    bool operator==(const Slot&) const = default;
};

struct ExchangeDays;

/// When an exchange trades: its sessions, holidays and half days, in its own zone, so that daylight saving is right on
/// both sides. A small value; what it refers to lives as long as the process. Pure once found; `find` reads tzdata,
/// which does not belong on the loop.
class SessionCalendar {
public:
    /// By exchange name (exchange_names()). Error "calendar.unknown" (not_found) with the names that are known.
    static Result<SessionCalendar> find(std::string_view exchange);
    /// Of an instrument's exchange; forex and crypto need none. Error "calendar.unknown" as well where nobody said
    /// where it trades: nothing is guessed.
    static Result<SessionCalendar> of(const Instrument& instrument);

    std::string_view name() const;
    const Zone& zone() const;
    /// Holidays and hours are known from the first of these dates through the last. A call whose range leaves them, if
    /// only in part, fails with "calendar.out_of_range" (not_found): nothing is clamped. Moments are within from 00:00
    /// UTC of the first date until 24:00 UTC of the last.
    TradingDate first_date() const;
    TradingDate last_date() const;

    /// Sessions whose date lies in [from, to), ascending by open.
    Result<std::vector<Session>> sessions(TradingDate from, TradingDate to, Hours hours) const;
    /// Slots with from <= open_time < to, ascending. A week or month without a session of these hours has none; one
    /// that ends after last_date() is out of range.
    Result<std::vector<Slot>> slots(Timeframe timeframe, Instant from, Instant to, Hours hours) const;
    /// The trading day that a moment within a session belongs to, of all hours, or the next one when it lies
    /// between two.
    Result<TradingDate> trading_date(Instant instant) const;

private:
    SessionCalendar(const ExchangeDays& days, Zone zone) : days_(&days), zone_(zone) {}

    Error out_of_range() const;
    bool knows(Instant from, Instant to) const;
    void append_sessions(TradingDate date, Hours hours, std::vector<Session>& sessions) const;
    std::vector<Session> sessions_between(Instant from, Instant to, Hours hours) const;
    Result<std::vector<Slot>> slots_of_days(Timeframe timeframe, Instant from, Instant to, Hours hours) const;

    const ExchangeDays* days_;
    Zone zone_;
};

} // namespace tradesh
