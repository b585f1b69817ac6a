#pragma once

#include "core/engine/shown_bars.hpp"
#include "core/engine/timed_bars.hpp"
#include "core/store/series_catalogue.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>

namespace tradesh::engine {

/// Bars of a symbol that are not stored as such.
struct MadeSeries {
    Instrument instrument;
    BarsRecipe recipe;
};

/// The symbols whose bars of one timeframe and basis can be made of others that are stored, as find_recipe says. A
/// value, true of the moment it was read.
class MadeCatalogue {
public:
    /// Of every symbol that `stored` does not have; adjusted: of every symbol. With `symbols` of those alone, which
    /// `stored` does not have.
    static Result<MadeCatalogue> read(store::MarketFile& market, const store::SeriesCatalogue& stored,
                                      Timeframe timeframe, PriceBasis basis, std::span<const std::string> symbols = {});

    /// That of the catalogue it was read beside.
    std::int64_t revision() const { return revision_; }
    const std::map<std::string, MadeSeries>& all() const { return all_; }
    /// Null for an unknown symbol.
    const MadeSeries* find(const std::string& symbol) const;

private:
    std::int64_t revision_ = -1;
    std::map<std::string, MadeSeries> all_;
};

/// The bars that are wanted. A bar counts once the bars it is made of reach its end, or go on after it. As of a moment
/// no split or dividend of later days has a say. Errors: those of read_for and make_bars.
Result<TimedBars> read_made(store::MarketFile& market, const MadeSeries& series, const BarCompletion& completion,
                            const scan::BarsWanted& wanted, std::optional<Instant> complete_by);

} // namespace tradesh::engine
