#pragma once

#include "core/history/bar_file.hpp"
#include "core/history/instrument_guess.hpp"
#include "core/runtime/task.hpp"
#include "core/store/bar_spool.hpp"
#include "core/store/market_store.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::history {

struct BarImportRequest {
    std::string file;               ///< its name, for messages; the caller reads it
    InstrumentStatement instrument; ///< what the user says; `zone` is --tz, an empty symbol every symbol of the file
    std::optional<Timeframe> timeframe;
    BarStamp stamp = BarStamp::open;
    bool skip_bad = false;
    bool replace = false;       ///< stored bars may be replaced, however many
    std::optional<Instant> now; ///< rows more than two days after it are bad
};

/// What an import did with the bars of one symbol.
struct ImportedSymbol {
    SymbolReport rows;
    Instrument instrument;
    bool instrument_created = false;
    store::MergeCounts raw;
    store::MergeCounts adjusted; ///< zeros when the file has no adjusted closes
};

/// What an import did.
struct BarImportReport {
    BarFileReport file;
    std::vector<ImportedSymbol> symbols; ///< those with bars, in the order of the file; one at least
};

/// An instrument as it is stored.
struct KnownInstrument {
    Instrument instrument;
    bool has_bars = false;
};

/// One import: blocks of the file go in, and when all of it was found good, it goes into the store at once. Until then
/// nothing is stored and no lock is held. Synchronous; not for the loop's thread.
class BarImport {
public:
    /// `known` are instruments as they are stored: the one named in the request, or all. The zone of times without an
    /// offset is that of --tz, else of --exchange, else of the known instrument, else UTC. Errors: as guess_instrument
    /// and apply_statement.
    static Result<BarImport> create(BarImportRequest request, std::span<const KnownInstrument> known,
                                    const std::string& folder);

    /// See BarFile::feed.
    Result<void> feed(std::string_view bytes);
    /// Ends the file and stores it. Call it within MarketStore::write, so that an error stores nothing. Error
    /// "import.shifted" when a series is stored already, with other times (see find_time_shift); "import.would_replace"
    /// when most of the stored bars that the file meets would get other values, unless the request allows it.
    Result<BarImportReport> finish(store::MarketFile& market);

    /// How the file was understood so far, with the bad rows; also after an error.
    const BarFileReport& file_report() const { return file_.report(); }

private:
    BarImport(BarImportRequest request, BarFile file, store::BarSpool bars)
        : request_(std::move(request)),
          file_(std::move(file)),
          bars_(std::move(bars)) {}
    Result<void> spool();
    Result<ImportedSymbol> store_symbol(store::MarketFile& market, std::size_t index);
    Result<void> settle_instrument(store::MarketFile& market, ImportedSymbol& symbol);
    Result<void> check_times(store::MarketFile& market, const store::SeriesKey& key, std::size_t index);
    Result<store::MergeCounts> merge(store::MarketFile& market, const store::SeriesKey& key, std::size_t run);

    BarImportRequest request_;
    BarFile file_;
    std::vector<std::string> kind_notes_;
    store::BarSpool bars_; ///< two runs a symbol: raw and adjusted
};

/// The next block of a file; empty at its end.
using BlockSource = std::function<runtime::Task<Result<std::string>>()>;

/// The whole import as a task on the loop: parsing on `workers`, storing on the store's writer. `source` is called
/// until it returns an empty block or an error. All arguments outlive the task.
runtime::Task<Result<BarImportReport>> import_bars(store::MarketStore& market, runtime::Workers& workers,
                                                   BarImportRequest request, BlockSource source);

} // namespace tradesh::history
