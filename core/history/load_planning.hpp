#pragma once

#include "core/history/bar_load.hpp"
#include "core/history/paced_source.hpp"

#include <optional>

namespace tradesh::history {

struct LoadOutline {
    LoadPlan plan; ///< without its cost
    std::optional<SessionCalendar> calendar;
};

/// What the planning of a load uses; all of it outlives the task.
struct PlanningParts {
    runtime::Loop& loop;
    runtime::Workers& workers;
    store::MarketStore& store;
    PacedSource& source;
};

/// Finds out what a load has to fetch: the range, what is known of its slots, and the requests in the order in which
/// they go out. Asks the source for nothing but the head of the series, and that only where needed. Long ranges are
/// walked a year at a time, so no more than the slots of one year are held at once. Errors: usage (a range that ends
/// before it begins), config (a timeframe or basis that the source does not have), "calendar.unknown" as it comes,
/// those of the source and the store.
runtime::Task<Result<LoadOutline>> outline_load(PlanningParts parts, RequestLane& lane, const LoadRequest& request);

store::SeriesKey series_key(const LoadRequest& request, const venue::HistoryLimits& limits);

} // namespace tradesh::history
