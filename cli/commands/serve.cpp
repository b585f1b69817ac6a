#include "cli/commands/serve.hpp"

#include "cli/render/exit_code.hpp"

namespace tradesh::cli {
namespace {

runtime::Task<Result<void>> run_serve(CommandContext&) {
    co_return fail(Error(ErrorKind::usage, "serve.own_process", "'serve' is a core of its own, not a line of another")
                       .advise("write it in a terminal or for systemd: tradesh serve"));
}

} // namespace

std::vector<CommandSpec> serve_commands() {
    return {{.family = "serve",
             .summary = "Be a core in the foreground that stays, for what has to wait: when, schedule, exits",
             .options = {{.name = "replace", .help = "end the core that the profile has, and take its place"}},
             .examples = {{"tradesh serve", "in a terminal of its own; Ctrl-C ends it"},
                          {"tradesh --profile live serve --replace", "another profile, whoever serves it now"},
                          {"ExecStart=/usr/bin/tradesh serve --replace", "in a systemd unit, with Restart=always"}},
             .schema = "serve@1",
             .run = run_serve,
             .rehearses = false,
             .details = "Every other core leaves some time after its last client. One that serves stays until it is "
                        "told to leave (SIGTERM), and so triggers may wait in it. Another core on the profile is exit "
                        "5. What is armed is kept by the profile, and armed again when it is served again.",
             .further_exit_codes = {exit_codes::config, exit_codes::connection}}};
}

} // namespace tradesh::cli
