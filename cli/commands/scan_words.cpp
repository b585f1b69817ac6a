#include "cli/commands/scan_words.hpp"

#include "cli/commands/data_words.hpp"
#include "cli/commands/scan_table.hpp"
#include "cli/parse/values.hpp"
#include "core/engine/data_desk.hpp"
#include "core/engine/engine.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <span>
#include <utility>

namespace tradesh::cli {
namespace {

constexpr std::int64_t at_once_max = 64;

Error usage(std::string_view code, std::string message) { return Error(ErrorKind::usage, code, std::move(message)); }

/// Two options that contradict each other; it points at the second.
Error together(const Arguments& arguments, std::string_view one, std::string_view other, std::string_view hint) {
    return usage("scan.options", "--" + std::string(one) + " and --" + std::string(other) + " cannot stand together")
        .at(arguments.find(other)->where())
        .advise(hint);
}

Result<std::optional<Timeframe>> read_timeframe(const Arguments& arguments) {
    const Word* word = arguments.find("timeframe");
    if (word == nullptr) {
        return std::nullopt;
    }
    const Result<Timeframe> timeframe = parse_timeframe(word->text);
    if (!timeframe) {
        Error error = timeframe.error();
        return fail(std::move(error).at(word->where()));
    }
    return *timeframe;
}

/// True for what names a day and no time of it.
bool is_date(const Word& word) {
    return !word.text.starts_with('-') && !word.text.starts_with("now") && !word.text.contains(':');
}

Result<void> read_times(const Arguments& arguments, Instant now, engine::ScanWanted& wanted) {
    if (const Word* word = arguments.find("as-of")) {
        const Result<Instant> time = parse_time(*word, now);
        if (!time) {
            return fail(time.error());
        }
        wanted.as_of = is_date(*word) ? *time + std::chrono::days(1) : *time;
    }
    const Word* from = arguments.find("from");
    const Word* to = arguments.find("to");
    if (from == nullptr) {
        return to == nullptr ? Result<void>()
                             : fail(usage("scan.options", "--to needs --from")
                                        .at(to->where())
                                        .advise("for one moment, say --as-of"));
    }
    if (wanted.as_of) {
        return fail(together(arguments, "as-of", "from", "--as-of is one moment, --from begins a range"));
    }
    const Result<Instant> begin = parse_time(*from, now);
    if (!begin) {
        return fail(begin.error());
    }
    const Result<Instant> end = to == nullptr ? Result<Instant>(now) : parse_time(*to, now);
    if (!end) {
        return fail(end.error());
    }
    if (now != Instant() && *begin >= *end) {
        return fail(usage("time.range", "the range ends before it begins")
                        .at((to == nullptr ? from : to)->where())
                        .advise("--to is the first moment that is no longer meant"));
    }
    wanted.range = scan::ScanRange{.from = *begin, .to = *end};
    return {};
}

Result<void> read_how(const Arguments& arguments, engine::ScanWanted& wanted) {
    if (const Word* word = arguments.find("at-once")) {
        const Result<std::int64_t> count = parse_count(*word);
        if (!count) {
            return fail(count.error());
        }
        if (*count > at_once_max) {
            return fail(usage("scan.at_once", "at most 64 symbols are worked on at once").at(word->where()));
        }
        wanted.symbols_at_a_time = static_cast<std::size_t>(*count);
    }
    wanted.one_by_one = arguments.has("sync");
    wanted.load_first = arguments.has("load");
    wanted.basis = arguments.has("adjusted") ? PriceBasis::adjusted : PriceBasis::raw;
    return {};
}

Result<void> read_universe(const Arguments& arguments, engine::ScanWanted& wanted) {
    const Word* word = arguments.find("universe");
    if (word == nullptr) {
        return {};
    }
    wanted.universe = word->text;
    Result<scan::Universe> universe = scan::parse_universe(word->text);
    return universe ? Result<void>() : fail(in_word(std::move(universe.error()), *word));
}

Result<ScanView> read_view(const Arguments& arguments) {
    ScanView view{.all = arguments.has("all"), .why = arguments.has("why"), .descending = arguments.has("desc")};
    if (const Word* word = arguments.find("limit")) {
        const Result<std::int64_t> count = parse_count(*word);
        if (!count) {
            return fail(count.error());
        }
        view.limit = static_cast<std::size_t>(*count);
    }
    if (view.descending && !arguments.has("sort")) {
        return fail(usage("scan.options", "--desc needs --sort")
                        .at(arguments.find("desc")->where())
                        .advise("--rank puts the greatest first by itself"));
    }
    if (arguments.has("from") && (view.all || view.why)) {
        return fail(together(arguments, "from", view.why ? "why" : "all",
                             "over a range only the bars that match are "
                             "listed; --as-of looks at one moment"));
    }
    return view;
}

/// The column that a word of --sort names, where blanks and letter case do not matter.
Result<void> read_sort(const Arguments& arguments, const expression::Program& program, ScanView& view) {
    const Word* word = arguments.find("sort");
    if (word == nullptr) {
        return {};
    }
    const auto spelled = [](std::string_view text) {
        std::string plain;
        for (const char c : text) {
            plain += c == ' ' ? std::string() : std::string(1, static_cast<char>(std::tolower(c)));
        }
        return plain;
    };
    std::string known;
    for (const Column& column : ScanTable(program, view).columns()) {
        if (spelled(column.name) == spelled(word->text)) {
            view.sort = column.name;
            return {};
        }
        known += (known.empty() ? "" : ", ") + column.name;
    }
    return fail(usage("scan.sort", "there is no column '" + word->text + "'")
                    .at(word->where())
                    .advise("columns are " + known + "; --show adds others"));
}

std::set<Timeframe> timeframes_of(std::span<const engine::InstrumentSeries> stored) {
    std::set<Timeframe> frames;
    for (const engine::InstrumentSeries& instrument : stored) {
        for (const store::SeriesInfo& series : instrument.series) {
            frames.insert(series.key.timeframe);
        }
    }
    return frames;
}

std::string names_of(const std::set<Timeframe>& frames) {
    std::string names;
    for (const Timeframe frame : frames) {
        names += (names.empty() ? "" : ", ") + std::string(name_of(frame));
    }
    return names;
}

} // namespace

runtime::Task<Error> of_scan(CommandContext& context, Error error, const Arguments& arguments, Timeframe timeframe) {
    const Word* word = arguments.find("universe");
    if (word != nullptr && error.code.starts_with("universe.")) {
        error = std::move(error).at(word->where());
    }
    if (error.code != "universe.no_match") {
        co_return error;
    }
    const Result<std::vector<engine::InstrumentSeries>> stored = co_await context.engine().data().list();
    if (stored) {
        const std::set<Timeframe> frames = timeframes_of(*stored);
        if (!frames.empty() && !frames.contains(timeframe)) {
            error.hint = "no " + std::string(name_of(timeframe)) + " bars are stored, only " + names_of(frames);
        }
    }
    co_return error;
}

Result<expression::Program> compile_scan(const Arguments& arguments) {
    const Result<std::optional<Timeframe>> timeframe = read_timeframe(arguments);
    if (!timeframe) {
        return fail(timeframe.error());
    }
    expression::QueryCompiler compiler(*timeframe);
    const Word& condition = arguments.required("expression");
    if (Result<void> read = compiler.condition(condition.text); !read) {
        return fail(in_word(std::move(read.error()), condition));
    }
    if (const Word* word = arguments.find("show")) {
        if (Result<void> read = compiler.columns(word->text); !read) {
            return fail(in_word(std::move(read.error()), *word));
        }
    }
    if (const Word* word = arguments.find("rank")) {
        if (Result<void> read = compiler.rank(word->text); !read) {
            return fail(in_word(std::move(read.error()), *word));
        }
    }
    Result<expression::Program> program = std::move(compiler).finish();
    if (!program) {
        program.error().where = condition.where();
    }
    return program;
}

Result<ScanWords> read_scan(const Arguments& arguments, Instant now) {
    Result<expression::Program> program = compile_scan(arguments);
    if (!program) {
        return fail(std::move(program.error()));
    }
    Result<ScanView> view = read_view(arguments);
    if (!view) {
        return fail(std::move(view.error()));
    }
    if (const std::optional<std::string> taken = doubled_column(*program)) {
        const Word* word = arguments.find("show");
        return fail(usage("scan.column", "there would be two columns '" + *taken + "'")
                        .at((word != nullptr ? *word : arguments.required("expression")).where())
                        .advise("give it another name: ... as NAME"));
    }
    if (Result<void> read = read_sort(arguments, *program, *view); !read) {
        return fail(std::move(read.error()));
    }
    ScanWords words{.wanted = {.program = std::move(*program)}, .view = std::move(*view)};
    for (Result<void> read : {read_universe(arguments, words.wanted), read_times(arguments, now, words.wanted),
                              read_how(arguments, words.wanted)}) {
        if (!read) {
            return fail(std::move(read.error()));
        }
    }
    return words;
}

ArgumentSpec scan_argument() {
    return {.name = "expression",
            .help = "a condition, \"close > sma(20)\", or the name of a saved scan",
            .kind = ValueKind::expression};
}

std::vector<OptionSpec> scan_options() {
    return {
        {.name = "universe",
         .value_name = "SYMBOLS",
         .help = "GOOG,KO, GOO* or @tech; all by default",
         .short_name = 'u',
         .kind = ValueKind::universe},
        {.name = "timeframe",
         .value_name = "TF",
         .help = "bars to look at (1d)",
         .short_name = 't',
         .kind = ValueKind::timeframe},
        {.name = "show",
         .value_name = "COLUMNS",
         .help = "further columns: \"rsi(14), atr(14)/close as atrp\"",
         .kind = ValueKind::expression},
        {.name = "rank",
         .value_name = "NUMBER",
         .help = "the greatest of this first, and numbered: \"change_pct(close, 5)\"",
         .kind = ValueKind::expression},
        {.name = "sort", .value_name = "COLUMN", .help = "by a column that is shown; the least first"},
        {.name = "desc", .value_name = "", .help = "the greatest first"},
        {.name = "limit",
         .value_name = "N",
         .help = "only the first so many",
         .short_name = 'n',
         .kind = ValueKind::count},
        {.name = "all", .value_name = "", .help = "also what does not match, with a column 'match'"},
        {.name = "why", .value_name = "", .help = "what decided, for every symbol"},
        {.name = "as-of",
         .value_name = "TIME",
         .help = "what it would have found then: the last bar complete by it; of a date at 24:00 UTC",
         .kind = ValueKind::time},
        {.name = "from",
         .value_name = "TIME",
         .help = "every bar that matches and begins at this time or later",
         .kind = ValueKind::time},
        {.name = "to", .value_name = "TIME", .help = "and begins before this one (now)", .kind = ValueKind::time},
        adjusted_option(),
        {.name = "load", .value_name = "", .help = "first load what is missing of each symbol from the venue"},
        {.name = "at-once",
         .value_name = "N",
         .help = "how many symbols are worked on at once, 1 to 64 (10)",
         .kind = ValueKind::count},
        {.name = "sync", .value_name = "", .help = "one symbol after the other"},
    };
}

} // namespace tradesh::cli
