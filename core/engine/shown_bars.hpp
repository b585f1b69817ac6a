#pragma once

#include "core/engine/series_reading.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tradesh::engine {

struct BarsFound {
    Instrument instrument;
    store::SeriesInfo series;            ///< that they were read from
    Timeframe timeframe = Timeframe::d1; ///< of the bars
    PriceBasis basis = PriceBasis::raw;  ///< of the bars
    Bars bars;                           ///< never empty
    std::vector<std::string> notes;      ///< how they were made, where they were not simply stored
};

/// How to get bars that may not be stored as such.
struct BarsRecipe {
    store::SeriesInfo base;
    bool adjust = false;                       ///< raw prices by splits and dividends
    std::optional<Timeframe> resample_to = {}; ///< longer than the base
};

/// The stored series where there is one; else one of a shorter timeframe to resample; else, for adjusted prices of 1d
/// and longer, raw daily ones to adjust. Nothing where neither is stored.
std::optional<BarsRecipe> find_recipe(const std::vector<store::SeriesInfo>& stored, const BarsWanted& wanted);

/// Bars and actions as they were read for a recipe.
struct BarsRead {
    Bars bars;
    std::vector<CorporateAction> actions;
    bool from_start = true;               ///< nothing of the base lies before them
    history::SeriesKnowledge knowledge{}; ///< of the base where it is resampled: which slots had no trades
};

/// Reads what the recipe needs; synchronous, for the store's reader. `doubled`: how often that turned out to be too
/// little for the count that is wished.
Result<BarsRead> read_for(store::MarketFile& file, const BarsRecipe& recipe, const BarsWanted& wanted, unsigned doubled,
                          const SourceFacts& facts);

/// Makes the bars; synchronous, for a worker. Nothing when more has to be read. Error not_found when no bar is left in
/// the range, and "bars.no_actions" where nobody can tell the splits and dividends.
Result<std::optional<BarsFound>> make_bars(const Instrument& instrument, const BarsRecipe& recipe,
                                           const BarsWanted& wanted, BarsRead read);

} // namespace tradesh::engine
