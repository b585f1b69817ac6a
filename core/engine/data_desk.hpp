#pragma once

#include "core/engine/bar_exporter.hpp"
#include "core/engine/bars_wanted.hpp"
#include "core/engine/instruments.hpp"
#include "core/engine/series_examination.hpp"
#include "core/engine/shown_bars.hpp"
#include "core/history/bar_import.hpp"
#include "core/store/market_store.hpp"
#include "core/venue/history.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tradesh::engine {

struct InstrumentSeries {
    Instrument instrument;
    std::vector<store::SeriesInfo> series;
};

/// When an instrument trades.
struct CalendarFacts {
    std::string name;             ///< empty: nobody said where it trades
    std::vector<Session> today{}; ///< of the trading day that it is, or of the next one
    std::optional<Zone> zone{};   ///< of the exchange
};

/// What was, or would be, erased of one series.
struct ErasedBars {
    store::SeriesInfo series; ///< as it was before
    std::int64_t bars = 0;
};

struct KnownAction {
    CorporateAction action;
    BarSource source = BarSource::import; ///< `import`: made by hand
};

/// The verbs of the data family that read and write stored history.
class DataDesk {
public:
    struct Parts {
        store::MarketStore& store;
        Instruments& instruments;
        runtime::Workers& workers;
        const Clock& clock;
        const venue::History* source = nullptr; ///< null where the venue has no price history
    };
    explicit DataDesk(Parts parts) : parts_(parts) {}

    /// Error not_found with the cure when there is no such series, and none that it can be made of, or no bar in the
    /// range.
    runtime::Task<Result<BarsFound>> show(BarsWanted wanted);
    /// Every instrument with its series, by symbol.
    runtime::Task<Result<std::vector<InstrumentSeries>>> list();
    runtime::Task<Result<InstrumentSeries>> info(std::string symbol);
    runtime::Task<Result<CalendarFacts>> calendar(Instrument instrument);

    /// Every series that fits, never none: what is there of the slots that its calendar expects and, with
    /// `judge_bars`, what its bars are worth.
    runtime::Task<Result<std::vector<SeriesExamination>>> examine(BarsWanted wanted, bool judge_bars);

    /// The series to export; see BarExporter. Errors as `show`, but nothing is resampled.
    runtime::Task<Result<BarExporter>> start_export(BarsWanted wanted, ExportOptions options);

    /// Erases bars with what was answered for them; of a whole series also where its history begins. `rehearse` only
    /// counts. Errors: not_found where there is nothing; "delete.ambiguous" (usage) where several series fit.
    runtime::Task<Result<ErasedBars>> erase(BarsWanted wanted, bool rehearse);

    /// Splits and dividends from every source, by date.
    runtime::Task<Result<std::vector<KnownAction>>> actions(std::string symbol);
    /// One made by hand, which goes before those of other sources; false when it was known already.
    runtime::Task<Result<bool>> add_action(std::string symbol, CorporateAction action);
    /// Removes those made by hand of a date; returns how many. Error not_found where there are none.
    runtime::Task<Result<std::int64_t>> remove_actions(std::string symbol, TradingDate ex_date);

    /// Imports a file of bars: all of it or, when something in it cannot be trusted, nothing.
    runtime::Task<Result<history::BarImportReport>> import(history::BarImportRequest request,
                                                           history::BlockSource source);

private:
    /// An instrument and all that is stored of it.
    runtime::Task<Result<InstrumentSeries>> find(std::string symbol, std::string exchange);
    runtime::Task<Result<SeriesExamination>> examine_one(Instrument instrument, store::SeriesInfo series,
                                                         BarsWanted wanted, bool judge_bars);
    SourceFacts facts() const;

    Parts parts_;
};

} // namespace tradesh::engine
