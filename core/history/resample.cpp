#include "core/history/resample.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace tradesh::history {
namespace {

using std::chrono::days;
using std::chrono::floor;

/// Sessions are asked for in stretches of this many dates, so that decades of bars need little memory beside them.
constexpr days stretch(400);

/// Where a bar of 1d or longer that holds `date` starts.
TradingDate start_of(Timeframe timeframe, TradingDate date) {
    if (timeframe == Timeframe::w1) {
        return date - (std::chrono::weekday(date) - std::chrono::Monday);
    }
    if (timeframe == Timeframe::mo1) {
        const std::chrono::year_month_day parts(date);
        return std::chrono::year_month_day(parts.year(), parts.month(), std::chrono::day(1));
    }
    return date;
}

/// The date after the last that lies in the same bar as `date`.
TradingDate end_of(Timeframe timeframe, TradingDate date) {
    const TradingDate start = start_of(timeframe, date);
    switch (timeframe) {
    case Timeframe::w1: return start + days(7);
    case Timeframe::mo1: return start_of(timeframe, start + days(31));
    default: return start + days(1);
    }
}

/// Neighbouring rows of the source that go into one bar.
struct Rows {
    std::size_t first = 0;
    std::size_t last = 0; ///< one past
    bool empty() const { return first == last; }
};

/// Slots of the source within a bar, or within a piece of it.
struct SlotCount {
    TimeSpan span{};
    std::size_t expected = 0;
    std::size_t filled = 0;
};

std::size_t slots_in(Duration span, Duration length) {
    return static_cast<std::size_t>((span + length - Duration(1)) / length);
}

/// Makes bars of rows, all in exact integers: a result has the scales of its source.
class BarMaker {
public:
    explicit BarMaker(const Bars& source) : source_(source) {
        result_.bars.open.scale = source.open.scale;
        result_.bars.high.scale = source.high.scale;
        result_.bars.low.scale = source.low.scale;
        result_.bars.close.scale = source.close.scale;
        result_.bars.volume.scale = source.volume.scale;
    }

    /// Rows and slots of the bar that opens at `open_time`; one bar may come in several pieces, one after the other.
    /// Error "bars.out_of_range" when a volume no longer fits.
    Result<void> add(Instant open_time, Rows rows, SlotCount slots) {
        if (open_time != open_time_) {
            finish_bar();
            open_time_ = open_time;
            slots_.span.from = slots.span.from;
        }
        slots_.span.to = slots.span.to;
        slots_.expected += slots.expected;
        slots_.filled += slots.filled;
        if (rows.empty()) {
            return {};
        }
        if (!begun_) {
            begin_bar(rows.first);
        }
        return extend_bar(rows);
    }
    void leave_out(std::size_t rows) { result_.outside += rows; }

    Resampled take(bool with_absent) {
        finish_bar();
        if (!with_absent) {
            result_.absent.clear();
            result_.spans.clear();
        }
        return std::move(result_);
    }

private:
    void begin_bar(std::size_t row) {
        begun_ = true;
        Bars& bars = result_.bars;
        bars.open_time.push_back(*open_time_);
        bars.open.units.push_back(source_.open.units[row]);
        bars.high.units.push_back(source_.high.units[row]);
        bars.low.units.push_back(source_.low.units[row]);
        bars.close.units.push_back(source_.close.units[row]);
        bars.volume.units.push_back(0);
    }

    Result<void> extend_bar(Rows rows) {
        Bars& bars = result_.bars;
        std::int64_t high = bars.high.units.back();
        std::int64_t low = bars.low.units.back();
        std::int64_t volume = bars.volume.units.back();
        bool too_large = false;
        for (std::size_t row = rows.first; row < rows.last; ++row) {
            high = std::max(high, source_.high.units[row]);
            low = std::min(low, source_.low.units[row]);
            too_large |= __builtin_add_overflow(volume, source_.volume.units[row], &volume);
        }
        if (too_large) {
            return fail(ErrorKind::failed, "bars.out_of_range",
                        "the volume of the bar of " + to_rfc3339(*open_time_) + " has more than 18 digits");
        }
        bars.high.units.back() = high;
        bars.low.units.back() = low;
        bars.volume.units.back() = volume;
        bars.close.units.back() = source_.close.units[rows.last - 1];
        return {};
    }

    void finish_bar() {
        if (begun_) {
            result_.absent.push_back(slots_.expected - slots_.filled);
            result_.spans.push_back(slots_.span);
        }
        begun_ = false;
        slots_ = {};
        open_time_.reset();
    }

    const Bars& source_;
    Resampled result_;
    std::optional<Instant> open_time_;
    SlotCount slots_;
    bool begun_ = false; ///< the bar of `open_time_` has a row
};

/// Deals the rows of a series out to the sessions of a calendar, in ascending order.
class SessionDealer {
public:
    SessionDealer(const Bars& source, Timeframe from, Timeframe to)
        : times_(source.open_time),
          to_(to),
          length_(nominal_length(from)),
          maker_(source) {}

    Result<void> add(const Session& session) {
        const Rows rows = take_rows(session);
        return is_daily_or_longer(to_) ? add_to_date(session, rows) : add_by_time(session, rows);
    }

    Resampled take() {
        maker_.leave_out(times_.size() - next_);
        return maker_.take(true);
    }

private:
    /// The next rows up to the close of the session; those that come before it opens lie in none.
    Rows take_rows(const Session& session) {
        const std::size_t first = row_at(session.open);
        maker_.leave_out(first - next_);
        next_ = first;
        next_ = row_at(session.close);
        return {.first = first, .last = next_};
    }
    std::size_t row_at(Instant instant) const {
        const auto from = times_.begin() + static_cast<std::ptrdiff_t>(next_);
        return static_cast<std::size_t>(std::lower_bound(from, times_.end(), instant) - times_.begin());
    }

