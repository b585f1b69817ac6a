#include "cli/commands/data_verify.hpp"

#include "cli/commands/data_words.hpp"
#include "cli/commands/listed_symbols.hpp"
#include "core/engine/data_desk.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/history_desk.hpp"
#include "core/engine/saved_desk.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

struct VerifyWords {
    SymbolList list;
    engine::BarsWanted wanted; ///< of every symbol
};

Result<VerifyWords> verify_words(const Arguments& arguments, Instant now) {
    Result<SymbolList> list = read_symbol_list(arguments);
    if (!list) {
        return fail(std::move(list.error()));
    }
    VerifyWords words{.list = std::move(*list), .wanted = {}};
    words.wanted.timeframe = words.list.timeframe;
    if (Result<void> read = read_series_options(arguments, now, words.wanted); !read) {
        return fail(std::move(read.error()));
    }
    return words;
}

/// What was found of the symbols, and the errors of those that could not be looked at.
struct Verified {
    std::vector<engine::SeriesExamination> series;
    std::vector<Error> errors;
};

Task<Verified> verify_all(CommandContext& context, const VerifyWords& words) {
    Verified verified;
    for (const NamedSymbol& named : words.list.symbols) {
        context.task.awaits = "the bars of " + named.symbol;
        engine::BarsWanted wanted = words.wanted;
        wanted.symbol = named.symbol;
        Result<std::vector<engine::SeriesExamination>> examined =
            co_await context.engine().data().examine(std::move(wanted), true);
        if (!examined) {
            verified.errors.push_back(std::move(examined.error()).attempting("verify").at(named.where));
            continue;
        }
        std::ranges::move(*examined, std::back_inserter(verified.series));
    }
    co_return verified;
}

/// Without a calendar nobody knows how many slots there should be.
Cell of_calendar(const engine::SeriesExamination& series, std::size_t count) {
    return series.calendar.empty() ? Cell() : Cell(count);
}

/// Empty where nothing was found wrong but nothing could be compared either.
Cell healthy_cell(const engine::SeriesExamination& series) {
    const bool healthy = series.quality.healthy();
    return healthy && series.calendar.empty() ? Cell(std::nullopt) : Cell(healthy);
}

std::vector<Cell> series_cells(const engine::SeriesExamination& series) {
    const store::SeriesKey& key = series.series.key;
    const history::QualityReport& quality = series.quality;
    return {series.instrument.symbol,
            name_of(key.timeframe),
            name_of(key.basis),
            name_of(key.source),
            series.calendar.empty() ? std::nullopt : std::optional(series.calendar),
            name_of(series.hours),
            first_time_cell(series.from, key.timeframe),
            last_time_cell(series.to, key.timeframe),
            series.bars,
            of_calendar(series, quality.slots),
            of_calendar(series, quality.ok),
            of_calendar(series, quality.no_trades),
            of_calendar(series, quality.missing),
            of_calendar(series, quality.delayed),
            healthy_cell(series)};
}

void add_series_notes(Report& report, const std::vector<engine::SeriesExamination>& all) {
    std::vector<std::string> notes; // several series of an instrument say the same
    for (const engine::SeriesExamination& series : all) {
        if (series.calendar.empty()) {
            notes.push_back("nobody said where " + series.instrument.symbol +
                            " trades, so no slot is expected: --exchange NAME compares with a calendar");
        }
        if (const std::optional<std::string> note = note_on_source(series.series.key.source)) {
            notes.push_back(*note);
        }
    }
    for (auto note = notes.begin(); note != notes.end(); ++note) {
        if (std::find(notes.begin(), note, *note) == note) {
            report.note(*note);
        }
    }
}

