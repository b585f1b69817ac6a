#pragma once

#include "cli/client_channel.hpp"
#include "cli/parse/arguments.hpp"
#include "cli/parse/run_options.hpp"
#include "cli/render/report.hpp"
#include "cli/session.hpp"
#include "core/base/error.hpp"
#include "core/runtime/task.hpp"
#include "core/runtime/task_scope.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::engine {
class Engine;
}

namespace tradesh::cli {

class CommandTable;

/// How to add a command
///
///  1. One family is one file: cli/commands/data.hpp declares `std::vector<CommandSpec> data_commands();`, data.cpp
///     defines it and the functions it names. A family that grows past 400 lines becomes one file a verb.
///  2. List the family's function in cli/commands/registry.cpp. Nothing else: parsing, help, completion, `--check`,
///     exit codes and output formats follow from the CommandSpec.
///  3. A command function is `Task<Result<void>> run_data_show(CommandContext& context)`. It reads
///     `context.arguments`, calls one verb of `context.engine()`, hands the outcome to `context.report`, and returns
///     an Error for everything that went wrong, `.at(word.where())` where a word is to blame. It never prints, never
///     opens a file by itself (`context.client` does that) and keeps no state of its own.

/// What a command is run with. Everything in it outlives the command.
struct CommandContext {
    const Arguments& arguments;
    const RunOptions& options; ///< --venue, --live, --timeout, --dry-run, --key, ... : what holds for every command
    Report& report;
    Session& session;
    ClientChannel& client;
    const CommandTable& commands;   ///< for `help` and its like
    const std::string& correlation; ///< id of this command in the log; pass it on to the engine
    Origin origin;                  ///< who typed it: argv, -c, script or prompt
    runtime::TaskInfo& task;        ///< keep `task.awaits` true while waiting for long
    engine::Engine* engine_pointer = nullptr;

    engine::Engine& engine() const { return *engine_pointer; }
};

using CommandFunction = std::function<runtime::Task<Result<void>>(CommandContext&)>;
/// Looks at the words alone, before anything runs and in `--check`: sizes, order types, expressions.
using CommandCheck = std::function<Result<void>(const Arguments&)>;

enum class Effects : std::uint8_t {
    none,
    session, ///< it changes what later lines mean (`set`, `alias`): `--check` runs it too, on a copy of the session
    orders,  ///< it may send, change or withdraw orders: never abbreviated, never repeated by accident
};

struct Example {
    std::string_view line{};
    std::string_view what{};
};

struct CommandSpec {
    std::string_view family{};  ///< "data"; equal to the command itself when `verb` is empty ("status", "help")
    std::string_view verb{};    ///< "show"; empty when the family is the command or its default
    std::string_view summary{}; ///< one line, starting with a capital, without a full stop
    std::vector<ArgumentSpec> arguments{};
    std::vector<OptionSpec> options{};
    /// Not empty: the words behind this one ("do") are a command line of their own, the argument "line".
    std::string_view line_after{};
    std::vector<Example> examples{}; ///< three
    std::string_view schema;         ///< "data.show@1"; a changed meaning or a removed column is a new number
    CommandFunction run{};
    CommandCheck check{};     ///< optional
    std::string_view quick{}; ///< built-in short form: "buy" for `order buy`
    Effects effects = Effects::none;
    bool rehearses = true;                 ///< false: it changes something, and cannot show what under --dry-run
    std::string_view details{};            ///< optional paragraph for `help CMD`
    bool may_be_partial = false;           ///< exit code 7 is one of its answers
    std::vector<int> further_exit_codes{}; ///< that are neither everybody's nor follow from the above
};

} // namespace tradesh::cli
