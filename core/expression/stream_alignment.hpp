#pragma once

#include "core/base/time.hpp"
#include "core/expression/program.hpp"

#include <cstddef>
#include <span>

/// How a series of one stream becomes one of another: see AlignStep.
namespace tradesh::expression {

/// When the bars of a stream are complete, and what a step gives on them.
struct TimedSeries {
    std::span<const Instant> complete_at;
    std::span<const double> values;
};

/// Whether what a bar of that timeframe says is too old to be told: see `stale_after`.
bool is_stale(Timeframe timeframe, Instant complete_at, Instant now);

/// The values of `source`, whose bars have that timeframe, as they were known at each moment of `at`.
void align(const TimedSeries& source, Timeframe timeframe, std::span<const Instant> at, std::span<double> out);

/// How many bars of `source` the last `rows` bars of `user` can ask for. Hours of trading differ: a day has between
/// five and twenty-four of them, so this is rather more than less; bars that are missing leave values unknown. Every
/// bar can ask for every bar.
std::size_t bars_to_align(std::size_t rows, const Stream& user, const Stream& source);

} // namespace tradesh::expression
