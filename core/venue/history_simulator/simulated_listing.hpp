#pragma once

#include "core/venue/history_simulation_options.hpp"
#include "core/venue/history_simulator/simulated_actions.hpp"

#include <optional>
#include <span>
#include <vector>

namespace tradesh::venue::history_simulator {

/// One instrument with all that is made up about it. A value that does not change: safe for any number of workers.
///
/// Minutes are the base. Every longer bar is made of the minutes of its slot, so the same trades are seen in every
/// timeframe, whatever is asked first. Ten years of 1d are a million minutes, well under a second of work.
class SimulatedListing {
public:
    /// Prices are in the instrument's own tick and lot. `what` says the rest.
    /// Errors: calendar.unknown.
    static Result<SimulatedListing> make(SimulatedInstrument what, const HistorySimulationOptions& options);

    const Instrument& instrument() const { return what_.instrument; }

    /// The bars that were published at `now`, the oldest first where they are too many for one answer.
    Result<HistoryAnswer> bars(const HistoryRequest& request, Instant now) const;
    /// The oldest bar of any hours.
    Result<std::optional<Instant>> head(Timeframe timeframe, Instant now) const;
    /// Those with from <= ex date < to that have happened by `now`.
    std::vector<CorporateAction> actions(TradingDate from, TradingDate to, Instant now) const;

private:
    SimulatedListing(SimulatedInstrument what, HistorySimulationOptions options, SessionCalendar calendar,
                     std::vector<AppliedAction> actions);
    Instant since(Timeframe timeframe) const;
    AdjustmentFactor factor(PriceBasis basis, TradingDate date, Instant now) const;
    Result<std::vector<Session>> sessions_of(const std::vector<Slot>& slots, Hours hours) const;
    /// All trades of a slot; `sessions` begin with the first that reaches into it.
    std::optional<TradedBar> trades_of(const Slot& slot, std::span<const Session> sessions, PriceBasis basis,
                                       Instant now, SimulatedPrices& prices) const;
    Bar to_bar(Instant open_time, const TradedBar& traded) const;

    SimulatedInstrument what_;
    HistorySimulationOptions options_;
    SessionCalendar calendar_;
    std::vector<AppliedAction> actions_;
    SimulatedPrices prices_; ///< copied by each answer, which then moves through time on its own
};

} // namespace tradesh::venue::history_simulator
