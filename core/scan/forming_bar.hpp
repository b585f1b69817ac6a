#pragma once

#include "core/market/quote.hpp"
#include "core/market/session_calendar.hpp"
#include "core/scan/live_scan.hpp"

#include <optional>

namespace tradesh::scan {

/// What a quote says a bar trades at: the last trade, or the middle of bid and ask where the venue tells no trades, as
/// it is with currencies. Nothing without either.
std::optional<double> price_of(const Quote& quote);

/// The bar in progress of one instrument, as its quotes make it: it opens with the first quote seen in it, whatever
/// traded before; its volume is unknown.
class FormingBar {
public:
    /// The bar with one more price of the slot in progress. `before`: the open time of the slot that ended where this
    /// one begins, if one did; it counts for the first bar, the later ones follow those that were seen.
    const BarInProgress& update(const Slot& slot, double price, std::optional<Instant> before = std::nullopt);

private:
    std::optional<BarInProgress> bar_;
};

} // namespace tradesh::scan