Task<Result<void>> report_series(Report& report, const std::vector<engine::SeriesExamination>& all) {
    report.table({{"symbol", CellType::text},
                  {"timeframe", CellType::text},
                  {"prices", CellType::text},
                  {"source", CellType::text},
                  {"calendar", CellType::text},
                  {"hours", CellType::text},
                  {"from", CellType::time},
                  {"to", CellType::time},
                  {"bars", CellType::integer},
                  {"slots", CellType::integer},
                  {"ok", CellType::integer},
                  {"no_trades", CellType::integer},
                  {"missing", CellType::integer},
                  {"delayed", CellType::integer},
                  {"healthy", CellType::boolean}},
                 "series");
    for (const engine::SeriesExamination& series : all) {
        std::vector<Cell> row = series_cells(series);
        const Result<void> shown = co_await report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
        for (const std::string& note : series.notes) {
            report.note(note);
        }
    }
    add_series_notes(report, all);
    co_return Result<void>();
}

Task<Result<void>> report_findings(Report& report, const std::vector<engine::SeriesExamination>& all) {
    report.table({{"symbol", CellType::text},
                  {"timeframe", CellType::text},
                  {"kind", CellType::text},
                  {"severity", CellType::text},
                  {"from", CellType::time},
                  {"to", CellType::time},
                  {"count", CellType::integer},
                  {"detail", CellType::text}},
                 "findings");
    for (const engine::SeriesExamination& series : all) {
        const Timeframe timeframe = series.series.key.timeframe;
        for (const history::Finding& finding : series.quality.findings) {
            std::vector<Cell> row{series.instrument.symbol,
                                  name_of(timeframe),
                                  name_of(finding.kind),
                                  name_of(finding.severity),
                                  open_time_cell(finding.from, timeframe),
                                  last_time_cell(finding.to, timeframe),
                                  finding.count,
                                  finding.detail};
            const Result<void> shown = co_await report.row(std::move(row));
            if (!shown) {
                co_return shown;
            }
        }
    }
    co_return Result<void>();
}

/// Prices that cannot be right come before bars that are missing: what is computed from them is wrong.
Result<void> verdict(const Verified& verified, bool can_load) {
    std::int64_t errors = 0;
    std::int64_t missing = 0;
    for (const engine::SeriesExamination& series : verified.series) {
        errors += std::ranges::count(series.quality.findings, history::Severity::error, &history::Finding::severity);
        missing += static_cast<std::int64_t>(series.quality.missing);
    }
    if (errors > 0) {
        return fail(Error(ErrorKind::failed, "verify.errors", counted(errors, "finding") + " of severity error")
                        .attempting("verify")
                        .advise("the findings say what is wrong with which bars"));
    }
    if (missing > 0) {
        return fail(Error(ErrorKind::partial, "verify.missing", counted(missing, "bar") + " missing")
                        .attempting("verify")
                        .advise(can_load ? "bars that came from the venue: data heal SYMBOL TF"
                                         : "import a file that has them"));
    }
    if (!verified.errors.empty()) {
        return fail(Error(ErrorKind::partial, "verify.partial",
                          counted(verified.errors.size(), "symbol") + " could not be verified")
                        .attempting("verify"));
    }
    return {};
}

Task<Result<void>> run_verify(CommandContext& context) {
    Result<VerifyWords> words = verify_words(context.arguments, context.engine().clock().now());
    if (!words) {
        co_return fail(words.error());
    }
    const Result<void> expanded = co_await expand_lists(context.engine().saved(), words->list.symbols);
    if (!expanded) {
        co_return expanded;
    }
    const Verified verified = co_await verify_all(context, *words);
    if (verified.series.empty()) {
        co_return fail(verified.errors.front());
    }
    const Result<void> listed = co_await report_series(context.report, verified.series);
    if (!listed) {
        co_return listed;
    }
    const Result<void> found = co_await report_findings(context.report, verified.series);
    if (!found) {
        co_return found;
    }
    for (const Error& error : verified.errors) {
        context.report.warn(error.describe());
    }
    co_return verdict(verified, context.engine().history().loader() != nullptr);
}

