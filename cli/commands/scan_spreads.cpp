#include "cli/commands/scan_spreads.hpp"

#include "cli/commands/chain_words.hpp"
#include "cli/commands/data_words.hpp"
#include "cli/commands/saved_preset.hpp"
#include "cli/commands/spread_notes.hpp"
#include "cli/commands/spread_report.hpp"
#include "cli/parse/values.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/instruments.hpp"
#include "core/engine/option_desk.hpp"
#include "core/engine/saved_desk.hpp"
#include "core/scan/universe.hpp"

#include <algorithm>
#include <array>
#include <ranges>
#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

constexpr std::array<std::string_view, 3> styles{"balanced", "conservative", "aggressive"};
constexpr std::array<std::string_view, 5> orders{"score", "quick-score", "probability", "reward", "expected-value"};
constexpr std::size_t results_usual = 20;
struct SpreadWords {
    scan::Universe universe;
    engine::SpreadsWanted wanted; ///< without symbols, and without the filters of a preset
};

Result<scan::Universe> read_universe(const Arguments& arguments) {
    scan::Universe universe;
    for (const Word& word : arguments.all("symbol")) {
        Result<scan::Universe> part = scan::parse_universe(word.text);
        if (!part) {
            return fail(std::move(part.error()).at(word.where()));
        }
        std::ranges::move(part->entries, std::back_inserter(universe.entries));
    }
    return universe;
}

Result<std::vector<scan::SpreadKind>> read_kinds(const Word& word) {
    std::vector<scan::SpreadKind> wanted;
    std::string_view rest = word.text;
    while (true) {
        const std::string_view name = rest.substr(0, rest.find(','));
        const Result<scan::SpreadKind> kind = scan::parse_spread_kind(name);
        if (!kind) {
            Error error = kind.error();
            return fail(std::move(error).at(word.where()));
        }
        wanted.push_back(*kind);
        if (name.size() == rest.size()) {
            return wanted;
        }
        rest.remove_prefix(name.size() + 1);
    }
}

Result<void> read_choices(const Arguments& arguments, scan::SpreadScanRequest& request) {
    if (const Word* word = arguments.find("kind")) {
        Result<std::vector<scan::SpreadKind>> wanted = read_kinds(*word);
        if (!wanted) {
            return fail(std::move(wanted.error()));
        }
        request.kinds = std::move(*wanted);
    }
    if (const Word* word = arguments.find("style")) {
        const Result<scan::ScoreStyle> style = scan::parse_score_style(word->text);
        if (!style) {
            return fail(style.error());
        }
        request.style = *style;
    }
    if (const Word* word = arguments.find("sort")) {
        const Result<scan::SpreadOrder> order = scan::parse_spread_order(word->text);
        if (!order) {
            return fail(order.error());
        }
        request.order = *order;
    }
    request.results_max = results_usual;
    if (const Word* word = arguments.find("count")) {
        const Result<std::int64_t> count = parse_count(*word);
        if (!count) {
            return fail(count.error());
        }
        request.results_max = static_cast<std::size_t>(*count);
    }
    return {};
}

Result<SpreadWords> spread_words(const Arguments& arguments) {
    Result<scan::Universe> universe = read_universe(arguments);
    if (!universe) {
        return fail(std::move(universe.error()));
    }
    SpreadWords words{.universe = std::move(*universe), .wanted = {}};
    if (Result<void> read = read_choices(arguments, words.wanted.request); !read) {
        return fail(std::move(read.error()));
    }
    engine::BarsWanted series; // for what its options share with those of bars
    if (Result<void> read = read_series_options(arguments, no_time, series); !read) {
        return fail(std::move(read.error()));
    }
    words.wanted.exchange = series.exchange;
    for (const scan::SpreadMeasure& measure : scan::spread_measures()) {
        if (const Word* word = arguments.find(measure.name)) {
            const Result<scan::SpreadFilter> filter = read_spread_filter(measure.name, *word);
            if (!filter) {
                return fail(filter.error());
            }
            words.wanted.request.filters.push_back(*filter);
        }
    }
    return words;
}

