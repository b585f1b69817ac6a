#include "app/front/run_front.hpp"

#include "app/attach/client_facts.hpp"
#include "app/attach/find_core.hpp"
#include "app/front/failure.hpp"
#include "app/front/invocation.hpp"
#include "app/front/relay.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace tradesh::front {
namespace {

constexpr int attempts_max = 2000; // each pauses for 5 ms: ten seconds

std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view() : value;
}

/// A standard stream that is closed would be replaced by the next file we open. Opened the wrong way round it stays
/// what it is: unusable.
void occupy_standard_streams() {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(fd, F_GETFD) < 0) {
            ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        }
    }
}

int become(const std::string& program, std::vector<std::string> words, const Face& face) {
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    ::execv(program.c_str(), arguments.data());
    constexpr int exit_code = 4;
    show(system_error(errno, "client.program", "run", program).advise("it must lie beside tradesh; install both"),
         exit_code, face);
    return exit_code;
}

int fail_with(const Error& error, const Face& face) {
    const int exit_code = attach::exit_code_of(error.kind);
    show(error, exit_code, face);
    return exit_code;
}

std::size_t size_of(const attach::Run& run) {
    std::size_t bytes = run.text.size();
    for (const std::string& word : run.words) {
        bytes += word.size() + sizeof(std::uint32_t);
    }
    return bytes;
}

int run_command(const Invocation& invocation, attach::CoreSearch search, const Face& face) {
    const auto kind =
        invocation.form == attach::RunForm::words ? attach::ClientKind::one_shot : attach::ClientKind::script;
    RelayFacts facts{.place = search.place,
                     .hello = attach::make_hello(kind),
                     .run = {.id = 1, .form = invocation.form, .words = invocation.words, .text = invocation.text},
                     .answer_limit = search.answer_limit,
                     .pager = ""};
    if (facts.hello.stdout_is_terminal && invocation.form == attach::RunForm::words) {
        facts.pager = choose_pager();
    }
    if (size_of(facts.run) > attach::payload_bytes_max / 2) {
        return fail_with(Error(ErrorKind::usage, "client.too_long", "the command is longer than 512 KiB")
                             .advise("put it into a script: tradesh -f FILE"),
                         face);
    }
    Outcome outcome;
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        std::expected<attach::Connection, attach::Failure> connection = attach::find_core(search);
        if (!connection) {
            show(connection.error().error, connection.error().exit_code, face);
            return connection.error().exit_code;
        }
        outcome = Relay(facts, std::move(*connection)).run();
        if (!outcome.try_again) {
            break;
        }
        search.another_is_leaving = true;
    }
    if (outcome.try_again) {
        return fail_with(attach::no_answer(search.place, {}), face);
    }
    if (outcome.error) {
        show(*outcome.error, outcome.exit_code, face);
    }
    if (outcome.signal != 0) {
        die_by(outcome.signal);
    }
    return outcome.exit_code;
}

} // namespace

int run_front(int argc, char** argv) {
    occupy_standard_streams();
    std::vector<std::string_view> words(argv + std::min(argc, 1), argv + argc);
    Face face{.json = wants_json(words), .profile = ""};
    const std::string_view profile = variable("TRADESH_PROFILE");
    const Result<Invocation> invocation =
        parse_invocation(words, profile.empty() ? "paper" : profile, attach::is_terminal(STDIN_FILENO));
    if (!invocation) {
        return fail_with(invocation.error(), face);
    }
    if (invocation->action == Action::version) {
        constexpr std::string_view text = "tradesh " TRADESH_VERSION "\n";
        return ::write(STDOUT_FILENO, text.data(), text.size()) < 0 ? 1 : 0;
    }
    attach::CoreSearch search;
    search.home = variable("HOME");
    search.tradesh_home = variable("TRADESH_HOME");
    Result<Place> place = find_place(invocation->profile, search.tradesh_home, search.home);
    if (!place) {
        return fail_with(place.error(), face);
    }
    search.place = std::move(*place);
    face.profile = search.place.profile;
    search.core_program = attach::program_beside("tradesh-core");
    search.answer_limit = invocation->timeout.value_or(search.answer_limit);
    if (invocation->action == Action::serve) {
        std::vector<std::string> serve{search.core_program, "--profile=" + search.place.profile, "--serve"};
        if (invocation->replace) {
            serve.emplace_back("--replace");
        }
        return become(search.core_program, std::move(serve), face);
    }
    if (invocation->action == Action::prompt) {
        const std::string program = attach::program_beside("tradesh-prompt");
        std::vector<std::string> prompt{program, "--profile=" + search.place.profile};
        prompt.insert(prompt.end(), invocation->words.begin(), invocation->words.end());
        return become(program, std::move(prompt), face);
    }
    return run_command(*invocation, std::move(search), face);
}

} // namespace tradesh::front
