#pragma once

#include "core/history/load_planning.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace tradesh::history {

/// A load under way: shared by the tasks that work on it and by those who wait for it.
struct LoadFlight {
    LoadFlight(runtime::Loop& loop, LoadRequest what) : request(std::move(what)), lane(loop), ended(loop) {}

    LoadRequest request;
    RequestLane lane;
    std::optional<SessionCalendar> calendar; ///< known once planned
    std::vector<Segment> segments;           ///< in the order in which they are fetched
    std::size_t next = 0;                    ///< the first that nobody has begun with
    std::size_t done = 0;                    ///< answered or failed
    std::size_t outside = 0;                 ///< bars left out, see SettledAnswer
    std::size_t off_calendar = 0;
    LoadReport report;
    std::optional<Error> error; ///< why nothing could be attempted
    bool store_failed = false;  ///< nothing more is fetched, for it could not be kept
    std::size_t callers = 0;    ///< who wait
    std::map<std::uint64_t, OnProgress> listeners;
    runtime::Event ended;
};

/// What fetching uses; all of it outlives the task.
struct FetchParts {
    runtime::Loop& loop;
    runtime::Log& log;
    runtime::Workers& workers;
    store::MarketStore& store;
    PacedSource& source;
};

/// Fetches the segments of a planned load, as many side by side as the source allows (or one by one), and saves each as
/// it arrives. Ends when all are answered, failed or, once the lane was stopped, abandoned; all of that is in the
/// flight's report.
runtime::Task<void> fetch_segments(FetchParts parts, LoadFlight& flight);

} // namespace tradesh::history
