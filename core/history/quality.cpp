#include "core/history/quality.hpp"

#include "core/base/counted.hpp"
#include "core/history/bar_stamps.hpp"
#include "core/history/bar_values.hpp"
#include "core/history/finding_list.hpp"
#include "core/history/price_moves.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace tradesh::history {
namespace {

/// Holes of one kind with fewer slots than this between them are told as one.
constexpr std::size_t apart_min = 4;

void count_slots(QualityReport& report, const Coverage& coverage) {
    for (const SlotRun& run : coverage.runs) {
        report.slots += run.slots;
        switch (run.state) {
        case SlotState::ok: report.ok += run.slots; break;
        case SlotState::no_trades: report.no_trades += run.slots; break;
        case SlotState::missing: report.missing += run.slots; break;
        case SlotState::delayed: report.delayed += run.slots; break;
        }
    }
}

struct Hole {
    FindingKind kind;
    Severity severity;
    std::string_view detail;
};

Hole hole_of(SlotState state) {
    switch (state) {
    case SlotState::no_trades:
        return {.kind = FindingKind::no_trades,
                .severity = Severity::info,
                .detail = "the source was asked and has no bar here"};
    case SlotState::delayed:
        return {.kind = FindingKind::delayed,
                .severity = Severity::info,
                .detail = "too fresh: the source may not have published it yet; load again later"};
    default:
        return {.kind = FindingKind::missing,
                .severity = Severity::warning,
                .detail = "never asked for, or not answered in full"};
    }
}

void find_holes(FindingList& findings, const Coverage& coverage, SlotState state) {
    std::optional<Finding> hole;
    std::size_t apart = 0; // slots since its end
    for (const SlotRun& run : coverage.runs) {
        if (run.state != state) {
            apart += run.slots;
            continue;
        }
        if (hole && apart >= apart_min) {
            findings.add(std::move(*std::exchange(hole, std::nullopt)));
        }
        if (!hole) {
            const Hole facts = hole_of(state);
            hole = Finding{.kind = facts.kind,
                           .severity = facts.severity,
                           .from = run.from,
                           .to = run.to,
                           .count = 0,
                           .detail = std::string(facts.detail)};
        }
        hole->to = run.to;
        hole->count += run.slots;
        apart = 0;
    }
    if (hole) {
        findings.add(std::move(*hole));
    }
}

/// Whether a slot is under way at this moment although none opens at it.
bool within_slot(std::span<const Slot> slots, Instant instant) {
    const auto after = std::ranges::upper_bound(slots, instant, {}, &Slot::begin);
    return after != slots.begin() && instant < std::prev(after)->end;
}

void find_off_calendar(FindingList& findings, const Coverage& coverage, Timeframe timeframe,
                       std::span<const Slot> slots) {
    const std::vector<Instant>& times = coverage.off_calendar;
    const auto inside = [&](std::size_t i) { return !is_daily_or_longer(timeframe) && within_slot(slots, times[i]); };
    const Duration near = std::max<Duration>(std::chrono::hours(12), nominal_length(timeframe));
    for (std::size_t first = 0, end = 0; first < times.size(); first = end) {
        const bool between_opens = inside(first);
        for (end = first + 1;
             end < times.size() && times[end] - times[end - 1] <= near && inside(end) == between_opens;) {
            ++end;
        }
        std::string detail = counted(end - first, "bar");
        if (between_opens) {
            detail += " between the times at which bars open: another timeframe or zone, or stamped otherwise?";
        } else if (is_daily_or_longer(timeframe)) {
            detail += " on a date without trading: another exchange's calendar, or a date of another zone?";
        } else {
            detail += " while the exchange is closed: other --hours, another exchange or another zone?";
        }
        findings.add({.kind = FindingKind::off_calendar,
                      .severity = Severity::warning,
                      .from = times[first],
                      .to = times[end - 1] + Duration(1),
                      .count = end - first,
                      .detail = std::move(detail)});
    }
}

void judge_times(FindingList& findings, const Bars& bars, Timeframe timeframe, const Coverage& coverage,
                 std::span<const Slot> slots) {
    if (std::optional<Finding> shifted = find_end_stamps(bars, timeframe, slots)) {
        shifted->detail += " (holes and bars off the calendar follow from it and are not listed)";
        findings.add(std::move(*shifted));
        return;
    }
    for (const SlotState state : {SlotState::missing, SlotState::no_trades, SlotState::delayed}) {
        find_holes(findings, coverage, state);
    }
    find_off_calendar(findings, coverage, timeframe, slots);
}

} // namespace

std::string_view name_of(FindingKind kind) {
    constexpr std::array<std::string_view, 10> names{"missing",        "no-trades", "delayed", "off-calendar",
                                                     "stamped-at-end", "outlier",   "jump",    "frozen",
                                                     "inconsistent",   "duplicate"};
    return names[static_cast<std::size_t>(kind)];
}

std::string_view name_of(Severity severity) {
    constexpr std::array<std::string_view, 3> names{"info", "warning", "error"};
    return names[static_cast<std::size_t>(severity)];
}

bool QualityReport::healthy() const {
    return missing == 0 &&
           std::ranges::none_of(findings, [](const Finding& finding) { return finding.severity == Severity::error; });
}

QualityReport judge(const Bars& bars, Timeframe timeframe, const Coverage* coverage, std::span<const Slot> slots,
                    std::span<const CorporateAction> actions) {
    QualityReport report;
    FindingList findings;
    if (coverage != nullptr) {
        count_slots(report, *coverage);
        judge_times(findings, bars, timeframe, *coverage, slots);
    }
    find_inconsistent(findings, bars);
    find_repeated(findings, bars);
    find_price_moves(findings, bars, timeframe, actions);
    report.findings = findings.take();
    return report;
}

} // namespace tradesh::history
