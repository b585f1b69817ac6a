#pragma once

#include "core/engine/instruments.hpp"
#include "core/history/bar_import.hpp"
#include "core/store/market_store.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tradesh::engine {

/// Which bars of an instrument. What is left open is chosen: one timeframe if there is but one, else daily bars; raw
/// prices; the source with the newest bar.
struct BarsWanted {
    std::string symbol;
    std::optional<Timeframe> timeframe;
    PriceBasis basis = PriceBasis::raw;
    std::optional<Instant> from; ///< open times from here
    std::optional<Instant> to;   ///< and before here
    std::optional<std::size_t> last_count;
};

struct BarsFound {
    Instrument instrument;
    store::SeriesInfo series;
    Bars bars;
};

struct InstrumentSeries {
    Instrument instrument;
    std::vector<store::SeriesInfo> series;
};

/// The verbs of the data family that read and write stored history.
class DataDesk {
public:
    DataDesk(store::MarketStore& store, Instruments& instruments, runtime::Workers& workers)
        : store_(store),
          instruments_(instruments),
          workers_(workers) {}

    /// Error not_found with the cure when there is no such series, or no bar in the range.
    runtime::Task<Result<BarsFound>> show(BarsWanted wanted);
    /// Every instrument with its series, by symbol.
    runtime::Task<Result<std::vector<InstrumentSeries>>> list();
    runtime::Task<Result<InstrumentSeries>> info(std::string symbol);

    /// Imports a file of bars: all of it or, when something in it cannot be trusted, nothing.
    runtime::Task<Result<history::BarImportReport>> import(history::BarImportRequest request,
                                                           history::BlockSource source);

private:
    store::MarketStore& store_;
    Instruments& instruments_;
    runtime::Workers& workers_;
};

} // namespace tradesh::engine
