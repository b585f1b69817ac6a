#include "core/history/bar_load.hpp"

#include "core/base/counted.hpp"
#include "core/history/load_flight.hpp"

#include <asio/this_coro.hpp>

#include <algorithm>
#include <list>
#include <utility>

namespace tradesh::history {

using runtime::Task;
using runtime::TaskInfo;
using runtime::Wake;

namespace {

using FlightPointer = std::shared_ptr<LoadFlight>;

/// Loads are equal when they leave the store alike: `one_by_one` changes only the way there.
bool equal(const LoadRequest& a, const LoadRequest& b) {
    return a.instrument.id == b.instrument.id && a.timeframe == b.timeframe && a.basis == b.basis &&
           a.hours == b.hours && a.mode == b.mode && a.from == b.from && a.to == b.to && a.recheck == b.recheck;
}

LoadRequest settled(LoadRequest request) {
    if (request.mode == LoadMode::tail && request.from) {
        request.mode = LoadMode::full;
    }
    for (std::optional<Instant>* end : {&request.from, &request.to}) {
        if (*end) {
            *end = std::chrono::floor<std::chrono::minutes>(**end);
        }
    }
    return request;
}

void add_notes(LoadFlight& flight) {
    std::vector<std::string>& notes = flight.report.notes;
    if (flight.outside > 0) {
        notes.push_back("left out " + counted(flight.outside, "bar") + " that the source sent unasked");
    }
    if (flight.off_calendar > 0) {
        notes.push_back("left out " + counted(flight.off_calendar, "bar") + " at times when the calendar of " +
                        std::string(flight.calendar->name()) + " has none");
    }
    if (flight.store_failed) {
        notes.push_back("stopped because the bars could not be stored");
    }
}

bool may_go_on(const LoadReport& report) {
    const auto passing = [](const FailedSegment& failed) { return may_pass(failed.error.kind); };
    return report.abandoned > 0 || std::ranges::any_of(report.failed, passing);
}

} // namespace

struct BarLoader::Impl {
    explicit Impl(const Parts& given)
        : parts(given),
          source({.loop = given.loop, .log = given.log, .store = given.store, .source = given.source}),
          tasks(given.loop) {}

    PlanningParts planning() {
        return {.loop = parts.loop, .workers = parts.workers, .store = parts.store, .source = source};
    }
    FetchParts fetching() {
        return {.loop = parts.loop, .log = parts.log, .workers = parts.workers, .store = parts.store, .source = source};
    }

    FlightPointer join_or_start(LoadRequest request, bool& joined);
    Task<Result<std::int64_t>> fetch_actions(LoadFlight& flight);
    Task<void> fly(FlightPointer flight);
    Task<void> fetch(LoadFlight& flight);
    Task<Result<void>> note_begin(const LoadFlight& flight);
    Task<Result<void>> note_end(const LoadFlight& flight);
    void abandon(LoadFlight& flight);
    Task<Result<LoadReport>> wait_for(FlightPointer flight);