/// Slots of which it is known whether there is a bar, of all that are expected: 100.00 only when that is every one.
std::optional<Decimal> coverage_percent(const history::QualityReport& quality) {
    if (quality.slots == 0) {
        return std::nullopt;
    }
    const std::size_t known = quality.ok + quality.no_trades;
    return Decimal::of(static_cast<std::int64_t>(known * 10'000 / quality.slots), 2);
}

Task<Result<void>> run_range(CommandContext& context) {
    Result<engine::BarsWanted> wanted = read_one_series(context.arguments, context.engine().clock().now());
    if (!wanted) {
        co_return fail(std::move(wanted.error()));
    }
    const Result<std::vector<engine::SeriesExamination>> all =
        co_await context.engine().data().examine(std::move(*wanted), false);
    if (!all) {
        co_return fail(all.error());
    }
    context.report.table({{"symbol", CellType::text},
                          {"timeframe", CellType::text},
                          {"prices", CellType::text},
                          {"source", CellType::text},
                          {"first", CellType::time},
                          {"last", CellType::time},
                          {"bars", CellType::integer},
                          {"expected", CellType::integer},
                          {"coverage", CellType::decimal, "%"},
                          {"head", CellType::time}});
    for (const engine::SeriesExamination& series : *all) {
        const store::SeriesKey& key = series.series.key;
        const bool has_head = series.head && series.head->first;
        std::vector<Cell> row{series.instrument.symbol,
                              name_of(key.timeframe),
                              name_of(key.basis),
                              name_of(key.source),
                              open_time_cell(series.series.first, key.timeframe),
                              open_time_cell(series.series.last, key.timeframe),
                              series.series.bars,
                              of_calendar(series, series.quality.slots),
                              coverage_percent(series.quality),
                              has_head ? open_time_cell(*series.head->first, key.timeframe) : Cell()};
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
        for (const std::string& note : series.notes) {
            context.report.note(note);
        }
    }
    add_series_notes(context.report, *all);
    co_return Result<void>();
}

} // namespace

CommandSpec data_verify_command() {
    return CommandSpec{
        .family = "data",
        .verb = "verify",
        .summary = "Judge stored history: holes, outliers, duplicates",
        .arguments = {symbols_argument()},
        .options = {timeframe_option(), from_option(), to_option(), hours_option(), exchange_option(), source_option(),
                    adjusted_option()},
        .examples = {{"data verify GOOG", "every series of it"},
                     {"data verify AAPL,MSFT 1h --from -30d --json", "the last thirty days, for a script"},
                     {"data verify STOXX50 5m --exchange EUREX", "where nobody said where it trades"}},
        .schema = "data.verify@1",
        .run = run_verify,
        .check =
            [](const Arguments& arguments) {
                const Result<VerifyWords> words = verify_words(arguments, no_time);
                return words ? Result<void>() : fail(words.error());
            },
        .details = "Every slot of the exchange's calendar is ok (its bar is stored), no-trades (the venue has none), "
                   "missing (nobody asked, or got no answer) or delayed (too recent to be published). Exit 0: nothing "
                   "is missing and nothing is wrong. Exit 7: bars are missing. Exit 1: a finding of severity error, "
                   "such as a high below its low; missing bars or not.",
        .may_be_partial = true,
    };
}

CommandSpec data_range_command() {
    return CommandSpec{
        .family = "data",
        .verb = "range",
        .summary = "Show from when to when bars are stored, and how completely",
        .arguments = {symbol_argument(), bars_argument()},
        .options = {timeframe_option(), hours_option(), exchange_option(), source_option(), adjusted_option()},
        .examples = {{"data range GOOG", "every series of it"},
                     {"data range AAPL 1h --json", "for a script"},
                     {"data range STOXX50 5m --exchange EUREX", "where nobody said where it trades"}},
        .schema = "data.range@1",
        .run = run_range,
        .check =
            [](const Arguments& arguments) {
                const Result<engine::BarsWanted> wanted = read_one_series(arguments, no_time);
                return wanted ? Result<void>() : fail(wanted.error());
            },
        .details = "Coverage is the share of the slots between first and last of which it is known whether there is a "
                   "bar. Head is the oldest bar that the venue has, where it was asked.",
    };
}

} // namespace tradesh::cli
