#include "core/history/load_flight.hpp"
#include "core/history/settled_answer.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::history {

using runtime::Task;

namespace {

/// One answer, as it was stored.
struct StoredAnswer {
    SettledAnswer settled;
    store::MergeCounts bars;
};

std::string describe(const LoadRequest& request, const Segment& segment) {
    return request.instrument.symbol + " " + std::string(name_of(request.timeframe)) + " " + to_rfc3339(segment.from) +
           " .. " + to_rfc3339(segment.to);
}

Task<Result<SettledAnswer>> settle(FetchParts parts, const LoadFlight& flight, const venue::HistoryRequest& request,
                                   const venue::HistoryAnswer& answer, Instant asked_at) {
    const Instant published_until = asked_at - parts.source.limits().publish_delay;
    auto work = [&]() -> Result<SettledAnswer> {
        const Result<std::vector<Slot>> slots =
            flight.calendar->slots(request.timeframe, request.from, request.to, request.hours);
        if (!slots) {
            return fail(slots.error());
        }
        return settle_answer(answer, request, *slots, published_until);
    };
    Result<SettledAnswer> settled = co_await parts.workers.run(work);
    co_return settled;
}

/// The bars, and the fact that the source has answered for them, in one transaction.
Task<Result<store::MergeCounts>> save(FetchParts parts, store::SeriesKey key, const venue::HistoryRequest& request,
                                      const SettledAnswer& settled) {
    auto work = [&](store::MarketFile& file) -> Result<store::MergeCounts> {
        const store::AnsweredRange range{.hours = request.hours, .from = request.from, .to = settled.answered_to};
        if (Result<void> added = file.coverage.add(key, range); !added) {
            return fail(std::move(added.error()));
        }
        if (settled.bars.empty()) {
            return store::MergeCounts{};
        }
        return file.bars.merge(key, settled.bars);
    };
    Result<store::MergeCounts> counts = co_await parts.store.write(work);
    co_return counts;
}

void count(LoadFlight& flight, const SettledAnswer& settled, const store::MergeCounts& bars) {
    flight.report.bars += bars;
    flight.report.no_trades += settled.no_trades;
    flight.outside += settled.outside;
    flight.off_calendar += settled.off_calendar;
}

void tell_progress(const FetchParts& parts, LoadFlight& flight) {
    const std::size_t left = flight.segments.size() - flight.done;
    const venue::HistoryLimits& limits = parts.source.limits();
    const std::size_t at_once = flight.request.one_by_one ? 1 : limits.requests_in_flight_max;
    const LoadProgress progress{.symbol = flight.request.instrument.symbol,
                                .segments_done = flight.done,
                                .segments = flight.segments.size(),
                                .bars = flight.report.bars.inserted + flight.report.bars.replaced +
                                        flight.report.bars.unchanged,
                                .remaining = steady_time(left, limits.paces, at_once, parts.source.latency())};
    for (const auto& [id, listener] : flight.listeners) {
        listener(progress);
    }
}

/// What is left of a segment had no answer.
void give_up(const FetchParts& parts, LoadFlight& flight, const Segment& left, Error error, std::uint32_t attempts) {
    if (error.kind == ErrorKind::cancelled) {
        ++flight.report.abandoned;
        return;
    }
    Error told = std::move(error).attempting("load history").on(describe(flight.request, left));
    parts.log.error("history", "segment.failed", told);
    flight.report.failed.push_back({.segment = left, .error = std::move(told), .attempts = attempts});
}

/// Asks for a segment until the source has answered for all of it: an answer may be cut short.
Task<void> fetch_segment(FetchParts parts, LoadFlight& flight, Segment segment) {
    venue::HistoryRequest request{.instrument = flight.request.instrument,
                                  .timeframe = flight.request.timeframe,
                                  .basis = flight.request.basis,
                                  .hours = flight.request.hours,
                                  .from = segment.from,
                                  .to = segment.to};
    for (std::optional<Segment> left = segment; left;) {
        request.from = left->from;
        const std::string what = describe(flight.request, *left);
        const PacedSource::Call<venue::HistoryAnswer> call = [&request](venue::History& source) {
            return source.bars(request);
        };
        PacedSource::Outcome<venue::HistoryAnswer> asked = co_await parts.source.ask(flight.lane, what, call);
        if (!asked.answer) {
            give_up(parts, flight, *left, std::move(asked.answer.error()), asked.attempts);
            co_return;
        }
        const Result<SettledAnswer> settled = co_await settle(parts, flight, request, *asked.answer, asked.asked_at);
        if (!settled) {
            give_up(parts, flight, *left, settled.error(), asked.attempts);
            co_return;
        }
        const Result<store::MergeCounts> saved = co_await save(parts, flight.report.series, request, *settled);
        if (!saved) {
            flight.store_failed = true;
            give_up(parts, flight, *left, saved.error(), asked.attempts);
            parts.source.gate().stop(flight.lane);
            co_return;
        }
        count(flight, *settled, *saved);
        left = settled->rest;
    }
}

Task<void> work_off(FetchParts parts, LoadFlight& flight) {
    while (flight.next < flight.segments.size() && !flight.lane.stopped.is_set()) {
        const Segment segment = flight.segments[flight.next++];
        co_await fetch_segment(parts, flight, segment);
        ++flight.done;
        tell_progress(parts, flight);
    }
}

} // namespace

Task<void> fetch_segments(FetchParts parts, LoadFlight& flight) {
    const std::size_t at_once = flight.request.one_by_one ? 1 : parts.source.limits().requests_in_flight_max;
    runtime::TaskScope workers(parts.loop);
    for (std::size_t i = 0; i < std::min(at_once, flight.segments.size()); ++i) {
        workers.spawn("load " + flight.request.instrument.symbol,
                      [parts, &flight](runtime::TaskInfo&) { return work_off(parts, flight); });
    }
    co_await workers.join();
    flight.report.abandoned += flight.segments.size() - flight.next;
}

} // namespace tradesh::history
