#pragma once

#include "core/base/error.hpp"
#include "core/market/timeframe.hpp"
#include "core/market/zone.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::history {

/// The time of a row as it is written, before its zone is known.
struct RowTime {
    LocalTime written;              ///< on whatever clock the file uses; for seconds since 1970, on the UTC clock
    std::optional<Instant> instant; ///< the moment itself, where the text has an offset or counts from 1970
    bool from_epoch = false;
    bool date_only = false;
};

/// "2024-01-02", "2024/01/02", "20240102", with "T" or a blank "09:30[:00[.5]]" and perhaps "Z" or "+01:00" after it;
/// or seconds (10 digits) or milliseconds (13 digits) since 1970. Error "import.time" with the reason.
Result<RowTime> parse_row_time(std::string_view stamp, std::string_view time_of_day);

struct GuessedTimeframe {
    Timeframe timeframe;
    std::string why;
};

/// The timeframe from the most common distance between neighbours, whichever way they run. `symbols` are the times of
/// each symbol's rows. Error "import.timeframe" (failed) when none fits.
Result<GuessedTimeframe> guess_timeframe(std::span<const std::vector<RowTime>> symbols);

/// True when more neighbours run from new to old than from old to new.
bool runs_backward(std::span<const std::vector<RowTime>> symbols);

} // namespace tradesh::history
