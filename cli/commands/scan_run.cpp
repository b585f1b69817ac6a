#include "cli/commands/scan_run.hpp"

#include "cli/commands/data_words.hpp"
#include "cli/commands/saved_scan.hpp"
#include "cli/commands/scan_reason.hpp"
#include "cli/commands/scan_table.hpp"
#include "cli/render/exit_code.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/saved_desk.hpp"
#include "core/engine/scan_desk.hpp"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

/// What a screen shows while a scan goes on is never older than this.
constexpr Duration flush_interval = std::chrono::milliseconds(250);

/// Symbols that fail are told one by one up to so many.
constexpr std::size_t warnings_max = 20;

/// Last bars that are older than the newest one by more than this are no answer for the same day.
constexpr std::chrono::days age_max(7);

std::string has_or_have(std::size_t count) { return std::to_string(count) + (count == 1 ? " has" : " have"); }

/// Takes outcomes as they come, in the order of the universe, and shows what is to be shown: at once where the order
/// allows it, or in the end.
class ShownScan {
public:
    ShownScan(CommandContext& context, const ScanWords& words)
        : context_(context),
          program_(words.wanted.program),
          view_(words.view),
          over_range_(words.wanted.range.has_value()),
          table_(program_, view_) {}

    Task<Result<void>> take(const scan::SymbolOutcome& outcome) {
        begin();
        ++symbols_;
        const std::size_t matched_before = matched_;
        Result<void> shown;
        if (!outcome.rows) {
            take_error(outcome.rows.error(), true);
        } else {
            for (const scan::ScanRow& row : *outcome.rows) {
                shown = co_await take_row(outcome.symbol, row);
                if (!shown) {
                    co_return shown;
                }
            }
        }
        matched_symbols_ += matched_ > matched_before ? 1 : 0;
        shown = co_await keep_up();
        co_return shown;
    }

    /// The rows that were kept back.
    Task<Result<void>> finish() {
        begin();
        table_.arrange(kept_);
        for (std::vector<Cell>& cells : kept_) {
            if (view_.limit && shown_ == *view_.limit) {
                break;
            }
            ++shown_;
            Result<void> sent = co_await context_.report.row(std::move(cells));
            if (!sent) {
                co_return sent;
            }
        }
        co_return Result<void>();
    }

    void add_notes() {
        for (std::string& note : table_.notes(over_range_ ? "bar" : "symbol")) {
            context_.report.note(std::move(note));
        }
        const std::string of_symbols = " of " + std::to_string(symbols_) + " symbols";
        std::string text =
            over_range_ ? counted(matched_, "bar") + " found, in " + std::to_string(matched_symbols_) + of_symbols
                        : std::to_string(matched_) + of_symbols + " match";
        text += short_ > 0 ? ", " + has_or_have(short_) + " too little history" : "";
        text += unknown_ > 0 ? ", " + std::to_string(unknown_) +
                                   " cannot be told (unknown values: a division by zero, no volume or the like)"
                             : "";
        text += found_ > shown_ ? "; the first " + std::to_string(shown_) + " are shown" : "";
        context_.report.note(std::move(text));
        add_note_on_age();
        if (untold_ > 0) {
            context_.report.warn("and " + std::to_string(untold_) + " more");
        }
    }

    /// Some symbols failing is a partial result, all of them failing is the first one's error.
    Result<void> verdict() const {
        if (!first_error_) {
            return {};
        }
        if (failed_ == symbols_) {
            return fail(*first_error_);
        }
        return fail(Error(ErrorKind::partial, "scan.partial",
                          std::to_string(failed_) + " of " + counted(symbols_, "symbol") + " could not be scanned")
                        .attempting("scan"));
    }

private:
    bool shows_all() const { return view_.all || view_.why; }

    /// Not before there is an answer: an error of the whole scan has no table.
    void begin() {
        if (!begun_) {
            begun_ = true;
            context_.report.table(table_.columns());
        }
    }

