#pragma once

#include "core/market/zone.hpp"

#include <optional>

namespace tradesh::history {

/// Reads the wall clock of one zone, fast for times that come in order: it remembers the offset of the day it was last
/// asked for. Answers what Zone::to_utc does.
class RowClock {
public:
    explicit RowClock(Zone zone) : zone_(zone) {}

    ZonedTime to_utc(LocalTime local);
    const Zone& zone() const { return zone_; }

private:
    Zone zone_;
    std::optional<LocalTime> day_; ///< whose `offset_` is known; a day with a clock change has none
    Duration offset_{0};           ///< what to add to reach UTC
};

} // namespace tradesh::history
