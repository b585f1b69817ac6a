#pragma once

#include "cli/interpreter.hpp"
#include "core/engine/trigger_desk.hpp"

#include <set>

namespace tradesh::core_process {

/// Runs the lines of triggers, each as a script of one line by a client of nobody: no terminal, no standard input, no
/// files. What a line shows goes to the log and, shortened, into its outcome.
class DueLines {
public:
    /// The services outlive this.
    explicit DueLines(const cli::InterpreterServices& services) : services_(services) {}

    runtime::Task<engine::CommandOutcome> run(engine::CommandDue due);
    /// The core leaves: ends what runs, as a signal would.
    void cancel();

private:
    const cli::InterpreterServices& services_;
    std::set<cli::Interpreter*> running_;
};

} // namespace tradesh::core_process
