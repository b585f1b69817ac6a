#pragma once

#include "cli/prompt/line_editor.hpp"
#include "cli/prompt/prompt.hpp"
#include "core/runtime/loop.hpp"

#include <asio/signal_set.hpp>

#include <functional>

namespace tradesh::prompt_process {

/// What the terminal and the system tell this process by signals, brought to the prompt on the loop. SIGHUP, SIGTERM
/// and SIGTSTP stay ignored where our parent ignores them.
class TerminalSignals {
public:
    TerminalSignals(runtime::Loop& loop, prompt::LineEditor& editor, prompt::Prompt& prompt,
                    std::function<void()> on_resize);

private:
    void await_next();
    void take(int signal);
    void stop_until_continued();

    prompt::LineEditor& editor_;
    prompt::Prompt& prompt_;
    std::function<void()> on_resize_;
    asio::signal_set signals_;
};

} // namespace tradesh::prompt_process