    Result<void> add_to_date(const Session& session, Rows rows) {
        const SlotCount slots{.span = {.from = session.open, .to = session.close},
                              .expected = slots_in(session.close - session.open, length_),
                              .filled = filled_slots(session, rows)};
        return maker_.add(start_of(to_, session.date), rows, slots);
    }

    Result<void> add_by_time(const Session& session, Rows rows) {
        const Duration target = nominal_length(to_);
        while (!rows.empty()) {
            const Instant open = session.open + (times_[rows.first] - session.open) / target * target;
            const Instant close = std::min(open + target, session.close);
            Rows within{.first = rows.first, .last = rows.first + 1};
            while (within.last < rows.last && times_[within.last] < close) {
                ++within.last;
            }
            const SlotCount slots{.span = {.from = open, .to = close},
                                  .expected = slots_in(close - open, length_),
                                  .filled = filled_slots(session, within)};
            if (Result<void> added = maker_.add(open, within, slots); !added) {
                return added;
            }
            rows.first = within.last;
        }
        return {};
    }

    /// Two rows may lie in one slot when their times are not those of the calendar.
    std::size_t filled_slots(const Session& session, Rows rows) const {
        std::size_t filled = 0;
        Instant slot_end = session.open;
        for (std::size_t row = rows.first; row < rows.last; ++row) {
            if (times_[row] >= slot_end) {
                ++filled;
                slot_end = session.open + ((times_[row] - session.open) / length_ + 1) * length_;
            }
        }
        return filled;
    }

    const std::vector<Instant>& times_;
    Timeframe to_;
    Duration length_; ///< of a slot of the source
    BarMaker maker_;
    std::size_t next_ = 0; ///< the first row not dealt out yet
};

/// Every date with a session as one that lasts the day, which is where the open time of a daily bar lies.
std::vector<Session> days_of(const std::vector<Session>& sessions) {
    std::vector<Session> dates;
    for (const Session& session : sessions) {
        if (dates.empty() || dates.back().date != session.date) {
            dates.push_back(
                {.date = session.date, .open = Instant(session.date), .close = Instant(session.date) + days(1)});
        }
    }
    return dates;
}

Result<TradingDate> date_of(Instant open_time, Timeframe from, const SessionCalendar& calendar) {
    if (is_daily_or_longer(from)) {
        return floor<days>(open_time);
    }
    return calendar.trading_date(open_time);
}

Result<Resampled> resample_by_calendar(const Bars& bars, Timeframe from, Timeframe to, const SessionCalendar& calendar,
                                       Hours hours) {
    SessionDealer dealer(bars, from, to);
    if (bars.empty()) {
        return dealer.take();
    }
    const Result<TradingDate> first = date_of(bars.open_time.front(), from, calendar);
    const Result<TradingDate> last = date_of(bars.open_time.back(), from, calendar);
    if (!first || !last) {
        return fail(!first ? first.error() : last.error());
    }
    // Whole bars, as far as holidays are known: what is absent at either end counts as well.
    const TradingDate begin = std::min(*first, std::max(start_of(to, *first), calendar.first_date()));
    const TradingDate end = std::max(*last + days(1), std::min(end_of(to, *last), calendar.last_date() + days(1)));
    for (TradingDate date = begin; date < end; date += stretch) {
        Result<std::vector<Session>> sessions = calendar.sessions(date, std::min(date + stretch, end), hours);
        if (!sessions) {
            return fail(std::move(sessions.error()));
        }
        for (const Session& session : is_daily_or_longer(from) ? days_of(*sessions) : *sessions) {
            if (Result<void> added = dealer.add(session); !added) {
                return fail(std::move(added.error()));
            }
        }
    }
    return dealer.take();
}

Result<Resampled> resample_by_date(const Bars& bars, Timeframe to) {
    BarMaker maker(bars);
    for (std::size_t row = 0; row < bars.size(); ++row) {
        const Instant open_time = start_of(to, floor<days>(bars.open_time[row]));
        if (Result<void> added = maker.add(open_time, {.first = row, .last = row + 1}, {}); !added) {
            return fail(std::move(added.error()));
        }
    }
    return maker.take(false);
}

} // namespace

bool can_resample(Timeframe from, Timeframe to) {
    if (from >= to) {
        return false;
    }
    if (is_daily_or_longer(to)) {
        return from <= Timeframe::d1; // weeks are cut by months
    }
    return nominal_length(to) % nominal_length(from) == Duration(0);
}

Result<Resampled> resample(const Bars& bars, Timeframe from, Timeframe to, const SessionCalendar* calendar,
                           Hours hours) {
    const std::string wish = std::string(name_of(to)) + " of " + std::string(name_of(from));
    if (!can_resample(from, to)) {
        return fail(Error(ErrorKind::usage, "resample.timeframe", "bars cannot be put together so")
                        .attempting("make " + wish)
                        .advise("the longer timeframe must be a multiple of the shorter; months are made of days"));
    }
    if (calendar != nullptr) {
        return resample_by_calendar(bars, from, to, *calendar, hours);
    }
    if (!is_daily_or_longer(from)) {
        return fail(Error(ErrorKind::usage, "resample.calendar",
                          "bars of a time of day are put together by session, and no calendar is known")
                        .attempting("make " + wish)
                        .advise("say where the instrument trades, with --exchange NAME"));
    }
    return resample_by_date(bars, to);
}

} // namespace tradesh::history
