#include "cli/commands/saved_preset.hpp"

#include "cli/commands/saved_name.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/saved_desk.hpp"
#include "core/scan/spread_preset_file.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::cli {

using runtime::Task;
using scan::SpreadPreset;
using store::SavedKind;

namespace {

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

} // namespace

const SpreadPreset* find_built_in_preset(std::string_view name) {
    const std::vector<SpreadPreset>& all = scan::built_in_spread_presets();
    const auto found = std::ranges::find(all, name, &SpreadPreset::name);
    return found == all.end() ? nullptr : &*found;
}

Error built_in_preset(const std::string& name) {
    return Error(ErrorKind::refused, "preset.built_in", "'" + name + "' is built in and stays as it is")
        .advise("make one of your own from it: preset add my-" + name + " --from " + name + " FILTER=RANGE");
}

Task<Result<void>> check_preset_free(CommandContext& context, std::string name) {
    const Result<std::optional<store::SavedItem>> known =
        co_await context.engine().saved().find(SavedKind::spread_preset, name);
    if (!known) {
        co_return fail(known.error());
    }
    if (*known) {
        co_return fail(Error(ErrorKind::refused, "preset.exists", "there is a preset '" + name + "' already")
                           .advise("--replace puts the new one in place of yours; to see that: preset show " + name));
    }
    co_return Result<void>();
}

Task<Result<bool>> save_preset(CommandContext& context, SpreadPreset preset) {
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

Task<Result<SpreadPreset>> find_spread_preset(CommandContext& context, const Word& name) {
    if (const SpreadPreset* preset = find_built_in_preset(name.text)) {
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
    co_return fail(no_such_name(name, "preset", known));
}

} // namespace tradesh::cli
