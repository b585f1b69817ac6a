#pragma once

#include "cli/commands/data_words.hpp"

namespace tradesh::cli {

/// What `--from` and `--to` leave: everything where they are not given.
struct TimeRange {
    Instant from = Instant::min();
    Instant to = Instant::max(); ///< exclusive

    bool contains(Instant time) const { return time >= from && time < to; }
};

/// Reads "from" and "to"; with `no_time` for a check of the words alone. Errors of kind usage at their word.
Result<TimeRange> read_time_range(const Arguments& arguments, Instant now);

} // namespace tradesh::cli
