#include "app/prompt/terminal_signals.hpp"

#include <asio/io_context.hpp>

#include <signal.h>

namespace tradesh::prompt_process {
namespace {

bool is_ignored(int signal) {
    struct sigaction action{};
    return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

} // namespace

TerminalSignals::TerminalSignals(runtime::Loop& loop, prompt::LineEditor& editor, prompt::Prompt& prompt,
                                 std::function<void()> on_resize)
    : editor_(editor),
      prompt_(prompt),
      on_resize_(std::move(on_resize)),
      signals_(loop.context(), SIGINT, SIGWINCH, SIGCONT) {
    ::signal(SIGPIPE, SIG_IGN);
    for (const int signal : {SIGHUP, SIGTERM, SIGTSTP}) {
        if (!is_ignored(signal)) {
            signals_.add(signal);
        }
    }
    await_next();
}

void TerminalSignals::await_next() {
    signals_.async_wait([this](asio::error_code error, int signal) {
        if (!error) {
            take(signal);
            await_next();
        }
    });
}

void TerminalSignals::take(int signal) {
    switch (signal) {
    case SIGINT: prompt_.interrupt(); return;
    case SIGTSTP: stop_until_continued(); return;
    case SIGCONT: editor_.resume(); [[fallthrough]];
    case SIGWINCH:
        editor_.resize();
        on_resize_();
        return;
    default: prompt_.terminate(signal);
    }
}

/// Ctrl-Z: stops as any program does, with the terminal as it was. A command goes on in the core meanwhile.
void TerminalSignals::stop_until_continued() {
    editor_.suspend();
    struct sigaction ours{};
    struct sigaction natural{};
    natural.sa_handler = SIG_DFL; // NOLINT
    ::sigaction(SIGTSTP, &natural, &ours);
    ::raise(SIGTSTP);
    ::sigaction(SIGTSTP, &ours, nullptr);
    editor_.resume();
}

} // namespace tradesh::prompt_process
