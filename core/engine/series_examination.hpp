#pragma once

#include "core/engine/series_reading.hpp"
#include "core/history/quality.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tradesh::engine {

/// What a stored series is worth.
struct SeriesExamination {
    Instrument instrument;
    store::SeriesInfo series;
    Instant from; ///< the range looked at, open times in [from, to)
    Instant to;
    std::int64_t bars = 0; ///< stored in it
    Hours hours = Hours::regular;
    std::string calendar; ///< its name; empty where none is known, and then no slot is expected
    std::optional<store::SeriesHead> head;
    history::QualityReport quality;
    std::vector<std::string> notes;
};

/// Counts the slots of a reading and, with `judge_bars`, judges its bars. Synchronous, for a worker.
Result<SeriesExamination> examine(const SeriesReading& reading, const std::vector<CorporateAction>& actions,
                                  bool judge_bars);

} // namespace tradesh::engine
