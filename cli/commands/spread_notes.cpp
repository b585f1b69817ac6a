#include "cli/commands/spread_notes.hpp"

#include "cli/commands/chain_words.hpp"
#include "cli/commands/spread_report.hpp"
#include "core/base/counted.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace tradesh::cli {
namespace {

/// Up to so many underlyings each is told of in a note of its own.
constexpr std::size_t headlines_max = 5;
/// From here on options are dear by their own measure, and selling them is what people look at.
constexpr double dear_percentile = 80;

/// Why nothing of an underlying can match, where its own filters say so.
void explain_underlying(Report& report, const engine::SpreadsFound& found) {
    for (const scan::FilterCount& count : found.result.filters) {
        const scan::SpreadMeasure& measure = *count.filter.measure;
        if (measure.stage != scan::MeasureStage::underlying || count.passed == count.seen) {
            continue;
        }
        const std::string name(measure.name);
        const double value = measure.of_underlying(found.facts.standing);
        const bool known = !std::isnan(value);
        report.warn(found.facts.instrument.symbol + " has no spread that matches: its " + name + " is " +
                    (known ? rounded(value, 1) + ", not within " : "unknown, and must be within ") +
                    scan::to_text(count.filter.range) + "; without this filter: --" + name + " ..");
    }
}

/// To the days that the filter on them allows.
std::optional<TradingDate> nearest_expiry(const engine::SpreadsFound& found) {
    const scan::SpreadMeasure* const dte = scan::find_spread_measure("dte");
    const auto same = [dte](const scan::FilterCount& count) { return count.filter.measure == dte; };
    const auto filter = std::ranges::find_if(found.result.filters, same);
    const engine::ChainFacts& facts = found.facts;
    if (filter == found.result.filters.end() || facts.expiries.empty()) {
        return std::nullopt;
    }
    return *std::ranges::min_element(facts.expiries, {}, [&](TradingDate expiry) {
        const auto days = static_cast<double>((expiry - facts.today).count());
        return std::max({filter->filter.range.least - days, days - filter->filter.range.most, 0.0});
    });
}

void explain_none(Report& report, const engine::SpreadsFound& found) {
    const std::optional<std::string> why = why_none_matched(found);
    if (!why) {
        return;
    }
    const engine::ChainFacts& facts = found.facts;
    const std::optional<TradingDate> near = found.result.contracts == 0 ? nearest_expiry(found) : std::nullopt;
    const std::string next = near ? "; the nearest expiry is " + to_date_text(Instant(*near)) + ", " +
                                        counted((*near - facts.today).count(), "day") + " ahead"
                                  : "; each step: --counts";
    report.warn(facts.instrument.symbol + " has no spread that matches: " + *why + next);
}

/// What is known of the underlyings, each thing once.
void add_notes_on_underlyings(Report& report, const engine::SpreadsBatch& batch) {
    std::set<std::string> notes;
    bool simulated = false;
    for (const engine::SpreadsOutcome& outcome : batch.outcomes) {
        if (!outcome.found) {
            warn_of(report, outcome.found.error());
            continue;
        }
        const engine::ChainFacts& facts = outcome.found->facts;
        if (batch.outcomes.size() <= headlines_max) {
            report.note(headline_of(facts));
        }
        simulated = simulated || facts.kind == QuoteKind::simulated;
        notes.insert(facts.notes.begin(), facts.notes.end());
        notes.insert(valuation_of(facts));
        explain_underlying(report, *outcome.found);
        explain_none(report, *outcome.found);
        if (facts.standing.percentile.value_or(0) >= dear_percentile) {
            report.note(outcome.symbol + ": options are dear by their own last year, which favours credit spreads: "
                                         "--kind bull-put,bear-call");
        }
    }
    if (simulated && batch.outcomes.size() > headlines_max) {
        report.note("simulated: prices and options are made up");
    }
    for (const std::string& note : notes) {
        report.note(note);
    }
}

} // namespace

void warn_of(Report& report, const Error& error) {
    report.warn(error.describe() + (error.hint.empty() ? "" : "; " + error.hint));
}

void add_spread_notes(Report& report, const engine::SpreadsBatch& batch, std::size_t shown) {
    add_notes_on_underlyings(report, batch);
    std::size_t contracts = 0;
    std::size_t matched = 0;
    for (const engine::SpreadsOutcome& outcome : batch.outcomes) {
        contracts += outcome.found ? outcome.found->result.contracts : 0;
        matched += outcome.found ? outcome.found->result.matched : 0;
    }
    if (contracts == 0) {
        report.note("no spread matches: no contract was looked at");
        return;
    }
    const std::string best =
        shown == 1 ? ", the best one is shown" : ", the best " + std::to_string(shown) + " are shown";
    report.note(counted(matched, "spread") + " of " + counted(contracts, "contract") +
                (matched == 1 ? " matches" : " match") + (shown < matched ? best : ""));
}

} // namespace tradesh::cli