    Parts parts;
    PacedSource source;
    std::list<FlightPointer> flights; ///< under way
    std::uint64_t next_listener = 1;
    runtime::TaskScope tasks;
};

FlightPointer BarLoader::Impl::join_or_start(LoadRequest request, bool& joined) {
    const auto same = std::ranges::find_if(flights, [&](const FlightPointer& flight) {
        return equal(flight->request, request) && !flight->lane.stopped.is_set();
    });
    joined = same != flights.end();
    if (joined) {
        return *same;
    }
    const FlightPointer flight = std::make_shared<LoadFlight>(parts.loop, std::move(request));
    flight->report.instrument = flight->request.instrument;
    flight->report.series = series_key(flight->request, source.limits());
    flights.push_back(flight);
    tasks.spawn("load " + flight->request.instrument.symbol, [this, flight](TaskInfo& info) {
        info.awaits = "history";
        return fly(flight);
    });
    return flight;
}

Task<void> BarLoader::Impl::fly(FlightPointer flight) {
    const Duration began = parts.loop.clock().elapsed();
    Result<LoadOutline> outline = co_await outline_load(planning(), flight->lane, flight->request);
    if (outline) {
        LoadPlan& plan = outline->plan;
        flight->calendar = std::move(outline->calendar);
        flight->segments = std::move(plan.segments);
        flight->report.from = plan.from;
        flight->report.to = plan.to;
        flight->report.planned = flight->segments.size();
        flight->report.delayed = plan.coverage.count(SlotState::delayed);
        flight->report.notes = std::move(plan.notes);
        co_await fetch(*flight);
        add_notes(*flight);
    } else {
        flight->error = std::move(outline.error());
    }
    flight->report.requests = flight->lane.sent;
    flight->report.took = parts.loop.clock().elapsed() - began;
    flights.remove(flight);
    flight->ended.set();
}

Task<Result<std::int64_t>> BarLoader::Impl::fetch_actions(LoadFlight& flight) {
    const Instrument& instrument = flight.request.instrument;
    const TradingDate first = std::chrono::floor<std::chrono::days>(flight.report.from);
    const TradingDate end = std::chrono::floor<std::chrono::days>(flight.report.to) + std::chrono::days(1);
    const PacedSource::Call<std::vector<CorporateAction>> call = [&](venue::History& history) {
        return history.actions(instrument, first, end);
    };
    PacedSource::Outcome<std::vector<CorporateAction>> asked = co_await source.ask(flight.lane, "actions", call);
    if (!asked.answer) {
        co_return fail(std::move(asked.answer.error()).attempting("load splits and dividends").on(instrument.symbol));
    }
    auto keep = [&](store::MarketFile& file) {
        return file.actions.put(instrument.id, source.limits().source, *asked.answer);
    };
    const Result<std::int64_t> kept = co_await parts.store.write(keep);
    co_return kept;
}

Task<void> BarLoader::Impl::fetch(LoadFlight& flight) {
    if (flight.request.actions && !flight.segments.empty()) {
        const Result<std::int64_t> added = co_await fetch_actions(flight);
        if (!added && flight.lane.stopped.is_set()) {
            flight.report.abandoned = flight.segments.size();
            co_return;
        }
        if (!added) {
            flight.error = added.error();
            co_return;
        }
        flight.report.actions = *added;
    }
    const Result<void> begun = co_await note_begin(flight);
    if (!begun) {
        flight.error = begun.error();
        co_return;
    }
    co_await fetch_segments(fetching(), flight);
    const Result<void> ended = co_await note_end(flight);
    if (!ended) {
        flight.report.notes.push_back("the next load will look at this range again: " + ended.error().describe());
    }
}

Task<Result<void>> BarLoader::Impl::note_begin(const LoadFlight& flight) {
    if (flight.segments.empty()) {
        co_return Result<void>();
    }
    auto note = [&flight](store::MarketFile& file) {
        return file.unfinished_loads.begin(flight.report.series, flight.request.hours, name_of(flight.request.mode),
                                           {.from = flight.report.from, .to = flight.report.to});
    };
    const Result<void> noted = co_await parts.store.write(note);
    co_return noted;
}

/// What failed for good stays undone: the next load of its own accord would only fail again.
Task<Result<void>> BarLoader::Impl::note_end(const LoadFlight& flight) {
    if (may_go_on(flight.report)) {
        co_return Result<void>();
    }
    // What another mode left undone is done as well where this range holds it.
    auto note = [&flight](store::MarketFile& file) -> Result<void> {
        const store::SeriesKey& key = flight.report.series;
        const Result<std::vector<store::UnfinishedLoads::Entry>> noted = file.unfinished_loads.list(key);
        if (!noted) {
            return fail(noted.error());
        }
        for (const store::UnfinishedLoads::Entry& entry : *noted) {
            const bool covered = entry.hours == flight.request.hours && entry.range.from >= flight.report.from &&
                                 entry.range.to <= flight.report.to;
            if (!covered) {
                continue;
            }
            if (Result<void> ended = file.unfinished_loads.end(key, entry.hours, entry.mode); !ended) {
                return ended;
            }
        }
        return {};
    };
    const Result<void> ended = co_await parts.store.write(note);
    co_return ended;
}

void BarLoader::Impl::abandon(LoadFlight& flight) { source.gate().stop(flight.lane); }

Task<Result<LoadReport>> BarLoader::Impl::wait_for(FlightPointer flight) {
    while (!flight->ended.is_set()) {
        const Wake wake = co_await flight->ended.wait();
        if (wake != Wake::cancelled) {
            continue;
        }
        if (flight->callers > 1) {
            LoadReport so_far = flight->report;
            so_far.abandoned += flight->segments.size() - flight->done;
            so_far.shared = true;
            co_return so_far;
        }
        // Nobody else wants it: it ends once what is in flight was saved, and that is still waited for.
        abandon(*flight);
        co_await asio::this_coro::reset_cancellation_state();
    }
    if (flight->error) {
        co_return fail(*flight->error);
    }
    co_return flight->report;
}

BarLoader::BarLoader(Parts parts) : impl_(std::make_unique<Impl>(parts)) {}
BarLoader::~BarLoader() = default;

Task<void> BarLoader::stop() {
    for (const FlightPointer& flight : impl_->flights) {
        impl_->abandon(*flight);
    }
    co_await impl_->source.close();
    co_await impl_->tasks.join();
}

Task<Result<Instrument>> BarLoader::describe(std::string symbol) {
    RequestLane lane(impl_->parts.loop);
    const PacedSource::Call<Instrument> call = [&symbol](venue::History& source) { return source.instrument(symbol); };
    PacedSource::Outcome<Instrument> asked = co_await impl_->source.ask(lane, "instrument", call);
    co_return std::move(asked.answer);
}

Task<Result<LoadPlan>> BarLoader::plan(LoadRequest request) {
    RequestLane lane(impl_->parts.loop);
    Result<LoadOutline> outline = co_await outline_load(impl_->planning(), lane, settled(request));
    if (!outline) {
        co_return fail(std::move(outline.error()));
    }
    const Result<PlanCost> cost = co_await price(outline->plan.segments, request.one_by_one);
    if (!cost) {
        co_return fail(cost.error());
    }
    outline->plan.cost = *cost;
    co_return std::move(outline->plan);
}

Task<Result<PlanCost>> BarLoader::price(std::vector<Segment> segments, bool one_by_one) {
    venue::HistoryLimits limits = impl_->source.limits();
    limits.usual_latency = impl_->source.latency();
    limits.requests_in_flight_max = one_by_one ? 1 : limits.requests_in_flight_max;
    const Instant now = impl_->parts.loop.clock().now();
    auto look = [&limits, now](store::MarketFile& file) {
        return file.requests.since(limits.source, now - pace_memory(limits.paces));
    };
    const Result<std::vector<Instant>> sent = co_await impl_->parts.store.read(look);
    if (!sent) {
        co_return fail(sent.error());
    }
    co_return price_plan(segments, limits, *sent, now);
}

Task<Result<LoadReport>> BarLoader::load(LoadRequest request, OnProgress on_progress) {
    bool joined = false;
    const FlightPointer flight = impl_->join_or_start(settled(std::move(request)), joined);
    const std::uint64_t listener = impl_->next_listener++;
    if (on_progress) {
        flight->listeners.emplace(listener, std::move(on_progress));
    }
    ++flight->callers;
    Result<LoadReport> report = co_await impl_->wait_for(flight);
    --flight->callers;
    flight->listeners.erase(listener);
    if (report) {
        report->shared = report->shared || joined;
    }
    co_return report;
}

const venue::HistoryLimits& BarLoader::limits() const { return impl_->source.limits(); }

BarLoader::Traffic BarLoader::traffic() const {
    const RequestGate& gate = impl_->source.gate();
    return {.sent = gate.sent(), .waiting = gate.waiting(), .in_flight = gate.in_flight()};
}

} // namespace tradesh::history