    void take_error(const Error& error, bool warns) {
        ++failed_;
        first_error_ = first_error_ ? first_error_ : error;
        if (warns && warned_ < warnings_max) {
            ++warned_;
            context_.report.warn(error.describe());
        } else if (warns) {
            ++untold_;
        }
    }

    /// Too few bars are a failure, told by the row itself where every symbol has one.
    Task<Result<void>> take_row(const std::string& symbol, const scan::ScanRow& row) {
        if (row.shortage) {
            ++short_;
            take_error(scan::not_enough_bars(*row.shortage).on(symbol), !shows_all());
        } else {
            unknown_ += row.matched == expression::Truth::unknown ? 1 : 0;
        }
        matched_ += row.matched == expression::Truth::yes ? 1 : 0;
        if (row.matched != expression::Truth::yes && !shows_all()) {
            co_return Result<void>();
        }
        table_.count_unknown(row);
        times_.push_back(row.bar_time);
        std::vector<Cell> cells =
            table_.cells(symbol, row, view_.why ? reason_of(program_, row, view_.objections) : std::string());
        Result<void> shown = co_await show(std::move(cells));
        co_return shown;
    }

    Task<Result<void>> show(std::vector<Cell> cells) {
        ++found_;
        if (table_.needs_all()) {
            kept_.push_back(std::move(cells));
            co_return Result<void>();
        }
        if (view_.limit && shown_ == *view_.limit) {
            co_return Result<void>();
        }
        ++shown_;
        Result<void> sent = co_await context_.report.row(std::move(cells));
        co_return sent;
    }

    /// Symbols whose history ends long before that of others.
    void add_note_on_age() {
        if (over_range_ || times_.empty()) {
            return;
        }
        const Instant newest = std::ranges::max(times_);
        const auto old = static_cast<std::size_t>(
            std::ranges::count_if(times_, [newest](Instant time) { return newest - time > age_max; }));
        if (old > 0) {
            context_.report.note((old == 1 ? "the last bar of " : "the last bars of ") + counted(old, "symbol") +
                                 (old == 1 ? " is" : " are") + " more than 7 days older than " + to_date_text(newest));
        }
    }

    Task<Result<void>> keep_up() {
        co_await context_.report.progress("scanned symbols", static_cast<std::int64_t>(symbols_), 0);
        const Duration now = context_.engine().clock().elapsed();
        if (now - flushed_ < flush_interval || shown_ == flushed_rows_) {
            co_return Result<void>();
        }
        flushed_ = now;
        flushed_rows_ = shown_;
        Result<void> sent = co_await context_.report.flush();
        co_return sent;
    }

    CommandContext& context_;
    const expression::Program& program_;
    const ScanView& view_;
    bool over_range_;
    ScanTable table_;
    std::vector<std::vector<Cell>> kept_;
    std::size_t symbols_ = 0; ///< that were reached
    std::size_t matched_ = 0; ///< rows
    std::size_t matched_symbols_ = 0;
    std::size_t short_ = 0;   ///< of bars
    std::size_t unknown_ = 0; ///< for other reasons
    std::size_t failed_ = 0;
    std::size_t warned_ = 0;
    std::size_t untold_ = 0;     ///< failed, beyond the warnings
    std::vector<Instant> times_; ///< of last bars that are to be shown
    bool begun_ = false;
    std::size_t found_ = 0; ///< rows to be shown, but for a limit
    std::size_t shown_ = 0;
    std::optional<Error> first_error_{};
    Duration flushed_ = context_.engine().clock().elapsed();
    std::size_t flushed_rows_ = 0;
};

/// "the raw bars of GOOG, AAPL and 3 more symbols span a split"
std::string warning_of_splits(std::span<const std::string> symbols) {
    const std::size_t named = std::min(symbols.size(), warnings_max);
    std::string names;
    for (const std::string& symbol : symbols.first(named)) {
        names += (names.empty() ? "" : ", ") + symbol;
    }
    names += named < symbols.size() ? " and " + counted(symbols.size() - named, "more symbol") : "";
    return "a split is within the bars of " + names +
           ", so their raw prices before and after it do not compare: --adjusted evens it out";
}

