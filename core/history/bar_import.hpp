#pragma once

#include "core/history/bar_file.hpp"
#include "core/history/instrument_guess.hpp"
#include "core/runtime/task.hpp"
#include "core/store/bar_spool.hpp"
#include "core/store/market_store.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tradesh::history {

struct BarImportRequest {
    std::string file;               ///< its name, for messages; the caller reads it
    InstrumentStatement instrument; ///< symbol and what the user says of it; `zone` is --tz
    std::optional<Timeframe> timeframe;
    bool skip_bad = false;
};

/// What an import did.
struct BarImportReport {
    BarFileReport file;
    Instrument instrument;
    bool instrument_created = false;
    store::MergeCounts raw;
    store::MergeCounts adjusted; ///< zeros when the file has no adjusted closes
};

/// One import: blocks of the file go in, and when all of it was found good, it goes into the store at once. Until then
/// nothing is stored and no lock is held. Synchronous; not for the loop's thread.
class BarImport {
public:
    /// `known` is the instrument as it is stored, if it is. The zone of times without an offset is that of --tz, else
    /// of
    /// --exchange, else of the known instrument, else UTC. Errors: as guess_instrument and apply_statement.
    static Result<BarImport> create(BarImportRequest request, const std::optional<Instrument>& known,
                                    const std::string& folder);

    /// See BarFile::feed.
    Result<void> feed(std::string_view bytes);
    /// Ends the file and stores it. Call it within MarketStore::write, so that an error stores nothing.
    Result<BarImportReport> finish(store::MarketFile& market);

    /// How the file was understood so far, with the bad rows; also after an error.
    const BarFileReport& file_report() const { return file_.report(); }

private:
    BarImport(BarImportRequest request, BarFile file, store::BarSpool raw, store::BarSpool adjusted)
        : request_(std::move(request)),
          file_(std::move(file)),
          raw_(std::move(raw)),
          adjusted_(std::move(adjusted)) {}
    Result<void> spool();
    Result<void> settle_instrument(store::MarketFile& market, BarImportReport& report);

    BarImportRequest request_;
    BarFile file_;
    store::BarSpool raw_;
    store::BarSpool adjusted_;
};

/// The next block of a file; empty at its end.
using BlockSource = std::function<runtime::Task<Result<std::string>>()>;

/// The whole import as a task on the loop: parsing on `workers`, storing on the store's writer. `source` is called
/// until it returns an empty block or an error. All arguments outlive the task.
runtime::Task<Result<BarImportReport>> import_bars(store::MarketStore& market, runtime::Workers& workers,
                                                   BarImportRequest request, BlockSource source);

} // namespace tradesh::history
