#include "cli/commands/preset_file.hpp"

#include "cli/commands/saved_preset.hpp"
#include "core/base/counted.hpp"
#include "core/engine/engine.hpp"
#include "core/scan/spread_preset_file.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;
using scan::SpreadPreset;

/// Presets are JSON as they stand; what asks for another shape is refused before anything is read.
Result<void> check_output(const OutputOptions& output) {
    const bool json = output.format == Format::json;
    if ((json && !output.file.empty()) || (output.format == Format::automatic && output.fields.empty())) {
        return {};
    }
    return fail(Error(ErrorKind::usage, "preset.output", "presets are written as JSON of a form of their own")
                    .attempting("export presets")
                    .advise(json ? "leave --json out; or name a file for them: -o presets.json --json"
                                 : "leave the format and --fields out; a table of presets: preset list"));
}

/// Each once: those that are named, or all that are not built in.
Task<Result<std::vector<SpreadPreset>>> wanted_presets(CommandContext& context) {
    if (!context.arguments.has("name")) {
        Result<std::vector<SpreadPreset>> saved = co_await saved_presets(context);
        co_return saved;
    }
    std::vector<SpreadPreset> presets;
    for (const Word& word : context.arguments.all("name")) {
        Result<SpreadPreset> preset = co_await find_spread_preset(context, word);
        if (!preset) {
            co_return fail(std::move(preset.error()));
        }
        if (std::ranges::find(presets, preset->name, &SpreadPreset::name) == presets.end()) {
            presets.push_back(std::move(*preset));
        }
    }
    co_return presets;
}

Task<Result<void>> run_export(CommandContext& context) {
    const OutputOptions& output = context.options.output;
    if (Result<void> possible = check_output(output); !possible) {
        co_return possible;
    }
    const Result<std::vector<SpreadPreset>> presets = co_await wanted_presets(context);
    if (!presets) {
        co_return fail(presets.error());
    }
    if (presets->empty()) {
        co_return fail(Error(ErrorKind::not_found, "preset.none", "there are no presets of your own")
                           .attempting("export presets")
                           .advise("make one: preset add NAME FILTER=RANGE; or name built-in ones"));
    }
    std::string text = scan::to_json(*presets);
    Result<void> written = co_await context.report.bytes(std::move(text));
    if (!written || output.file.empty()) {
        co_return written;
    }
    if (output.format == Format::json) {
        std::vector<Field> fields{{"file", output.file}, {"presets", presets->size()}};
        written = co_await context.report.record(std::move(fields));
        co_return written;
    }
    context.report.note("exported " + counted(presets->size(), "preset") + " to " + output.file);
    co_return Result<void>();
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

/// A built-in one that stands in the file as it is here was exported with the others, and needs no import.
void drop_built_in(std::vector<SpreadPreset>& presets, Report& report) {
    std::erase_if(presets, [&](const SpreadPreset& preset) {
        const SpreadPreset* const known = find_built_in_preset(preset.name);
        const bool same = known != nullptr && *known == preset;
        if (same) {
            report.note("'" + preset.name + "' is built in");
        }
        return same;
    });
}

/// All of them or none.
Task<Result<void>> check_import(CommandContext& context, const std::vector<SpreadPreset>& presets) {
    for (const SpreadPreset& preset : presets) {
        if (find_built_in_preset(preset.name) != nullptr) {
            co_return fail(built_in_preset(preset.name));
        }
        if (context.arguments.has("replace")) {
            continue;
        }
        Result<void> free = co_await check_preset_free(context, preset.name);
        if (!free) {
            co_return free;
        }
    }
    co_return Result<void>();
}

Task<Result<void>> run_import(CommandContext& context) {
    const Word& word = context.arguments.required("file");
    Result<std::string> text = co_await read_file(context, word.text);
    if (!text) {
        Error error = std::move(text.error());
        error.attempted = "import presets"; // rather than open a file
        co_return fail(std::move(error)
                           .on(word.text)
                           .at(word.where())
                           .advise("name a file as preset export writes it: preset export -o FILE"));
    }
    Result<std::vector<SpreadPreset>> presets = scan::parse_preset_json(*text);
    if (!presets) {
        co_return fail(std::move(presets.error()).on(word.text));
    }
    drop_built_in(*presets, context.report);
    Result<void> possible = co_await check_import(context, *presets);
    if (!possible) {
        co_return fail(std::move(possible.error()).attempting("import presets").on(word.text));
    }
    for (const SpreadPreset& preset : *presets) {
        const Result<bool> replaced = co_await save_preset(context, preset);
        if (!replaced) {
            co_return fail(replaced.error());
        }
    }
    context.report.note("imported " + counted(presets->size(), "preset"));
    co_return Result<void>();
}

} // namespace

CommandSpec preset_export_command() {
    return {.family = "preset",
            .verb = "export",
            .summary = "Write presets as JSON",
            .arguments =
                {{.name = "name", .help = "which; without any all of your own", .required = false, .repeatable = true}},
            .examples = {{"preset export -o presets.json", "all of your own"},
                         {"preset export moderate mine -o two.json", "these two"},
                         {"preset export mine", "to standard output"}},
            .schema = "preset.export@1",
            .run = run_export,
            .details = "The file is what preset import reads, whatever the format. --json with -o tells how many were "
                       "written."};
}

CommandSpec preset_import_command() {
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
                       "and nothing changes. A built-in preset in it is passed over where it is as it is here."};
}

} // namespace tradesh::cli
