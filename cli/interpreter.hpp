#pragma once

#include "cli/command_runner.hpp"
#include "cli/script_reader.hpp"
#include "cli/session.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tradesh::cli {

/// What a client asks for.
struct RunRequest {
    enum class Kind : std::uint8_t {
        argv,   ///< the words of the process: options, then a command, -c TEXT, -f FILE, or nothing (a script on stdin)
        prompt, ///< one typed line; `argv` has the options that the prompt itself was started with
    };
    Kind kind = Kind::argv;
    std::vector<std::string> argv; ///< without the name of the program
    std::string line;
};

/// Runs what one client asks for and returns its exit code; one run at a time.
///
/// A script, -c text or prompt line stops at the first command that fails; `try CMD` goes on with the code in $?,
/// `--keep-going` goes on and ends with the first failing code. Code 11 (unknown effect) stops everything.
class Interpreter {
public:
    /// All of these outlive the interpreter.
    Interpreter(const InterpreterServices& services, Session& session, ClientChannel& client);

    /// Never throws and never fails: what went wrong has been shown, and the code says so.
    runtime::Task<int> run(RunRequest request);

    /// A signal of the client's (SIGINT, SIGTERM, SIGHUP): cancels the running command and whatever would follow in
    /// this run. The run itself goes on to say how it ended.
    void cancel(int signal) { runner_.cancel(signal); }

    /// For `status tasks`.
    std::vector<runtime::TaskInfo> tasks() const { return runner_.tasks(); }

private:
    /// The state of one run.
    struct Run {
        RunOptions defaults;
        ProcessOptions process;
        Session scratch;            ///< what `--check` changes instead of the session
        Session* session = nullptr; ///< the client's, or `scratch`
        int done = 0;
        int failed = 0;
        int not_run = 0;
        int code = 0; ///< that the run ends with
        bool stopped = false;
        int depth = 0; ///< of nested `source`
    };

    runtime::Task<int> run_argv(const std::vector<std::string>& argv);
    runtime::Task<int> run_prompt_line(const RunRequest& request);
    runtime::Task<int> run_command_line(Run& run, CommandLine line);
    runtime::Task<int> run_script_file(Run& run, std::string path);
    runtime::Task<int> run_with_output(Run& run, ScriptReader& reader);
    runtime::Task<int> run_to_end(Run& run, ScriptReader& reader);

    runtime::Task<void> run_lines(Run& run, ScriptReader& reader);
    runtime::Task<void> count_rest(Run& run, ScriptReader& reader);
    runtime::Task<Result<std::optional<ScriptLine>>> next_line(ScriptReader& reader);
    runtime::Task<void> run_line(Run& run, const ScriptLine& line);
    runtime::Task<void> echo(const Run& run, const ScriptLine& line);
    runtime::Task<void> run_command(Run& run, const LexedCommand& command);
    runtime::Task<int> run_parsed(Run& run, const CommandLine& line);
    runtime::Task<int> run_source(Run& run, const CommandLine& line);
    runtime::Task<int> check_parsed(Run& run, const CommandLine& line);
    runtime::Task<void> show_summary(const Run& run);

    OutputOptions options_for_error(const Run& run, const std::vector<Word>& words) const;
    void account(Run& run, int code, bool tried) const;

    const InterpreterServices& services_;
    Session& session_;
    ClientChannel& client_;
    CommandRunner runner_;
};

} // namespace tradesh::cli
