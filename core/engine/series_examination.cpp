#include "core/engine/series_examination.hpp"

#include "core/history/fetch_plan.hpp"

#include <chrono>
#include <utility>

namespace tradesh::engine {
namespace {

/// The counts alone, without looking at a price.
history::QualityReport counts_of(const history::Coverage& coverage) {
    history::QualityReport report;
    report.ok = coverage.count(history::SlotState::ok);
    report.no_trades = coverage.count(history::SlotState::no_trades);
    report.missing = coverage.count(history::SlotState::missing);
    report.delayed = coverage.count(history::SlotState::delayed);
    report.slots = report.ok + report.no_trades + report.missing + report.delayed;
    return report;
}

/// A load that runs in another process has not ended either, and cannot be told from one that was stopped.
std::string note_of(const store::UnfinishedLoads::Entry& load, const SeriesReading& reading) {
    const std::string timeframe(name_of(reading.series.key.timeframe));
    std::string command = "data load " + reading.instrument.symbol + " " + timeframe + " ";
    command += load.mode == name_of(history::LoadMode::full) ? "--from " + to_date_text(load.range.from)
                                                             : "--mode " + load.mode;
    if (load.hours != Hours::regular) {
        command += " --hours " + std::string(name_of(load.hours));
    }
    if (reading.series.key.basis == PriceBasis::adjusted) {
        command += " --adjusted";
    }
    return "a load of " + timeframe + " from " + to_date_text(load.range.from) + " to " + to_date_text(load.range.to) +
           " was interrupted or still runs: " + command + " goes on with it";
}

} // namespace

Result<SeriesExamination> examine(const SeriesReading& reading, const std::vector<CorporateAction>& actions,
                                  bool judge_bars) {
    Result<std::optional<Comparison>> compared = compare_with_calendar(reading);
    if (!compared) {
        return fail(std::move(compared.error()));
    }
    SeriesExamination examination{.instrument = reading.instrument,
                                  .series = reading.series,
                                  .from = reading.from,
                                  .to = reading.to,
                                  .bars = static_cast<std::int64_t>(reading.bars.size()),
                                  .hours = reading.hours,
                                  .calendar = {},
                                  .head = reading.knowledge.head,
                                  .quality = {},
                                  .notes = {}};
    const Comparison* comparison = *compared ? &**compared : nullptr;
    if (comparison != nullptr) {
        examination.calendar = comparison->calendar;
        examination.notes = comparison->notes;
    }
    for (const store::UnfinishedLoads::Entry& load : reading.unfinished) {
        examination.notes.push_back(note_of(load, reading));
    }
    if (judge_bars) {
        const std::vector<Slot> none;
        examination.quality = history::judge(reading.bars, reading.series.key.timeframe,
                                             comparison != nullptr ? &comparison->coverage : nullptr,
                                             comparison != nullptr ? comparison->slots : none, actions);
    } else if (comparison != nullptr) {
        examination.quality = counts_of(comparison->coverage);
    }
    return examination;
}

} // namespace tradesh::engine
