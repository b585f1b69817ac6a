#pragma once

#include "core/history/coverage.hpp"
#include "core/market/bars.hpp"
#include "core/market/corporate_action.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::history {

enum class FindingKind : std::uint8_t {
    missing,        ///< slots without a bar that nobody has asked the source for
    no_trades,      ///< slots for which the source has no bar
    delayed,        ///< slots that the source may not have published yet
    off_calendar,   ///< bars in no slot of the calendar
    stamped_at_end, ///< open times that look like the ends of the bars
    outlier,        ///< a price far from its neighbours that comes back at once
    jump,           ///< a large move that stays; explained when a split or dividend falls on it
    frozen,         ///< a long run of bars that repeat their prices exactly
    inconsistent,   ///< high below low, open or close outside, a price of zero or less
    duplicate,      ///< neighbouring bars equal in all values, volume above zero included
};
std::string_view name_of(FindingKind kind);

enum class Severity : std::uint8_t { info, warning, error };
std::string_view name_of(Severity severity);

struct Finding {
    FindingKind kind = FindingKind::missing;
    Severity severity = Severity::info;
    Instant from;          ///< open time of the first bar or slot concerned
    Instant to;            ///< just after the open time of the last
    std::size_t count = 0; ///< bars or slots
    std::string detail;    ///< "close 3.51 between 35.10 and 35.22, 31 usual moves"; with the cure where there is one
};

/// What a series is worth.
struct QualityReport {
    std::size_t slots = 0; ///< expected in the range; 0 without a calendar
    std::size_t ok = 0;
    std::size_t no_trades = 0;
    std::size_t missing = 0;
    std::size_t delayed = 0;
    std::vector<Finding> findings; ///< by time; 20 of a kind, and one that counts the rest
    bool healthy() const;          ///< nothing missing, no error
};

/// Judges the bars of one series in a range. `coverage` is nullptr, and `slots` empty, where no calendar is known.
/// Sizes of moves are judged against the series' own: by the median of absolute returns, which outliers do not bend.
/// Where times turn out to be the ends of bars, holes and bars off the calendar are counted but not listed.
QualityReport judge(const Bars& bars, Timeframe timeframe, const Coverage* coverage, std::span<const Slot> slots,
                    std::span<const CorporateAction> actions);

} // namespace tradesh::history
