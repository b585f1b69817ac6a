#include "core/engine/series_reading.hpp"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

namespace tradesh::engine {
namespace {

/// The part of a reading that a calendar reaches, with room for slots that begin before and end after it.
SeriesRange reach_of(const SessionCalendar& calendar, const SeriesReading& reading) {
    const Duration room = nominal_length(reading.series.key.timeframe) + std::chrono::days(3);
    return {.from = std::max(reading.from, Instant(calendar.first_date()) + room),
            .to = std::min(reading.to, Instant(calendar.last_date()) - room)};
}

bool is_answered(SeriesRange wanted, Hours hours, const std::vector<store::AnsweredRange>& answered) {
    for (const store::AnsweredRange& range : answered) { // ascending, joined where they touch
        if (range.hours >= hours && range.from <= wanted.from) {
            wanted.from = std::max(wanted.from, range.to);
        }
    }
    return wanted.from >= wanted.to;
}

/// Holes between stored bars are seen without a word of the load that left them; what lies before and after is not.
Result<std::vector<store::UnfinishedLoads::Entry>> read_unfinished(store::MarketFile& file,
                                                                   const store::SeriesInfo& series) {
    Result<std::vector<store::UnfinishedLoads::Entry>> entries = file.unfinished_loads.list(series.key);
    if (!entries) {
        return entries;
    }
    std::vector<store::UnfinishedLoads::Entry> open;
    for (store::UnfinishedLoads::Entry& entry : *entries) {
        const auto [from, to] = entry.range;
        const Result<std::vector<store::AnsweredRange>> answered = file.coverage.list(series.key, from, to);
        if (!answered) {
            return fail(answered.error());
        }
        const SeriesRange before{.from = from, .to = std::min(to, series.first)};
        const SeriesRange after{.from = std::max(from, just_after(series.last)), .to = to};
        if (!is_answered(before, entry.hours, *answered) || !is_answered(after, entry.hours, *answered)) {
            open.push_back(std::move(entry));
        }
    }
    return open;
}

} // namespace

SeriesRange range_of(const BarsWanted& wanted, const store::SeriesInfo& series, Instant now) {
    return {.from = wanted.from.value_or(series.first),
            .to = std::min(wanted.to.value_or(just_after(series.last)), std::max(now, just_after(series.last)))};
}

Hours hours_of(const BarsWanted& wanted, const std::vector<store::AnsweredRange>& answered) {
    Hours widest = Hours::regular;
    for (const store::AnsweredRange& range : answered) {
        widest = std::max(widest, range.hours);
    }
    return wanted.hours.value_or(widest);
}

Result<history::SeriesKnowledge> read_knowledge(store::MarketFile& file, const store::SeriesKey& key, SeriesRange range,
                                                const SourceFacts& facts) {
    Result<std::vector<store::AnsweredRange>> answered = file.coverage.list(key, range.from, range.to);
    if (!answered) {
        return fail(std::move(answered.error()));
    }
    const Result<std::optional<store::SeriesHead>> head = file.coverage.head(key);
    if (!head) {
        return fail(head.error());
    }
    return history::SeriesKnowledge{.answered = std::move(*answered),
                                    .head = *head,
                                    .now = facts.now,
                                    .publish_delay = facts.source == key.source ? facts.publish_delay : Duration(0)};
}

Result<SeriesReading> read_series(store::MarketFile& file, const Instrument& instrument,
                                  const store::SeriesInfo& series, SeriesRange range, std::optional<Hours> hours,
                                  const SourceFacts& facts) {
    SeriesReading reading{.instrument = instrument,
                          .series = series,
                          .from = range.from,
                          .to = range.to,
                          .bars = {},
                          .knowledge = {},
                          .unfinished = {}};
    Result<Bars> bars = file.bars.range(series.key, range.from, range.to);
    if (!bars) {
        return fail(std::move(bars.error()));
    }
    reading.bars = std::move(*bars);
    Result<history::SeriesKnowledge> knowledge = read_knowledge(file, series.key, range, facts);
    if (!knowledge) {
        return fail(std::move(knowledge.error()));
    }
    reading.hours = hours_of({.symbol = {}, .hours = hours}, knowledge->answered);
    reading.knowledge = std::move(*knowledge);
    Result<std::vector<store::UnfinishedLoads::Entry>> unfinished = read_unfinished(file, series);
    if (!unfinished) {
        return fail(std::move(unfinished.error()));
    }
    reading.unfinished = std::move(*unfinished);
    return reading;
}

Result<std::optional<Comparison>> compare_with_calendar(const SeriesReading& reading) {
    const Result<SessionCalendar> calendar = SessionCalendar::of(reading.instrument);
    if (!calendar) {
        return std::nullopt;
    }
    Comparison comparison{.calendar = std::string(calendar->name()), .slots = {}, .coverage = {}, .notes = {}};
    const SeriesRange reach = reach_of(*calendar, reading);
    if (reach.from > reading.from || reach.to < reading.to) {
        comparison.notes.push_back("the holidays of " + comparison.calendar + " are known from " +
                                   to_date_text(calendar->first_date()) + " to " + to_date_text(calendar->last_date()) +
                                   ": nothing is said of slots beyond");
    }
    if (reach.from >= reach.to) {
        return comparison;
    }
    Result<std::vector<Slot>> slots =
        calendar->slots(reading.series.key.timeframe, reach.from, reach.to, reading.hours);
    if (!slots) {
        return fail(std::move(slots.error()));
    }
    comparison.slots = std::move(*slots);
    const std::vector<Instant>& times = reading.bars.open_time;
    const auto first = std::ranges::lower_bound(times, reach.from);
    const auto last = std::ranges::lower_bound(times, reach.to);
    comparison.coverage = history::compare(comparison.slots, std::span(first, last), reading.knowledge, reading.hours);
    return comparison;
}

} // namespace tradesh::engine
