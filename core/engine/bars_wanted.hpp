#pragma once

#include "core/market/bars.hpp"
#include "core/market/corporate_action.hpp"
#include "core/market/instrument.hpp"
#include "core/market/session_calendar.hpp"
#include "core/store/market_store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tradesh::engine {

/// Which bars of an instrument. What is left open is chosen: one timeframe if there is but one, else daily bars; the
/// source with the newest bar.
struct BarsWanted {
    std::string symbol;
    std::optional<Timeframe> timeframe{};
    PriceBasis basis = PriceBasis::raw;
    std::optional<BarSource> source{};
    std::optional<Instant> from{}; ///< open times from here
    std::optional<Instant> to{};   ///< and before here
    std::optional<std::size_t> last_count{};
    std::optional<Hours> hours{}; ///< left open: those that the source was asked for, else the regular ones
    std::string exchange{};       ///< whose calendar holds where nobody stated the exchange, for this once
};

/// "GOOG 1d adjusted".
std::string describe(const BarsWanted& wanted);

/// The series that fit timeframe, basis and source where they are said.
std::vector<store::SeriesInfo> fitting(const std::vector<store::SeriesInfo>& stored, const BarsWanted& wanted);
/// The one that a wish means, null when none fits.
const store::SeriesInfo* choose(const std::vector<store::SeriesInfo>& fitting);

/// "1d raw, 1h raw".
std::string list_of(const std::vector<store::SeriesInfo>& series);

/// Error not_found: no series fits. `can_load`: the venue has price history.
Error no_bars(const BarsWanted& wanted, const std::vector<store::SeriesInfo>& stored, bool can_load);
Error none_in_range(const BarsWanted& wanted, const store::SeriesInfo& series);

/// The instrument as if it traded on `exchange` (empty: as it is). Errors (usage): "exchange.unknown", and
/// "instrument.conflict" where another one was stated.
Result<Instrument> on_exchange(Instrument instrument, const std::string& exchange);

/// Splits and dividends as known from a source, those made by hand before all others of their date and kind.
Result<std::vector<CorporateAction>> known_actions(store::MarketFile& file, InstrumentId instrument, BarSource source);

/// A moment just after a bar that opens at `open_time`, for half-open ranges.
inline Instant just_after(Instant open_time) { return open_time + Duration(1); }

} // namespace tradesh::engine
