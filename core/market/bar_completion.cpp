#include "core/market/bar_completion.hpp"

#include <algorithm>
#include <chrono>

namespace tradesh {
namespace {

using std::chrono::days;

/// The open time of the bar of nominal length that a moment lies in.
Instant nominal_begin(Timeframe timeframe, Instant now) {
    const auto date = std::chrono::floor<days>(now);
    switch (timeframe) {
    case Timeframe::d1: return date;
    case Timeframe::w1: return date - (std::chrono::weekday(date) - std::chrono::Monday);
    case Timeframe::mo1: {
        const std::chrono::year_month_day civil(date);
        return std::chrono::sys_days(civil.year() / civil.month() / 1);
    }
    default: return date + (now - date) / nominal_length(timeframe) * nominal_length(timeframe);
    }
}

/// Lengthens the last slot by a regular session, or begins another.
void append(std::vector<Slot>& slots, Timeframe timeframe, const Session& session) {
    const Instant period = nominal_begin(timeframe, session.date);
    if (slots.empty() || slots.back().open_time != period) {
        slots.push_back(Slot{.open_time = period, .begin = session.open, .end = session.close});
    }
    slots.back().end = session.close;
}

} // namespace

Instant nominal_end(Timeframe timeframe, Instant open_time) {
    if (timeframe != Timeframe::mo1) {
        return open_time + nominal_length(timeframe);
    }
    const std::chrono::year_month_day civil(std::chrono::floor<days>(open_time));
    return std::chrono::sys_days(civil.year() / civil.month() / 1 + std::chrono::months(1));
}

BarCompletion::BarCompletion(const SessionCalendar& calendar) {
    Result<std::vector<Session>> sessions =
        calendar.sessions(calendar.first_date(), calendar.last_date() + days(1), Hours::all);
    if (!sessions) {
        return; // cannot be: these are the dates that it knows
    }
    sessions_ = std::move(*sessions);
    for (const Session& session : sessions_) {
        if (session.kind == SessionKind::regular) {
            append(days_, Timeframe::d1, session);
            append(weeks_, Timeframe::w1, session);
            append(months_, Timeframe::mo1, session);
        }
    }
}

const std::vector<Slot>& BarCompletion::slots_of(Timeframe timeframe) const {
    return timeframe == Timeframe::d1 ? days_ : timeframe == Timeframe::w1 ? weeks_ : months_;
}

Instant BarCompletion::of(Timeframe timeframe, Instant open_time) const {
    const Instant nominal = nominal_end(timeframe, open_time);
    if (is_daily_or_longer(timeframe)) {
        const std::vector<Slot>& slots = slots_of(timeframe);
        const auto slot = std::ranges::lower_bound(slots, open_time, {}, &Slot::open_time);
        return slot != slots.end() && slot->open_time == open_time ? slot->end : nominal;
    }
    const auto after = std::ranges::upper_bound(sessions_, open_time, {}, &Session::open);
    if (after == sessions_.begin()) {
        return nominal;
    }
    const Session& session = *std::prev(after);
    const bool on_slot = (open_time - session.open) % nominal_length(timeframe) == Duration(0);
    return open_time < session.close && on_slot ? std::min(nominal, session.close) : nominal;
}

std::vector<Instant> BarCompletion::of(Timeframe timeframe, std::span<const Instant> open_times) const {
    std::vector<Instant> ends;
    ends.reserve(open_times.size());
    for (const Instant open_time : open_times) {
        const Instant end = of(timeframe, open_time);
        ends.push_back(ends.empty() ? end : std::max(end, ends.back()));
    }
    return ends;
}

std::optional<Slot> BarCompletion::in_progress(Timeframe timeframe, Instant now) const {
    if (sessions_.empty() || now < sessions_.front().open || now >= sessions_.back().close) {
        const Instant begin = nominal_begin(timeframe, now);
        return Slot{.open_time = begin, .begin = begin, .end = nominal_end(timeframe, begin)};
    }
    if (is_daily_or_longer(timeframe)) {
        const std::vector<Slot>& slots = slots_of(timeframe);
        const auto after = std::ranges::upper_bound(slots, now, {}, &Slot::begin);
        if (after == slots.begin() || now >= std::prev(after)->end) {
            return std::nullopt;
        }
        return *std::prev(after);
    }
    const auto after = std::ranges::upper_bound(sessions_, now, {}, &Session::open);
    const Session& session = *std::prev(after);
    if (now >= session.close) {
        return std::nullopt;
    }
    const Duration length = nominal_length(timeframe);
    const Instant begin = session.open + (now - session.open) / length * length;
    return Slot{.open_time = begin, .begin = begin, .end = std::min(begin + length, session.close)};
}

} // namespace tradesh
