#include "cli/commands/preset.hpp"

#include "cli/commands/preset_file.hpp"
#include "cli/commands/saved_name.hpp"
#include "cli/commands/saved_preset.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/saved_desk.hpp"
#include "core/scan/spread_preset_file.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;
using scan::SpreadPreset;
using store::SavedKind;

constexpr std::string_view what_it_is = "preset";

Task<Result<void>> run_list(CommandContext& context) {
    const Result<std::vector<SpreadPreset>> saved = co_await saved_presets(context);
    if (!saved) {
        co_return fail(saved.error());
    }
    context.report.table({{"name", CellType::text},
                          {"origin", CellType::text},
                          {"summary", CellType::text},
                          {"filters", CellType::text}});
    for (const auto& [presets, origin] :
         {std::pair(&scan::built_in_spread_presets(), "built-in"), std::pair(&*saved, "own")}) {
        for (const SpreadPreset& preset : *presets) {
            std::vector<Cell> row{preset.name, origin, preset.summary, scan::to_text(preset.filters)};
            const Result<void> shown = co_await context.report.row(std::move(row));
            if (!shown) {
                co_return shown;
            }
        }
    }
    co_return Result<void>();
}

Task<Result<void>> run_show(CommandContext& context) {
    const Result<SpreadPreset> preset = co_await find_spread_preset(context, context.arguments.required("name"));
    if (!preset) {
        co_return fail(preset.error());
    }
    context.report.table({{"filter", CellType::text}, {"range", CellType::text}, {"means", CellType::text}});
    for (const scan::SpreadFilter& filter : preset->filters) {
        std::vector<Cell> row{filter.measure->name, scan::to_text(filter.range), filter.measure->summary};
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    context.report.note(preset->name + (preset->summary.empty() ? "" : ": " + preset->summary));
    co_return Result<void>();
}

/// The filters of the words, each error at its word.
Result<std::vector<scan::SpreadFilter>> filters_of(const Arguments& arguments) {
    std::vector<scan::SpreadFilter> filters;
    for (const Word& word : arguments.all("filter")) {
        const std::size_t equals = word.text.find('=');
        if (equals == std::string::npos) {
            return fail(Error(ErrorKind::usage, "spread.filter", "'" + word.text + "' is no filter")
                            .at(word.where())
                            .advise("write NAME=RANGE, such as delta=0.20..0.35"));
        }
        const std::string_view text = word.text;
        Result<scan::SpreadFilter> filter = scan::parse_spread_filter(text.substr(0, equals), text.substr(equals + 1));
        if (!filter) {
            return fail(std::move(filter.error()).at(word.where()));
        }
        filters.push_back(*filter);
    }
    return filters;
}

Result<void> check_add(const Arguments& arguments) {
    const Word& word = arguments.required("name");
    const Result<std::string> name = saved_name_of(word, what_it_is);
    if (!name) {
        return fail(name.error());
    }
    if (find_built_in_preset(*name) != nullptr) {
        return fail(built_in_preset(*name).at(word.where()));
    }
    if (const Word* summary = arguments.find("summary")) {
        Result<void> sound = scan::check_preset_summary(summary->text);
        if (!sound) {
            return fail(std::move(sound.error()).at(summary->where()));
        }
    }
    const Result<std::vector<scan::SpreadFilter>> filters = filters_of(arguments);
    return filters ? Result<void>() : fail(filters.error());
}

Task<Result<void>> run_add(CommandContext& context) {
    const Arguments& arguments = context.arguments;
    if (Result<void> checked = check_add(arguments); !checked) {
        co_return checked;
    }
    SpreadPreset preset;
    if (const Word* from = arguments.find("from")) {
        Result<SpreadPreset> base = co_await find_spread_preset(context, *from);
        if (!base) {
            co_return fail(std::move(base.error()));
        }
        preset = std::move(*base);
    }
    preset.name = arguments.required("name").text;
    preset.summary = arguments.text_or("summary", preset.summary);
    for (const scan::SpreadFilter& filter : *filters_of(arguments)) {
        scan::set_filter(preset.filters, filter);
    }
    if (!arguments.has("replace")) {
        const Result<void> free = co_await check_preset_free(context, preset.name);
        if (!free) {
            Error taken = free.error();
            co_return fail(std::move(taken).at(arguments.required("name").where()));
        }
    }
    std::string text = preset.name + ": " + scan::to_text(preset.filters);
    const Result<bool> replaced = co_await save_preset(context, std::move(preset));
    if (!replaced) {
        co_return fail(replaced.error());
    }
    context.report.note((*replaced ? "replaced " : "added ") + text);
    co_return Result<void>();
}

Task<Result<void>> run_rm(CommandContext& context) {
    const Word& word = context.arguments.required("name");
    if (find_built_in_preset(word.text) != nullptr) {
        co_return fail(built_in_preset(word.text).at(word.where()));
    }
    const Result<bool> erased = co_await context.engine().saved().erase(SavedKind::spread_preset, word.text);
    if (!erased) {
        co_return fail(erased.error());
    }
    if (!*erased) {
        const Result<SpreadPreset> none = co_await find_spread_preset(context, word);
        co_return fail(none.error());
    }
    context.report.note("removed " + word.text);
    co_return Result<void>();
}

ArgumentSpec name_argument() { return {.name = "name", .help = "what it is called"}; }

} // namespace

std::vector<CommandSpec> preset_commands() {
    return {
        {.family = "preset",
         .verb = "list",
         .summary = "List the presets of option spreads",
         .examples = {{"preset list", "the built-in ones and your own"},
                      {"preset list --json", "for a script"},
                      {"preset list --fields name,filters", "only these columns"}},
         .schema = "preset.list@1",
         .run = run_list},
        {.family = "preset",
         .verb = "show",
         .summary = "Show the filters of a preset",
         .arguments = {name_argument()},
         .examples = {{"preset show moderate", "each filter and what it means"},
                      {"preset show mine --json", "for a script"},
                      {"scan spreads AAPL --preset moderate", "apply it"}},
         .schema = "preset.show@1",
         .run = run_show},
        {.family = "preset",
         .verb = "add",
         .summary = "Keep filters of option spreads under a name",
         .arguments = {name_argument(),
                       {.name = "filter",
                        .help = "NAME=RANGE: delta=0.20..0.35; NAME=.. lifts one of --from",
                        .required = false,
                        .repeatable = true}},
         .options = {{.name = "from", .value_name = "NAME", .help = "begin with the filters of this preset"},
                     {.name = "summary", .value_name = "TEXT", .help = "what it is for, in a line"},
                     {.name = "replace", .value_name = "", .help = "also one that you have already"}},
         .examples = {{"preset add mine dte=30..45 short-delta=0.15..0.30 pop=0.7..", "three filters"},
                      {"preset add wide --from moderate width=10", "a built-in one, and a width"},
                      {"preset add calm --from moderate iv-percentile=.. --summary 'any volatility'",
                       "without one of its filters"}},
         .schema = "preset.add@1",
         .run = run_add,
         .check = check_add,
         .rehearses = false,
         .details = "Built-in presets stay as they are. The filters are the options of scan spreads that take a RANGE: "
                    "help scan spreads."},
        {.family = "preset",
         .verb = "rm",
         .summary = "Remove a preset",
         .arguments = {name_argument()},
         .examples = {{"preset rm mine", "forget it"},
                      {"preset export mine -o mine.json", "keep it in a file first"},
                      {"preset list", "what is left"}},
         .schema = "preset.rm@1",
         .run = run_rm,
         .rehearses = false},
        preset_export_command(),
        preset_import_command(),
    };
}

} // namespace tradesh::cli
