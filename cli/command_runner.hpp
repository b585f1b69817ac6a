#pragma once

#include "cli/commands/command_line.hpp"
#include "cli/render/output.hpp"
#include "cli/render/report_writer.hpp"
#include "core/runtime/log.hpp"
#include "core/runtime/loop.hpp"

#include <functional>
#include <string>
#include <vector>

namespace tradesh::cli {

/// What every interpreter of a core shares. All of it outlives them.
struct InterpreterServices {
    runtime::Loop& loop;
    runtime::Log& log;
    const CommandTable& commands;
    engine::Engine* engine = nullptr;              ///< null only in tests, whose commands need none
    std::function<std::string()> next_correlation; ///< a short id, never the same twice in a core
    Envelope envelope;                             ///< profile, mode and venue; the schema is the command's
    std::string version;                           ///< "0.1.0"
    std::function<void(Duration took)> command_ended = [](Duration) {}; ///< for the metrics
};

/// Runs one command at a time for one client: report, output file, deadline, exceptions, cancellation, exit code.
class CommandRunner {
public:
    CommandRunner(const InterpreterServices& services, ClientChannel& client);

    /// Where results go that name no file of their own: the -o file of the whole run, or, with null, standard output.
    void set_run_output(Output* output) { run_output_ = output; }

    /// Runs `line` and returns its exit code; everything there is to say has been said.
    runtime::Task<int> run(const CommandLine& line, Session& session);

    /// Shows an error that no command made: unknown words, an unreadable script. Returns its exit code.
    runtime::Task<int> show_error(Error error, OutputOptions options, std::string schema);

    /// The client ends with a group that was begun and neither committed nor aborted: that is told, and is no success.
    /// The code that the client then ends with.
    runtime::Task<int> drop_group(Session& session, OutputOptions options, int code);

    /// Shows text as the result of `schema`: help, the version.
    runtime::Task<int> show_text(std::string text, const OutputOptions& options, std::string schema);

    /// A new run: forgets the signal of the last one.
    void reset() { signal_ = 0; }
    /// Cancels what runs, now and from now on until `reset`.
    void cancel(int signal);
    int signal() const { return signal_; }
    /// The error of a run that a signal ended.
    Error signal_error() const;

    /// Awaits something of the client's that a signal must be able to end.
    runtime::Task<void> guard(std::string name, std::function<runtime::Task<void>(runtime::TaskInfo&)> body);

    std::vector<runtime::TaskInfo> tasks() const { return scope_.list(); }

private:
    Result<ReportPlan> plan_for(const OutputOptions& options, std::string_view schema) const;
    runtime::Task<Result<void>> execute(const CommandLine& line, Session& session, Report& report,
                                        const std::string& correlation);
    runtime::Task<int> run_reported(const CommandLine& line, Session& session, ReportPlan plan, Output& result,
                                    const std::string& correlation);
    runtime::Task<int> run_into_file(const CommandLine& line, Session& session, ReportPlan plan,
                                     const std::string& correlation);
    runtime::Task<void> show_timing(const CommandLine& line, Duration took);
    Output& default_output() { return run_output_ != nullptr ? *run_output_ : standard_output_; }
    Error completed(Error error, const CommandLine& line, const std::string& correlation) const;
    bool color_allowed(ColorChoice choice, bool is_terminal) const;

    const InterpreterServices& services_;
    ClientChannel& client_;
    StandardOutput standard_output_;
    Output* run_output_ = nullptr;
    runtime::TaskScope scope_;
    int signal_ = 0;
    bool deadline_passed_ = false;
};

} // namespace tradesh::cli
