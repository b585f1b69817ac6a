#pragma once

#include "core/runtime/loop.hpp"
#include "core/runtime/workers.hpp"
#include "core/venue/history_simulation_options.hpp"
#include "core/venue/history_simulator/simulated_listing.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace tradesh::venue::history_simulator {

/// What a simulated source has seen of its callers.
struct HistoryTraffic {
    std::uint64_t requests = 0; ///< calls of every kind, those it refused included
    std::size_t in_flight = 0;
    std::size_t in_flight_max = 0;          ///< most at once
    std::uint64_t pace_violations = 0;      ///< calls that broke a Pace
    std::uint64_t in_flight_violations = 0; ///< calls while too many were under way
    std::uint64_t errors = 0;               ///< answered with an error of the plan
    std::uint64_t bars = 0;                 ///< sent
};

/// A source of price history whose past is made up, with the manners of a real one: latency, pacing, answers of limited
/// length, bars that are published late, holes and errors. The same seed has the same past, in every process.
///
/// A call that breaks a pace or the in-flight limit is counted and refused at once (rate_limited, with SIM-PACE or
/// SIM-BUSY as the venue's own code), and counts towards the pace like any other. Bars are made on the workers.
/// Loop thread only; loop and workers outlive it, and it outlives its calls.
class SimulatedHistory final : public History {
public:
    SimulatedHistory(runtime::Loop& loop, runtime::Workers& workers, HistorySimulationOptions options);

    const HistoryLimits& limits() const override { return limits_; }
    runtime::Task<Result<Instrument>> instrument(std::string symbol) override;
    runtime::Task<Result<std::optional<Instant>>> head(Instrument instrument, Timeframe timeframe) override;
    runtime::Task<Result<HistoryAnswer>> bars(HistoryRequest request) override;
    runtime::Task<Result<std::vector<CorporateAction>>> actions(Instrument instrument, TradingDate from,
                                                                TradingDate to) override;
    std::vector<ConnectionInfo> connections() const override;

    const HistoryTraffic& traffic() const { return traffic_; }

private:
    /// A call under way.
    class Visit;
    using Listing = std::shared_ptr<const SimulatedListing>;

    /// Refuses, or takes the time that an answer takes.
    runtime::Task<Result<void>> reach(std::string symbol);
    std::optional<Error> refuse_hurry();
    runtime::Task<Result<Listing>> find_listing(Instrument instrument);
    std::optional<Error> planned_error(const HistoryRequest& request);
    Instant now() const { return loop_.clock().now(); }

    runtime::Loop& loop_;
    runtime::Workers& workers_;
    HistorySimulationOptions options_;
    HistoryLimits limits_;
    HistoryTraffic traffic_;
    std::deque<Duration> arrivals_; ///< Clock::elapsed() of the calls within the longest window
    std::map<std::string, Listing> listings_;
    std::map<std::string, std::uint32_t> attempts_; ///< failed ones, by request
};

} // namespace tradesh::venue::history_simulator
