#pragma once

#include "core/venue/history_simulation_options.hpp"
#include "core/venue/history_simulator/simulated_prices.hpp"

#include <vector>

namespace tradesh::venue::history_simulator {

/// A split or dividend, and what it does to every raw minute from its date on.
struct AppliedAction {
    CorporateAction action;
    AdjustmentFactor factor;
};

/// The corporate actions of an instrument, ascending by date: those of the options, or of a stock that these do not
/// name, by seed and symbol, mostly quarterly dividends, and one split of half of the stocks. They fall on trading
/// dates from 2000 to the end of the calendar.
///
/// A split of n for m multiplies prices by m/n and volumes by n/m; a dividend D multiplies prices by 1 - D / (last
/// regular close before it). So the prices of all before it, multiplied by the same, join those after it without a
/// jump. Errors: those of the calendar.
Result<std::vector<AppliedAction>> apply_actions(const SimulatedInstrument& what, const SessionCalendar& calendar,
                                                 const HistorySimulationOptions& options);

} // namespace tradesh::venue::history_simulator
