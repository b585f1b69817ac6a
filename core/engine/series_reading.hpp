#pragma once

#include "core/engine/bars_wanted.hpp"
#include "core/history/coverage.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tradesh::engine {

/// The moment and the source that stored bars are judged by.
struct SourceFacts {
    Instant now;
    std::optional<BarSource> source; ///< of the venue; nullopt where it has no price history
    Duration publish_delay{0};       ///< of that source
};

/// A stretch of a stored series with all that is known of it: one snapshot of the store.
struct SeriesReading {
    Instrument instrument; ///< with the exchange of the wish
    store::SeriesInfo series;
    Instant from; ///< open times in [from, to)
    Instant to;
    Hours hours = Hours::regular;
    Bars bars;
    history::SeriesKnowledge knowledge;
    std::vector<store::UnfinishedLoads::Entry> unfinished; ///< that leave a stretch beside what is stored to be fetched
};

/// What a wish and the store say of the range of a series: open ends are those of what is stored, and nothing lies
/// later than now.
struct SeriesRange {
    Instant from;
    Instant to;
};
SeriesRange range_of(const BarsWanted& wanted, const store::SeriesInfo& series, Instant now);

/// The hours of a wish; left open, the widest that the source has answered for.
Hours hours_of(const BarsWanted& wanted, const std::vector<store::AnsweredRange>& answered);

/// What is known of the slots in a range of a series. Synchronous, for the store's reader.
Result<history::SeriesKnowledge> read_knowledge(store::MarketFile& file, const store::SeriesKey& key, SeriesRange range,
                                                const SourceFacts& facts);

/// Reads the stretch. Synchronous, for the store's reader.
Result<SeriesReading> read_series(store::MarketFile& file, const Instrument& instrument,
                                  const store::SeriesInfo& series, SeriesRange range, std::optional<Hours> hours,
                                  const SourceFacts& facts);

/// A reading beside its calendar.
struct Comparison {
    std::string calendar;    ///< its name
    std::vector<Slot> slots; ///< ascending
    history::Coverage coverage;
    std::vector<std::string> notes; ///< what the calendar does not reach
};

/// Nothing where no calendar is known. Synchronous, for a worker: calendars read files and walk years.
Result<std::optional<Comparison>> compare_with_calendar(const SeriesReading& reading);

} // namespace tradesh::engine
