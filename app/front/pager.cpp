#include "app/front/pager.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace tradesh::front {
namespace {

constexpr Duration hold_limit = std::chrono::milliseconds(100);

bool installed(const std::string& program) {
    const char* path = std::getenv("PATH");
    std::string_view rest = path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
    while (!rest.empty()) {
        const std::size_t colon = std::min(rest.find(':'), rest.size());
        if (::access((std::string(rest.substr(0, colon)) + "/" + program).c_str(), X_OK) == 0) {
            return true;
        }
        rest.remove_prefix(std::min(colon + 1, rest.size()));
    }
    return false;
}

[[noreturn]] void become(const std::string& command, int input) {
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGPIPE, SIGCHLD}) {
        ::signal(number, SIG_DFL);
    }
    ::dup2(input, STDIN_FILENO);
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(127);
}

} // namespace

std::string choose_pager() {
    const char* terminal = std::getenv("TERM");
    if (terminal == nullptr || std::string_view(terminal) == "dumb") {
        return "";
    }
    for (const char* name : {"TRADESH_PAGER", "PAGER"}) {
        if (const char* command = std::getenv(name)) {
            return std::string_view(command) == "cat" ? "" : command;
        }
    }
    return installed("less") ? "less -FRX" : "";
}

Pager::Pager(std::string command, int rows) : command_(std::move(command)), rows_(rows), holds_(!command_.empty()) {}

void Pager::hold(attach::Output output, Duration now) {
    if (output.stream == attach::Stream::out) {
        lines_ += static_cast<int>(std::ranges::count(output.bytes, '\n'));
    }
    held_.push_back(std::move(output));
    if (!deadline_) {
        deadline_ = now + hold_limit;
    }
}

std::vector<attach::Output> Pager::release() {
    holds_ = false;
    deadline_.reset();
    return std::exchange(held_, {});
}

std::optional<int> Pager::start() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return std::nullopt;
    }
    const attach::FileDescriptor input(ends[0]);
    pipe_ = attach::FileDescriptor(ends[1]);
    process_ = ::fork();
    if (process_ < 0) {
        return std::nullopt;
    }
    if (process_ == 0) {
        become(command_, input.get());
    }
    return pipe_.get();
}

void Pager::close() {
    pipe_.close();
    if (process_ > 0) {
        while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
        }
        process_ = 0;
    }
}

} // namespace tradesh::front
