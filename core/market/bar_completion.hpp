#pragma once

#include "core/market/session_calendar.hpp"

#include <optional>
#include <span>
#include <vector>

namespace tradesh {

/// When the bars of one exchange are complete, and so may be known. Where no calendar is known, for a bar that lies on
/// no slot of it and beyond its dates a bar takes its nominal length, a month until the first of the next one.
///
/// A bar of a time of day ends with its slot, in whatever session it lies; one of 1d, 1w and 1M with its last regular
/// session. Made once for a calendar, since it lists all sessions of all its years; reading it is cheap and safe for
/// many threads.
class BarCompletion {
public:
    /// Without a calendar.
    BarCompletion() = default;
    explicit BarCompletion(const SessionCalendar& calendar);

    Instant of(Timeframe timeframe, Instant open_time) const;
    /// Of ascending open times; never descending, also where bars overlap: none is known before those that came first.
    std::vector<Instant> of(Timeframe timeframe, std::span<const Instant> open_times) const;

    /// The bar in progress at a moment; nothing while the exchange is closed. A bar of 1d and longer is in progress
    /// from the first open of its regular sessions until their last close.
    std::optional<Slot> in_progress(Timeframe timeframe, Instant now) const;

private:
    const std::vector<Slot>& slots_of(Timeframe timeframe) const;

    std::vector<Session> sessions_; ///< of all hours, ascending
    std::vector<Slot> days_;
    std::vector<Slot> weeks_;
    std::vector<Slot> months_;
};

/// When a bar that takes its nominal length is over.
Instant nominal_end(Timeframe timeframe, Instant open_time);

} // namespace tradesh
