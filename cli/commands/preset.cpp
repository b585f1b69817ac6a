#include "cli/commands/preset.hpp"

#include "cli/commands/saved_name.hpp"
#include "core/base/suggestion.hpp"
#include "core/engine/engine.hpp"
#include "core/scan/spread_preset_file.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;
using scan::SpreadPreset;
using store::SavedKind;

constexpr std::string_view what_it_is = "preset";

const SpreadPreset* find_built_in(std::string_view name) {
    const std::vector<SpreadPreset>& all = scan::built_in_spread_presets();
    const auto found = std::ranges::find(all, name, &SpreadPreset::name);
    return found == all.end() ? nullptr : &*found;
}

Error built_in(const std::string& name) {
    return Error(ErrorKind::refused, "preset.built_in", "'" + name + "' is built in and stays as it is")
        .advise("make one of your own from it: preset add my-" + name + " --from " + name + " FILTER=RANGE");
}

/// What is kept under a name is a file of one preset.
Result<SpreadPreset> read_saved(const store::SavedItem& item) {
    Result<std::vector<SpreadPreset>> read = scan::parse_preset_json(item.text);
    if (!read || read->size() != 1) {
        return fail(Error(ErrorKind::failed, "preset.damaged",
                          "the preset '" + item.name + "' cannot be read" +
                              (read ? std::string() : ": " + read.error().message))
                        .attempting("read presets")
                        .advise("remove it: preset rm " + item.name));
    }
    return std::move(read->front());
}

Task<Result<bool>> save(CommandContext& context, SpreadPreset preset) {
    store::SavedItem item{.name = preset.name, .text = scan::to_json(std::span(&preset, 1))};
    Result<bool> replaced = co_await context.engine().saved().put(SavedKind::spread_preset, std::move(item));
    co_return replaced;
}

Task<Result<std::vector<SpreadPreset>>> saved_presets(CommandContext& context) {
    const Result<std::vector<store::SavedItem>> items =
        co_await context.engine().saved().list(SavedKind::spread_preset);
    if (!items) {
        co_return fail(items.error());
    }
    std::vector<SpreadPreset> presets;
    for (const store::SavedItem& item : *items) {
        Result<SpreadPreset> preset = read_saved(item);
        if (preset) {
            presets.push_back(std::move(*preset));
        } else {
            context.report.warn(preset.error().describe());
        }
    }
    co_return presets;
}

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
    if (find_built_in(*name) != nullptr) {
        return fail(built_in(*name).at(word.where()));
    }
    const Word* summary = arguments.find("summary");
    if (summary != nullptr && summary->text.size() > scan::preset_summary_bytes_max) {
        return fail(Error(ErrorKind::usage, "preset.summary", "a summary has at most 200 bytes").at(summary->where()));
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
    std::string text = preset.name + ": " + scan::to_text(preset.filters);
    const Result<bool> replaced = co_await save(context, std::move(preset));
    if (!replaced) {
        co_return fail(replaced.error());
    }
    context.report.note((*replaced ? "replaced " : "added ") + text);
    co_return Result<void>();
}

