#include "app/prompt/run_prompt.hpp"

#include "app/attach/client_facts.hpp"
#include "app/attach/find_core.hpp"
#include "app/prompt/input_watch.hpp"
#include "app/prompt/socket_link.hpp"
#include "app/prompt/terminal_signals.hpp"
#include "cli/prompt/history_file.hpp"
#include "cli/prompt/plain_editor.hpp"
#include "cli/prompt/prompt.hpp"
#include "cli/prompt/readline_editor.hpp"
#include "core/base/place.hpp"
#include "core/runtime/loop.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace tradesh::prompt_process {
namespace {

std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view() : value;
}

struct Words {
    std::string profile;
    std::vector<std::string> options; ///< those that go with every line
};

Words parse_words(int argc, char** argv) {
    constexpr std::string_view profile_option = "--profile";
    const std::string_view wanted = variable("TRADESH_PROFILE");
    Words words{.profile = std::string(wanted.empty() ? "paper" : wanted), .options = {}};
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == profile_option && i + 1 < argc) {
            words.profile = argv[++i];
        } else if (word.starts_with("--profile=")) {
            words.profile = word.substr(profile_option.size() + 1);
        } else {
            words.options.emplace_back(word);
        }
    }
    return words;
}

[[noreturn]] void fail_with(const Error& error, int exit_code) {
    std::fprintf(stderr, "tradesh: error[%s]: %s\n", error.code.c_str(), error.describe().c_str());
    if (!error.hint.empty()) {
        std::fprintf(stderr, "hint: %s\n", error.hint.c_str());
    }
    std::exit(exit_code);
}

/// Lines from a pipe or a file are a script, and a script is the one-shot client's work.
[[noreturn]] void become_script_client(const Words& words) {
    std::string program = attach::program_beside("tradesh");
    std::vector<std::string> arguments{program, "--profile=" + words.profile};
    arguments.insert(arguments.end(), words.options.begin(), words.options.end());
    arguments.insert(arguments.end(), {"-f", "-"});
    std::vector<char*> pointers;
    for (std::string& argument : arguments) {
        pointers.push_back(argument.data());
    }
    pointers.push_back(nullptr);
    ::execv(program.c_str(), pointers.data());
    fail_with(system_error(errno, "client.program", "run", program).advise("it must lie beside tradesh-prompt"), 4);
}

attach::CoreSearch search_for(const std::string& profile) {
    attach::CoreSearch search;
    search.home = variable("HOME");
    search.tradesh_home = variable("TRADESH_HOME");
    Result<Place> place = find_place(profile, search.tradesh_home, search.home);
    if (!place) {
        fail_with(place.error(), attach::exit_code_of(place.error().kind));
    }
    search.place = std::move(*place);
    search.core_program = attach::program_beside("tradesh-core");
    return search;
}

bool terminal_is_able() {
    const std::string_view term = variable("TERM");
    return attach::is_terminal(STDOUT_FILENO) && !term.empty() && term != "dumb";
}

std::unique_ptr<prompt::LineEditor> make_editor() {
    if (terminal_is_able()) {
        return std::make_unique<prompt::ReadlineEditor>();
    }
    const bool out = attach::is_terminal(STDOUT_FILENO);
    return std::make_unique<prompt::PlainEditor>(out ? prompt::Stream::out : prompt::Stream::err);
}

} // namespace

void run_prompt(int argc, char** argv) {
    const Words words = parse_words(argc, argv);
    if (!attach::is_terminal(STDIN_FILENO)) {
        become_script_client(words);
    }
    const SystemClock clock;
    runtime::Loop loop(clock);
    attach::CoreSearch search = search_for(words.profile);
    prompt::HistoryFile history(search.place.directory + "/history", clock);
    std::unique_ptr<prompt::LineEditor> editor = make_editor();
    InputWatch input(loop, [&] { editor->read_input(); });
    editor->wants_input = [&](bool wanted) { input.want(wanted); };
    SocketLink link(loop, std::move(search), words.options);
    const bool color = terminal_is_able() && variable("NO_COLOR").empty();
    prompt::Prompt prompt({.editor = *editor, .link = link, .history = history, .clock = clock}, words.profile, color);
    link.listen(prompt);
    TerminalSignals signals(loop, *editor, prompt, [&] { link.resize(); });
    int exit_code = 0;
    prompt.on_leave = [&](int code) {
        exit_code = code;
        loop.stop();
    };
    prompt.start();
    loop.run();
    editor.reset(); // gives the terminal back
    // Whatever still waits for a core to start is of no interest any more.
    ::_exit(exit_code);
}

} // namespace tradesh::prompt_process