Task<Result<void>> run_scan(CommandContext& context) {
    const Result<ChosenScan> chosen = co_await choose_scan(context.engine().saved(), context.arguments);
    if (!chosen) {
        co_return fail(chosen.error());
    }
    Result<ScanWords> words = read_scan(chosen->arguments, context.engine().clock().now());
    if (!words) {
        co_return fail(std::move(words.error()));
    }
    words->wanted.correlation = context.correlation;
    if (chosen->built_in != nullptr) {
        words->view.objections = chosen->built_in->objections;
    }
    if (words->wanted.load_first && context.options.dry_run) {
        words->wanted.load_first = false;
        context.report.note("rehearsed: nothing is loaded, what is stored is scanned");
    }
    ShownScan shown(context, *words);
    context.task.awaits = "the workers";
    const scan::OnOutcome take = [&shown](const scan::SymbolOutcome& outcome) { return shown.take(outcome); };
    const Result<scan::ScanResult> result = co_await context.engine().scans().run(words->wanted, take);
    if (!result) {
        Error error = co_await of_scan(context, result.error(), chosen->arguments, words->wanted.program.timeframe());
        co_return fail(std::move(error));
    }
    const Result<void> finished = co_await shown.finish();
    if (!finished) {
        co_return finished;
    }
    shown.add_notes();
    if (!result->splits_inside.empty()) {
        context.report.warn(warning_of_splits(result->splits_inside));
    }
    if (result->cancelled) {
        context.report.warn("stopped: " + counted(result->not_reached, "symbol") + " not reached");
        co_return fail(ErrorKind::cancelled, "scan.cancelled", "stopped");
    }
    co_return shown.verdict();
}

} // namespace

Result<void> check_scan_words(const Arguments& arguments) {
    const Result<std::optional<ChosenScan>> chosen = choose_built_in(arguments);
    if (!chosen) {
        return fail(chosen.error());
    }
    if (!*chosen) {
        return {}; // what it is made of is not known here
    }
    const Result<ScanWords> words = read_scan((*chosen)->arguments, no_time);
    return words ? Result<void>() : fail(words.error());
}

CommandSpec scan_run_command() {
    return CommandSpec{
        .family = "scan",
        .verb = "run",
        .summary = "Find instruments whose last bar fits a condition",
        .arguments = {scan_argument()},
        .options = scan_options(),
        .examples = {{"scan run \"rsi(14) < 30 and close > ema(50)\" --rank \"rvol(20)\" -n 10",
                      "the ten busiest of what fits"},
                     {"scan run alpaca-2022 -u @tech --why", "what a saved scan says of every symbol of a list"},
                     {"scan run \"close > highest(high, 20)[1]\" --as-of 2026-11-18 --json", "what it found then"}},
        .schema = "scan.run@1",
        .run = run_scan,
        .check = check_scan_words,
        .details =
            "Fields: open high low close volume; `help indicators` and `help expressions` list the rest. x[n] is x, n "
            "bars before; x@1h is x on other bars, close(\"SPY\") that of another instrument; operators are + - * / < "
            "<= > >= == != crosses_above crosses_below and or not. Too little history is never a match. The columns "
            "are symbol, time, what the condition compares, and what --show and --rank ask for. --as-of of a date "
            "looks at the bars that were complete at 24:00 UTC of it, so at the daily bar of that date; nothing that "
            "came later has a say. --as-of goes by when a bar was complete, --from and --to by when it began. With the "
            "name of a saved scan the options given go before the saved ones. A symbol "
            "that cannot be scanned is told and touches no other: exit 7. Exit 130: stopped; what was found is shown.",
        .may_be_partial = true,
        .further_exit_codes = {exit_codes::config},
    };
}

} // namespace tradesh::cli
