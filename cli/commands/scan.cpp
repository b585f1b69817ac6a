#include "cli/commands/scan.hpp"

#include "cli/commands/scan_run.hpp"
#include "cli/commands/scan_saved.hpp"
#include "cli/commands/scan_watch.hpp"

#include <utility>

namespace tradesh::cli {

std::vector<CommandSpec> scan_commands() {
    std::vector<CommandSpec> commands{scan_run_command(), scan_watch_command()};
    for (CommandSpec& command : saved_scan_commands()) {
        commands.push_back(std::move(command));
    }
    return commands;
}

} // namespace tradesh::cli