/// Lists become their symbols, patterns the stored symbols that fit.
Task<Result<std::vector<std::string>>> resolve_symbols(engine::Engine& engine, scan::Universe universe) {
    if (universe.names_lists()) {
        const Result<std::vector<store::SavedItem>> items = co_await engine.saved().list(store::SavedKind::watchlist);
        if (!items) {
            co_return fail(items.error());
        }
        std::vector<scan::NamedList> lists;
        for (const store::SavedItem& item : *items) {
            lists.push_back({.name = item.name, .text = item.text});
        }
        Result<scan::Universe> expanded = scan::expand(universe, lists);
        if (!expanded) {
            co_return fail(std::move(expanded.error()));
        }
        universe = std::move(*expanded);
    }
    std::vector<std::string> known;
    if (universe.needs_known_symbols()) {
        const Result<std::vector<Instrument>> instruments = co_await engine.instruments().list();
        if (!instruments) {
            co_return fail(instruments.error());
        }
        std::ranges::transform(*instruments, std::back_inserter(known), &Instrument::symbol);
    }
    co_return scan::resolve(universe, known);
}

/// The filters of the preset, those of the options in place of its own.
Task<Result<void>> add_preset(CommandContext& context, std::vector<scan::SpreadFilter>& filters) {
    const Word* name = context.arguments.find("preset");
    const std::vector<scan::SpreadFilter> own = std::exchange(filters, {});
    if (name != nullptr) {
        Result<scan::SpreadPreset> preset = co_await find_spread_preset(context, *name);
        if (!preset) {
            co_return fail(std::move(preset.error()));
        }
        filters = std::move(preset->filters);
    }
    for (const scan::SpreadFilter& filter : own) {
        scan::set_filter(filters, filter);
    }
    co_return Result<void>();
}

/// The outcome of the whole: some symbols failing is a partial result, all of them failing is the first one's error.
Result<void> verdict(const engine::SpreadsBatch& batch) {
    if (batch.not_reached > 0) {
        return fail(ErrorKind::cancelled, "scan.cancelled", "stopped");
    }
    const auto failed =
        std::ranges::count_if(batch.outcomes, [](const engine::SpreadsOutcome& outcome) { return !outcome.found; });
    if (failed == 0) {
        return {};
    }
    if (static_cast<std::size_t>(failed) == batch.outcomes.size()) {
        return fail(batch.outcomes.front().found.error());
    }
    return fail(
        Error(ErrorKind::partial, "scan.partial",
              std::to_string(failed) + " of " + std::to_string(batch.outcomes.size()) + " symbols could not be scanned")
            .attempting("look for spreads"));
}

Task<Result<void>> report_batch(CommandContext& context, const engine::SpreadsBatch& batch, std::size_t count) {
    const std::vector<ShownSpread> best = best_spreads(batch, count);
    const bool greeks = context.arguments.has("report");
    const bool counts = context.arguments.has("counts");
    const bool several = greeks || counts;
    Result<void> shown = co_await report_spreads(context.report, best, several ? "spreads" : "");
    if (shown && greeks) {
        shown = co_await report_spread_greeks(context.report, best, "greeks");
    }
    if (shown && counts) {
        shown = co_await report_spread_counts(context.report, batch, "counts");
    }
    if (shown) {
        add_spread_notes(context.report, batch, best.size());
    }
    co_return shown;
}

