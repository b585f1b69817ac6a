#pragma once

#include "core/engine/history_desk.hpp"
#include "core/expression/program.hpp"
#include "core/scan/program_scan.hpp"

#include <string>
#include <utility>

namespace tradesh::engine {

/// How far back so many bars certainly reach where an exchange trades five days a week and six hours a day; a century
/// at most. Of every bar, the last ten thousand.
Duration reach_of(Timeframe timeframe, std::size_t bars);

/// What a scan asks the venue for, of one instrument: the bars of a stream that are missing. Bars that are stored and
/// stretches the source has answered for are not asked for again.
LoadWanted load_for(const expression::Stream& stream, const scan::ScanTimes& times, Instant now);

/// Loads what one scan reads. Errors are those of the load; a part of it that failed is one too. Every call must be
/// awaited before this goes away.
class ScanLoader {
public:
    struct Parts {
        HistoryDesk& history;
        const Clock& clock;
        expression::Program program;
        scan::ScanTimes times{};
        PriceBasis basis = PriceBasis::raw; ///< daily and longer bars are loaded raw in any case, with their actions
        bool one_by_one = false;
        std::string correlation{};
    };
    explicit ScanLoader(Parts parts) : parts_(std::move(parts)) {}

    /// First: the other instruments that the program reads, which all symbols share. Error "history.none" (config).
    runtime::Task<Result<void>> load_others();
    /// Every timeframe that the program reads of a symbol.
    runtime::Task<Result<void>> load_symbol(std::string symbol);
    /// Since it was asked last: a bar that the source should have was asked for in vain.
    bool asked_in_vain() { return std::exchange(asked_in_vain_, false); }
    /// How long after its end a bar may still be absent.
    Duration publish_delay() const;

private:
    /// The streams that the program reads of `of_program` ("" is each symbol itself), for `symbol`.
    runtime::Task<Result<void>> load_streams(std::string of_program, std::string symbol);
    runtime::Task<Result<void>> load(LoadWanted wanted);

    Parts parts_;
    bool asked_in_vain_ = false;
};

} // namespace tradesh::engine