Task<Result<void>> run_rm(CommandContext& context) {
    const Word& word = context.arguments.required("name");
    if (find_built_in(word.text) != nullptr) {
        co_return fail(built_in(word.text).at(word.where()));
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

Task<Result<void>> run_export(CommandContext& context) {
    std::vector<SpreadPreset> presets;
    for (const Word& word : context.arguments.all("name")) {
        Result<SpreadPreset> preset = co_await find_spread_preset(context, word);
        if (!preset) {
            co_return fail(std::move(preset.error()));
        }
        presets.push_back(std::move(*preset));
    }
    if (!context.arguments.has("name")) {
        Result<std::vector<SpreadPreset>> saved = co_await saved_presets(context);
        if (!saved) {
            co_return fail(std::move(saved.error()));
        }
        presets = std::move(*saved);
    }
    if (presets.empty()) {
        co_return fail(Error(ErrorKind::not_found, "preset.none", "there are no presets of your own")
                           .attempting("export presets")
                           .advise("make one: preset add NAME FILTER=RANGE; or name built-in ones"));
    }
    std::string text = scan::to_json(presets);
    const Result<void> written = co_await context.report.bytes(std::move(text));
    co_return written;
}

/// All of a file, or an error where it is larger than any file of presets.
Task<Result<std::string>> read_file(CommandContext& context, std::string path) {
    constexpr std::size_t block_bytes = 64UL * 1024;
    const Result<FileHandle> file = co_await context.client.open(std::move(path), FileMode::read);
    if (!file) {
        co_return fail(file.error());
    }
    std::string text;
    Result<void> read;
    while (read && text.size() <= scan::preset_file_bytes_max) {
        Result<std::string> block = co_await context.client.read(*file, block_bytes);
        if (!block) {
            read = fail(std::move(block.error()));
        } else if (block->empty()) {
            break;
        } else {
            text += *block;
        }
    }
    const Result<void> closed = co_await context.client.close(*file);
    if (!read || !closed) {
        co_return fail(read ? closed.error() : read.error());
    }
    co_return text;
}

/// All of them or none.
Task<Result<void>> check_import(CommandContext& context, const std::vector<SpreadPreset>& presets) {
    for (const SpreadPreset& preset : presets) {
        if (find_built_in(preset.name) != nullptr) {
            co_return fail(built_in(preset.name));
        }
        if (context.arguments.has("replace")) {
            continue;
        }
        const Result<std::optional<store::SavedItem>> known =
            co_await context.engine().saved().find(SavedKind::spread_preset, preset.name);
        if (!known) {
            co_return fail(known.error());
        }
        if (*known) {
            co_return fail(Error(ErrorKind::refused, "preset.exists", "there is a preset '" + preset.name + "' already")
                               .advise("--replace puts those of the file in place of yours"));
        }
    }
    co_return Result<void>();
}

Task<Result<void>> run_import(CommandContext& context) {
    const Word& word = context.arguments.required("file");
    Result<std::string> text = co_await read_file(context, word.text);
    if (!text) {
        co_return fail(std::move(text.error()).attempting("import presets").on(word.text).at(word.where()));
    }
    Result<std::vector<SpreadPreset>> presets = scan::parse_preset_json(*text);
    if (!presets) {
        co_return fail(std::move(presets.error()).on(word.text));
    }
    Result<void> possible = co_await check_import(context, *presets);
    if (!possible) {
        co_return fail(std::move(possible.error()).attempting("import presets").on(word.text));
    }
    for (const SpreadPreset& preset : *presets) {
        const Result<bool> replaced = co_await save(context, preset);
        if (!replaced) {
            co_return fail(replaced.error());
        }
    }
    context.report.note("imported " + std::to_string(presets->size()) +
                        (presets->size() == 1 ? " preset" : " presets"));
    co_return Result<void>();
}

ArgumentSpec name_argument() { return {.name = "name", .help = "what it is called"}; }

CommandSpec export_command() {
    ArgumentSpec names = name_argument();
    names.required = false;
    names.repeatable = true;
    return {.family = "preset",
            .verb = "export",
            .summary = "Write presets as JSON",
            .arguments = {names},
            .examples = {{"preset export -o presets.json", "all of your own"},
                         {"preset export moderate mine -o two.json", "these two"},
                         {"preset export mine", "to standard output"}},
            .schema = "preset.export@1",
            .run = run_export};
}

CommandSpec import_command() {
    return {.family = "preset",
            .verb = "import",
            .summary = "Read presets from JSON",
            .arguments = {{.name = "file", .help = "as preset export writes it", .kind = ValueKind::file}},
            .options = {{.name = "replace", .value_name = "", .help = "also those that you have already"}},
            .examples = {{"preset import presets.json", "those that are new"},
                         {"preset import presets.json --replace", "and those that are not"},
                         {"preset list", "what there is now"}},
            .schema = "preset.import@1",
            .run = run_import,
            .rehearses = false,
            .details = "The file is read as a whole before anything is kept: an error in it, or a name that is taken, "
                       "and nothing changes."};
}

} // namespace

Task<Result<SpreadPreset>> find_spread_preset(CommandContext& context, const Word& name) {
    if (const SpreadPreset* preset = find_built_in(name.text)) {
        co_return *preset;
    }
    const Result<std::vector<store::SavedItem>> items =
        co_await context.engine().saved().list(SavedKind::spread_preset);
    if (!items) {
        co_return fail(items.error());
    }
    std::vector<std::string> known;
    std::ranges::transform(scan::built_in_spread_presets(), std::back_inserter(known), &SpreadPreset::name);
    for (const store::SavedItem& item : *items) {
        if (item.name == name.text) {
            Result<SpreadPreset> preset = read_saved(item);
            co_return preset;
        }
        known.push_back(item.name);
    }
    co_return fail(no_such_name(name, what_it_is, known));
}

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
                     {.name = "summary", .value_name = "TEXT", .help = "what it is for, in a line"}},
         .examples = {{"preset add mine dte=30..45 short-delta=0.15..0.30 pop=0.7..", "three filters"},
                      {"preset add wide --from moderate width=10", "a built-in one, and a width"},
                      {"preset add calm --from moderate iv-percentile=.. --summary 'any volatility'",
                       "without one of its filters"}},
         .schema = "preset.add@1",
         .run = run_add,
         .check = check_add,
         .rehearses = false,
         .details = "A preset of yours of that name is replaced; built-in ones stay as they are. The filters are the "
                    "options of scan spreads that take a RANGE."},
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
        export_command(),
        import_command(),
    };
}

} // namespace tradesh::cli
