#pragma once

#include "app/attach/server/command_runner.hpp"
#include "cli/completion.hpp"
#include "cli/interpreter.hpp"
#include "core/engine/engine.hpp"

#include <memory>
#include <string>

namespace tradesh::core_process {

/// One client's interpreter: its session, its commands, its completions, and the notices above its prompt.
class ClientRunner final : public attach::CommandRunner {
public:
    /// All of these outlive the runner.
    ClientRunner(const cli::InterpreterServices& services, engine::Engine& engine, cli::ClientChannel& client);

    runtime::Task<int> run(attach::RunRequest request) override;
    void cancel(int signal) override { interpreter_.cancel(signal); }
    runtime::Task<attach::CompletionList> complete(std::string line, std::uint32_t point) override;
    attach::PromptState prompt_state() const override;

private:
    runtime::Task<void> tell_findings();

    const cli::InterpreterServices& services_;
    engine::Engine& engine_;
    cli::ClientChannel& client_;
    cli::Session session_;
    cli::Interpreter interpreter_;
    std::shared_ptr<void> notices_; ///< while it lives, notices go to this client
    std::shared_ptr<void> tasks_;   ///< while it lives, `status tasks` shows this client's commands
};

} // namespace tradesh::core_process
