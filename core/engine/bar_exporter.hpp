#pragma once

#include "core/engine/series_reading.hpp"
#include "core/engine/shown_bars.hpp"
#include "core/history/bar_export.hpp"
#include "core/runtime/workers.hpp"
#include "core/store/market_store.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tradesh::engine {

struct ExportOptions {
    bool bars_only = false; ///< no rows for slots without a bar
    bool state = false;     ///< one column more: what is known of each slot
};

/// One series as long CSV, a piece at a time, so that a series of any length needs the memory of a piece. What it is
/// made with outlives it.
class BarExporter {
public:
    struct Parts {
        store::MarketStore& store;
        runtime::Workers& workers;
        Instrument instrument;
        BarsRecipe recipe; ///< stored bars, or raw ones of 1d and longer to adjust
        BarsWanted wanted; ///< with its hours settled
        SourceFacts facts;
        ExportOptions options;
    };
    explicit BarExporter(Parts parts);

    /// The next rows; empty at the end.
    runtime::Task<Result<std::string>> next();

    std::int64_t bars() const { return bars_; }
    std::int64_t slots_without_bar() const { return empty_slots_; }
    Instant position() const { return cursor_; } ///< everything that opens before it has been given out
    const SeriesRange& range() const { return range_; }
    const Instrument& instrument() const { return parts_.instrument; }
    const store::SeriesKey& key() const { return parts_.recipe.base.key; }
    const std::vector<std::string>& notes() const { return notes_; }

private:
    /// Rows of one stretch, made on a worker.
    struct Piece {
        std::string text;
        std::int64_t bars = 0;
        std::int64_t empty_slots = 0;
        std::vector<std::string> notes;
    };
    Result<SeriesReading> read(store::MarketFile& file, SeriesRange stretch) const;
    Result<Piece> make_piece(SeriesReading reading) const;
    void note(const std::string& text);

    Parts parts_;
    history::LongCsv csv_;
    SeriesRange range_;
    Instant cursor_;
    std::int64_t bars_ = 0;
    std::int64_t empty_slots_ = 0;
    std::vector<std::string> notes_;
};

} // namespace tradesh::engine