Task<Result<void>> run_spreads(CommandContext& context) {
    Result<SpreadWords> words = spread_words(context.arguments);
    if (!words) {
        co_return fail(std::move(words.error()));
    }
    Result<void> added = co_await add_preset(context, words->wanted.request.filters);
    if (!added) {
        co_return added;
    }
    Result<std::vector<std::string>> symbols = co_await resolve_symbols(context.engine(), std::move(words->universe));
    if (!symbols) {
        co_return fail(std::move(symbols.error()).at(context.arguments.required("symbol").where()));
    }
    words->wanted.symbols = std::move(*symbols);
    const std::size_t count = words->wanted.request.results_max;
    context.task.awaits = "option chains";
    const Result<engine::SpreadsBatch> batch =
        co_await context.engine().options().find_spreads(std::move(words->wanted));
    if (!batch) {
        co_return fail(batch.error());
    }
    if (batch->not_reached > 0) {
        context.report.warn("stopped: " + std::to_string(batch->not_reached) + " of " +
                            std::to_string(batch->not_reached + batch->outcomes.size()) + " symbols were not reached");
    }
    Result<void> outcome = verdict(*batch);
    const bool nothing = std::ranges::none_of(batch->outcomes, [](const auto& one) { return one.found.has_value(); });
    if (nothing && !outcome) {
        const bool stopped = outcome.error().kind == ErrorKind::cancelled;
        for (const engine::SpreadsOutcome& other : batch->outcomes | std::views::drop(stopped ? 0 : 1)) {
            warn_of(context.report, other.found.error());
        }
        co_return outcome;
    }
    const Result<void> shown = co_await report_batch(context, *batch, count);
    co_return shown ? outcome : shown;
}

std::vector<OptionSpec> spread_options() {
    std::vector<OptionSpec> options{
        {.name = "preset", .value_name = "NAME", .help = "filters of a preset: preset list"},
        {.name = "kind",
         .value_name = "KINDS",
         .help = "bull-call, bear-put (debit), bull-put, bear-call (credit), several with commas; all by default"},
        {.name = "style",
         .value_name = "STYLE",
         .help = "what a score looks at (balanced)",
         .choices = {styles.begin(), styles.end()}},
        {.name = "sort",
         .value_name = "ORDER",
         .help = "what comes first (score)",
         .choices = {orders.begin(), orders.end()}},
        {.name = "count",
         .value_name = "N",
         .help = "the best N of all symbols (20)",
         .short_name = 'n',
         .kind = ValueKind::count},
        {.name = "report", .value_name = "", .help = "the Greeks of each spread with their bands, and both scores"},
        {.name = "counts", .value_name = "", .help = "what each filter did"},
        exchange_option()};
    for (const scan::SpreadMeasure& measure : scan::spread_measures()) {
        options.push_back({.name = measure.name, .value_name = "RANGE", .help = measure.summary});
    }
    return options;
}

} // namespace

std::vector<CommandSpec> scan_spreads_commands() {
    return {
        {.family = "scan",
         .verb = "spreads",
         .summary = "Find vertical option spreads",
         .arguments = {{.name = "symbol",
                        .help = "underlyings: AAPL,MSFT, AA* or @list",
                        .kind = ValueKind::symbol,
                        .repeatable = true}},
         .options = spread_options(),
         .examples = {{"scan spreads AAPL --dte 30..45 --short-delta 0.20..0.35 --width 5", "a month ahead"},
                      {"scan spreads AAPL,MSFT --preset moderate --kind bull-put --counts", "and what each filter did"},
                      {"scan spreads @tech --preset conservative --iv-percentile .. --sort probability --json",
                       "a preset without one of its filters"}},
         .schema = "scan.spreads@1",
         .run = run_spreads,
         .check =
             [](const Arguments& arguments) {
                 const Result<SpreadWords> words = spread_words(arguments);
                 return words ? Result<void>() : fail(words.error());
             },
         .details = "A RANGE is 0.20..0.35, 30.. or ..0.10, both ends included; one number means exactly that, and .. "
                    "lifts the filter of a preset. Spreads are entered at prices that can be had at once: the long leg "
                    "at its ask, the short leg at its bid. Premium, profit, loss, break-even, ev and Greeks are for "
                    "one unit of the underlying, risk (of --report and as a filter) for one spread with its "
                    "multiplier. In --counts each filter sees what passed the one before it; delta, short-delta and "
                    "long-delta see each leg once for each kind of spread. pop is the chance to end "
                    "beyond the break-even, N(d2) there; Greeks are those of the position, long less short. A filter "
                    "on iv-rank or iv-percentile lets nothing through where that is unknown. Exit 7: some symbols "
                    "could not be scanned.",
         .may_be_partial = true},
    };
}

} // namespace tradesh::cli
