#include "core/venue/history_simulator/simulated_history.hpp"

#include "core/venue/history_simulator/draw.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ranges>
#include <utility>

namespace tradesh::venue::history_simulator {
namespace {

using runtime::Task;

constexpr std::string_view endpoint = "simulated history";
constexpr std::size_t remembered_max = 4'096; // symbols, and requests that failed

HistoryLimits limits_of(const HistorySimulationOptions& options) {
    return HistoryLimits{.source = BarSource::paper,
                         .timeframes = {timeframes.begin(), timeframes.end()},
                         .bases = {PriceBasis::raw, PriceBasis::adjusted},
                         .bars_per_request_max = options.bars_per_request_max,
                         .requests_in_flight_max = options.requests_in_flight_max,
                         .paces = options.paces,
                         .publish_delay = options.publish_delay,
                         .usual_latency = options.latency,
                         .simulated = true};
}

std::string name_of_request(const HistoryRequest& request) {
    const auto number = [](Instant instant) { return std::to_string(instant.time_since_epoch().count()); };
    return request.instrument.symbol + " " + std::string(name_of(request.timeframe)) + " " +
           std::string(name_of(request.basis)) + " " + std::string(name_of(request.hours)) + " " +
           number(request.from) + " " + number(request.to);
}

/// One of the errors that pass.
Error passing_error(std::uint64_t dice) {
    switch (dice % 3) {
    case 0: return Error(ErrorKind::connection, "history.connection_lost", "the connection was lost");
    case 1: return Error(ErrorKind::timeout, "history.timeout", "no answer came in time");
    default: return Error(ErrorKind::rate_limited, "history.rate_limited", "the source asks for a pause");
    }
}

} // namespace

class SimulatedHistory::Visit {
public:
    explicit Visit(HistoryTraffic& traffic) : traffic_(traffic) {
        ++traffic_.requests;
        ++traffic_.in_flight;
        traffic_.in_flight_max = std::max(traffic_.in_flight_max, traffic_.in_flight);
    }
    ~Visit() { --traffic_.in_flight; }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

private:
    HistoryTraffic& traffic_;
};

SimulatedHistory::SimulatedHistory(runtime::Loop& loop, runtime::Workers& workers, HistorySimulationOptions options)
    : loop_(loop),
      workers_(workers),
      options_(std::move(options)),
      limits_(limits_of(options_)) {}

std::vector<ConnectionInfo> SimulatedHistory::connections() const {
    return {ConnectionInfo{.endpoint = std::string(endpoint), .state = "up", .opened = 1, .reused = traffic_.requests}};
}

std::optional<Error> SimulatedHistory::refuse_hurry() {
    const Duration arrived = loop_.clock().elapsed();
    Duration longest{0};
    std::optional<Duration> wait;
    for (const Pace& pace : options_.paces) {
        longest = std::max(longest, pace.window);
        const auto within = std::ranges::upper_bound(arrivals_, arrived - pace.window);
        const auto count = static_cast<std::size_t>(arrivals_.end() - within);
        if (count >= pace.requests) {
            const Duration until_free = within == arrivals_.end() ? pace.window : *within + pace.window - arrived;
            wait = std::max(wait.value_or(until_free), until_free);
        }
    }
    arrivals_.push_back(arrived);
    while (!arrivals_.empty() && arrivals_.front() <= arrived - longest) {
        arrivals_.pop_front();
    }
    std::optional<Error> refusal;
    if (wait) {
        ++traffic_.pace_violations;
        refusal = Error(ErrorKind::rate_limited, "history.pace", "the simulated history was asked too often")
                      .from_venue("SIM-PACE", "historical data request pacing violation");
        refusal->retry_after = std::chrono::ceil<std::chrono::milliseconds>(*wait);
    }
    if (traffic_.in_flight > options_.requests_in_flight_max) {
        ++traffic_.in_flight_violations;
        refusal = Error(ErrorKind::rate_limited, "history.busy", "the simulated history was asked too much at once")
                      .from_venue("SIM-BUSY", "maximum number of simultaneous requests exceeded");
    }
    return refusal;
}

Task<Result<void>> SimulatedHistory::reach(std::string symbol) {
    if (std::optional<Error> refusal = refuse_hurry()) {
        co_return fail(std::move(*refusal).on(symbol + " at the simulated history"));
    }
    const bool arrived = co_await runtime::sleep_for(loop_, options_.latency);
    if (!arrived) {
        co_return fail(Error(ErrorKind::cancelled, "history.cancelled", "the request was given up").on(symbol));
    }
    co_return Result<void>();
}

Task<Result<SimulatedHistory::Listing>> SimulatedHistory::find_listing(Instrument instrument) {
    if (options_.failing_symbols.contains(instrument.symbol)) {
        ++traffic_.errors;
        co_return fail(Error(ErrorKind::rejected, "history.rejected", "the simulated history refuses this symbol")
                           .on(instrument.symbol)
                           .from_venue("SIM-354", "no market data permissions for this symbol"));
    }
    const auto known = listings_.find(instrument.symbol);
    if (known != listings_.end() && known->second->instrument() == instrument) {
        co_return known->second;
    }
    const std::string symbol = instrument.symbol;
    const auto today = std::chrono::floor<std::chrono::days>(now());
    auto make = [this, instrument = std::move(instrument), today]() -> Result<Listing> {
        Result<SimulatedInstrument> what = find_simulated_instrument(instrument.symbol, options_.seed, today);
        if (!what) {
            return fail(std::move(what.error()));
        }
        what->instrument = instrument;
        Result<SimulatedListing> listing = SimulatedListing::make(std::move(*what), options_);
        if (!listing) {
            return fail(std::move(listing.error()));
        }
        return std::make_shared<const SimulatedListing>(std::move(*listing));
    };
    Result<Listing> made = co_await workers_.run(std::move(make));
    if (made) {
        if (listings_.size() >= remembered_max) {
            listings_.clear();
        }
        listings_[symbol] = *made;
    }
    co_return made;
}

Task<Result<Instrument>> SimulatedHistory::instrument(std::string symbol) {
    const Visit visit(traffic_);
    const Result<void> reached = co_await reach(symbol);
    if (!reached) {
        co_return fail(reached.error());
    }
    Result<SimulatedInstrument> found =
        find_simulated_instrument(symbol, options_.seed, std::chrono::floor<std::chrono::days>(now()));
    if (!found) {
        co_return fail(std::move(found.error()));
    }
    co_return std::move(found->instrument);
}

Task<Result<std::optional<Instant>>> SimulatedHistory::head(Instrument instrument, Timeframe timeframe) {
    const Visit visit(traffic_);
    const Result<void> reached = co_await reach(instrument.symbol);
    if (!reached) {
        co_return fail(reached.error());
    }
    const Result<Listing> listing = co_await find_listing(std::move(instrument));
    if (!listing) {
        co_return fail(listing.error());
    }
    auto look = [listing = *listing, timeframe, time = now()] { return listing->head(timeframe, time); };
    Result<std::optional<Instant>> head = co_await workers_.run(std::move(look));
    co_return head;
}

std::optional<Error> SimulatedHistory::planned_error(const HistoryRequest& request) {
    const std::string name = name_of_request(request);
    const std::uint32_t attempt = attempts_[name] + 1;
    std::optional<Error> error;
    if (options_.fault) {
        error = options_.fault(request, attempt);
    }
    const std::uint64_t dice = noise::mix(stream_of(options_.seed, name) ^ attempt);
    if (!error && draw(dice, "error") < options_.error_share) {
        error = passing_error(dice);
    }
    attempts_.erase(name);
    if (!error) {
        return std::nullopt;
    }
    if (attempts_.size() >= remembered_max) {
        attempts_.erase(attempts_.begin());
    }
    attempts_[name] = attempt;
    ++traffic_.errors;
    return std::move(*error).on(request.instrument.symbol + " at the simulated history");
}

Task<Result<HistoryAnswer>> SimulatedHistory::bars(HistoryRequest request) {
    const Visit visit(traffic_);
    const Result<void> reached = co_await reach(request.instrument.symbol);
    if (!reached) {
        co_return fail(reached.error());
    }
    if (request.from >= request.to) {
        co_return fail(Error(ErrorKind::rejected, "history.rejected", "the range is empty")
                           .on(request.instrument.symbol)
                           .from_venue("SIM-321", "invalid end time"));
    }
    if (std::optional<Error> error = planned_error(request)) {
        co_return fail(std::move(*error));
    }
    const Result<Listing> listing = co_await find_listing(request.instrument);
    if (!listing) {
        co_return fail(listing.error());
    }
    auto make = [listing = *listing, request = std::move(request), time = now()] {
        return listing->bars(request, time);
    };
    Result<HistoryAnswer> answer = co_await workers_.run(std::move(make));
    if (answer) {
        traffic_.bars += answer->bars.size();
    }
    co_return answer;
}

Task<Result<std::vector<CorporateAction>>> SimulatedHistory::actions(Instrument instrument, TradingDate from,
                                                                     TradingDate to) {
    const Visit visit(traffic_);
    const Result<void> reached = co_await reach(instrument.symbol);
    if (!reached) {
        co_return fail(reached.error());
    }
    const Result<Listing> listing = co_await find_listing(std::move(instrument));
    if (!listing) {
        co_return fail(listing.error());
    }
    co_return (*listing)->actions(from, to, now());
}

} // namespace tradesh::venue::history_simulator
