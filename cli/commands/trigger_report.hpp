#pragma once

#include "cli/commands/command.hpp"
#include "core/engine/trigger_desk.hpp"

#include <functional>
#include <string>
#include <vector>

namespace tradesh::cli {

/// The record of one trigger.
std::vector<Field> trigger_fields(const engine::Trigger& trigger, const engine::TriggerDesk& desk);

/// Arms, and tells what stands armed and whether it fires at once.
runtime::Task<Result<void>> arm_and_report(CommandContext& context, engine::TriggerRule rule);

using TriggerFilter = std::function<bool(const engine::Trigger&)>;

/// Those that wait, and those that ended within a day; with `--all` all that are kept.
runtime::Task<Result<void>> list_triggers(CommandContext& context, TriggerFilter filter);
/// The one that the argument "trigger" names.
runtime::Task<Result<void>> show_trigger(CommandContext& context);
runtime::Task<Result<void>> remove_trigger(CommandContext& context);

ArgumentSpec trigger_argument();
OptionSpec all_triggers_option();
/// What holds for everything that runs later, for `help`.
extern const std::string_view trigger_details;

} // namespace tradesh::cli
