#pragma once

#include "app/attach/message.hpp"
#include "cli/client_channel.hpp"
#include "core/runtime/task.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tradesh::attach {

/// What a client wants to be run.
struct RunRequest {
    RunForm form = RunForm::words;
    std::vector<std::string> words; ///< the command line, or the global options beside `-c` and `-f`, as typed
    std::string text;               ///< command text of `-c`, or the script's name ("-": standard input)
};

struct CompletionList {
    std::uint32_t start = 0; ///< byte offset in the line of the word being completed
    std::vector<std::string> words;
    bool files = false; ///< the word is a file's name, which the client completes
};

/// Runs the commands of one client, one at a time, and keeps what belongs to that client alone: variables, aliases,
/// venue, account, arming, open groups. Loop thread only.
class CommandRunner {
public:
    virtual ~CommandRunner() = default;

    /// Runs one command line or script to its end and returns its exit code (0..255). Errors are its own to show.
    virtual runtime::Task<int> run(RunRequest request) = 0;

    /// Asks the running command to stop; `run` then returns soon, with 128 + signal unless its own code matters more.
    /// SIGINT, SIGTERM and SIGHUP are the client's; SIGPIPE: nobody reads its output any more; SIGHUP also when the
    /// client is gone; SIGTERM also when the core leaves. May come more than once, and when nothing runs.
    virtual void cancel(int signal) = 0;

    virtual runtime::Task<CompletionList> complete(std::string line, std::uint32_t point) = 0;
    virtual PromptState prompt_state() const = 0;
};

/// Makes the runner of a client that has just attached. The channel outlives the runner.
using RunnerFactory = std::function<std::unique_ptr<CommandRunner>(cli::ClientChannel&)>;

} // namespace tradesh::attach
