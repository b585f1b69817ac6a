#include "app/attach/client_facts.hpp"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>

namespace tradesh::attach {
namespace {

/// TRADESH_* but nothing that may be a secret, and what decides about language, time zone and colour.
bool travels(std::string_view name) {
    constexpr std::array<std::string_view, 5> others{"TZ", "LANG", "LC_ALL", "TERM", "NO_COLOR"};
    constexpr std::array<std::string_view, 4> secrets{"SECRET", "TOKEN", "PASSWORD", "KEY"};
    const bool ours = name.starts_with("TRADESH_") && std::ranges::none_of(secrets, [&](std::string_view word) {
                          return name.find(word) != std::string_view::npos;
                      });
    return ours || std::ranges::find(others, name) != others.end();
}

} // namespace

bool is_terminal(int fd) {
    struct stat facts{};
    return ::fstat(fd, &facts) == 0 && S_ISCHR(facts.st_mode) && ::isatty(fd) == 1;
}

void measure_terminal(std::uint16_t& columns, std::uint16_t& rows) {
    winsize size{};
    for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
        if (is_terminal(fd) && ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
            columns = size.ws_col;
            rows = size.ws_row;
            return;
        }
    }
}

Hello make_hello(ClientKind kind) {
    Hello hello;
    hello.build = TRADESH_VERSION;
    hello.kind = kind;
    hello.stdin_is_terminal = is_terminal(STDIN_FILENO);
    hello.stdout_is_terminal = is_terminal(STDOUT_FILENO);
    hello.stderr_is_terminal = is_terminal(STDERR_FILENO);
    measure_terminal(hello.columns, hello.rows);
    std::array<char, PATH_MAX> directory{};
    if (::getcwd(directory.data(), directory.size()) != nullptr) {
        hello.directory = directory.data();
    }
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view pair = *entry;
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos && travels(pair.substr(0, equals))) {
            hello.environment.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
        }
    }
    return hello;
}

std::string program_beside(std::string_view program) {
    std::array<char, PATH_MAX> path{};
    const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
    const std::string_view here(path.data(), size < 0 ? 0 : static_cast<std::size_t>(size));
    return std::string(here.substr(0, here.rfind('/') + 1)) + std::string(program);
}

} // namespace tradesh::attach
