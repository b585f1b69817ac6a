#include "cli/commands/scan.hpp"

#include "core/engine/engine.hpp"
#include "core/expression/program.hpp"

#include <cmath>
#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

/// Digits after the point of an indicator's value.
constexpr int value_decimals = 4;

/// An error inside the expression, shown at its place within the word that holds it.
Error in_word(Error error, const Word& word) {
    if (error.where) {
        const SourceSpan inside = *error.where;
        error.where = word.quoted ? word.where() : word.where(inside.column - 1, inside.length);
        if (word.quoted && word.length >= 2) {
            error.where->column += inside.column; // the opening quote
            error.where->length = inside.length;
        }
    } else {
        error.where = word.where();
    }
    return error;
}

Result<expression::Program> compile_word(const Word& word, Timeframe timeframe) {
    expression::QueryCompiler compiler(timeframe);
    if (Result<void> read = compiler.condition(word.text); !read) {
        return fail(in_word(std::move(read.error()), word));
    }
    Result<expression::Program> program = std::move(compiler).finish();
    return program ? std::move(program) : fail(in_word(std::move(program.error()), word));
}

Result<engine::ScanWanted> scan_words(const Arguments& arguments) {
    Timeframe base = Timeframe::d1;
    if (const Word* timeframe = arguments.find("timeframe")) {
        Result<Timeframe> parsed = parse_timeframe(timeframe->text);
        if (!parsed) {
            return fail(std::move(parsed.error()).at(timeframe->where()));
        }
        base = *parsed;
    }
    Result<expression::Program> program = compile_word(arguments.required("expression"), base);
    if (!program) {
        return fail(std::move(program.error()));
    }
    return engine::ScanWanted{.program = std::move(*program),
                              .universe = std::string(arguments.text_or("universe", "*"))};
}

std::vector<Column> match_columns(const expression::Program& program, Timeframe timeframe) {
    std::vector<Column> columns{{"symbol", CellType::text},
                                {"time", is_daily_or_longer(timeframe) ? CellType::date : CellType::time}};
    for (const expression::Output& shown : program.outputs()) {
        columns.push_back({shown.label, CellType::real});
    }
    return columns;
}

std::vector<Cell> match_cells(const std::string& symbol, const scan::ScanRow& match) {
    std::vector<Cell> cells{symbol, match.bar_time};
    for (const double value : match.values) {
        cells.push_back(std::isnan(value) ? Cell() : Cell(Real{.value = value, .decimals = value_decimals}));
    }
    return cells;
}

struct ScanCounts {
    std::size_t matched = 0;
    std::size_t unknown = 0;
    std::size_t failed = 0;
};

/// The outcome of the whole: some symbols failing is a partial result, all of them failing is the first one's error.
Result<void> verdict(const scan::ScanResult& result, const ScanCounts& counts) {
    if (counts.failed == 0) {
        return {};
    }
    if (counts.failed == result.outcomes.size()) {
        for (const scan::SymbolOutcome& outcome : result.outcomes) {
            return fail(outcome.rows.error());
        }
    }
    return fail(Error(ErrorKind::partial, "scan.partial",
                      std::to_string(counts.failed) + " of " + std::to_string(result.outcomes.size()) +
                          " symbols could not be scanned")
                    .attempting("scan"));
}

Task<Result<void>> run_scan(CommandContext& context) {
    Result<engine::ScanWanted> words = scan_words(context.arguments);
    if (!words) {
        co_return fail(std::move(words.error()));
    }
    context.report.table(match_columns(words->program, words->program.timeframe()));
    context.task.awaits = "the workers";
    const Result<scan::ScanResult> result = co_await context.engine().scans().run(*words, {});
    if (!result) {
        co_return fail(result.error());
    }
    ScanCounts counts;
    for (const scan::SymbolOutcome& outcome : result->outcomes) {
        if (!outcome.rows) {
            ++counts.failed;
            context.report.warn(outcome.rows.error().describe());
            continue;
        }
        counts.unknown += outcome.rows->front().matched == expression::Truth::unknown ? 1 : 0;
        if (outcome.rows->front().matched != expression::Truth::yes) {
            continue;
        }
        ++counts.matched;
        std::vector<Cell> cells = match_cells(outcome.symbol, outcome.rows->front());
        const Result<void> shown = co_await context.report.row(std::move(cells));
        if (!shown) {
            co_return shown;
        }
    }
    context.report.note(
        std::to_string(counts.matched) + " of " + std::to_string(result->outcomes.size()) + " symbols match" +
        (counts.unknown > 0 ? ", " + std::to_string(counts.unknown) + " cannot be told (too little history)" : ""));
    if (result->cancelled) {
        co_return fail(ErrorKind::cancelled, "scan.cancelled",
                       "stopped; " + std::to_string(result->not_reached) + " symbols were not reached");
    }
    co_return verdict(*result, counts);
}

} // namespace

std::vector<CommandSpec> scan_commands() {
    return {
        {.family = "scan",
         .verb = "run",
         .summary = "Find instruments whose last bar fits a condition",
         .arguments = {{.name = "expression",
                        .help = "a condition: \"close > sma(20)\"",
                        .kind = ValueKind::expression}},
         .options = {{.name = "universe",
                      .value_name = "SYMBOLS",
                      .help = "GOOG,KO or GOO*; all by default",
                      .short_name = 'u',
                      .kind = ValueKind::symbol},
                     {.name = "timeframe",
                      .value_name = "TF",
                      .help = "bars to look at (1d)",
                      .short_name = 't',
                      .kind = ValueKind::timeframe}},
         .examples = {{"scan run \"close > sma(20)\" --universe GOOG", "one instrument"},
                      {"scan run \"rsi(14) < 30 and close > ema(50)\"", "everything that is stored"},
                      {"scan run \"close > highest(high, 20)[1]\" --universe \"GOO*,KO\" --json", "for a script"}},
         .schema = "scan.run@1",
         .run = run_scan,
         .check =
             [](const Arguments& arguments) {
                 const Result<engine::ScanWanted> words = scan_words(arguments);
                 return words ? Result<void>() : fail(words.error());
             },
         .details = "Fields: open high low close volume. Indicators: sma ema rsi highest lowest. x[n] is x, n bars "
                    "before. Operators: + - * / < <= > >= == != and or not. Too little history is never a match."},
    };
}

} // namespace tradesh::cli
