#include "tests/support/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace tradesh::test {
namespace {

constexpr int limit_ms = 20'000;

int open_pid(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

void close_once(int& fd) {
    if (fd >= 0) {
        ::close(fd);
        fd = -1;
    }
}

std::array<int, 2> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("pipe2 failed");
    }
    return ends;
}

int make_terminal(std::string& name) {
    const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    std::array<char, 128> path{};
    if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0 ||
        ::ptsname_r(master, path.data(), path.size()) != 0) {
        throw std::runtime_error("no terminal");
    }
    winsize size{};
    size.ws_col = 80;
    size.ws_row = 24;
    ::ioctl(master, TIOCSWINSZ, &size);
    name = path.data();
    return master;
}

[[noreturn]] void become(const ProcessOptions& options, std::array<int, 3> streams, const std::string& terminal) {
    if (!terminal.empty()) {
        ::setsid();
        const int tty = ::open(terminal.c_str(), O_RDWR); // becomes the controlling terminal
        streams = {tty, tty, tty};
    }
    for (int fd = 0; fd < 3; ++fd) {
        ::dup2(streams[static_cast<std::size_t>(fd)], fd);
    }
    std::vector<char*> words;
    for (const std::string& word : options.words) {
        words.push_back(const_cast<char*>(word.c_str()));
    }
    words.push_back(nullptr);
    std::vector<std::string> pairs;
    for (const auto& [name, value] : options.environment) {
        pairs.push_back(name + "=" + value);
    }
    std::vector<char*> environment;
    for (std::string& pair : pairs) {
        environment.push_back(pair.data());
    }
    environment.push_back(nullptr);
    if (::chdir(options.directory.c_str()) == 0) {
        ::close_range(3, ~0U, 0); // sockets of the test's own servers must not live on in its children
        ::execve(words[0], words.data(), environment.data());
    }
    ::_exit(127);
}

} // namespace

Process::Process(const ProcessOptions& options) {
    std::string terminal;
    std::array<int, 2> in{-1, -1};
    std::array<int, 2> out{-1, -1};
    std::array<int, 2> err{-1, -1};
    if (options.terminal) {
        stdout_ = make_terminal(terminal);
    } else {
        in = options.stdin_pipe ? make_pipe() : std::array<int, 2>{::open("/dev/null", O_RDONLY | O_CLOEXEC), -1};
        out = make_pipe();
        err = make_pipe();
        stdin_ = in[1];
        stdout_ = out[0];
        stderr_ = err[0];
    }
    pid_ = ::fork();
    if (pid_ == 0) {
        become(options, {in[0], out[1], err[1]}, terminal);
    }
    pid_descriptor_ = open_pid(pid_);
    for (int fd : {in[0], out[1], err[1]}) {
        close_once(fd);
    }
}

Process::~Process() {
    if (pid_ > 0 && ended_.code < 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    for (int* fd : {&stdin_, &stdout_, &stderr_, &pid_descriptor_}) {
        close_once(*fd);
    }
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pid_descriptor_(std::exchange(other.pid_descriptor_, -1)),
      stdin_(std::exchange(other.stdin_, -1)),
      stdout_(std::exchange(other.stdout_, -1)),
      stderr_(std::exchange(other.stderr_, -1)),
      ended_(std::move(other.ended_)) {}

void Process::write(const std::string& text) {
    const int fd = stdin_ >= 0 ? stdin_ : stdout_;
    if (::write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        throw std::runtime_error("the process does not take its input");
    }
}

void Process::close_stdin() { close_once(stdin_); }
void Process::close_stdout() { close_once(stdout_); }
void Process::signal(int number) const { ::kill(pid_, number); }

/// Waits for output or the end, and takes what is there; false once the process has ended and all output is taken.
bool Process::pump() {
    std::array<pollfd, 3> polled{pollfd{.fd = stdout_, .events = POLLIN, .revents = 0},
                                 pollfd{.fd = stderr_, .events = POLLIN, .revents = 0},
                                 pollfd{.fd = ended_.code < 0 ? pid_descriptor_ : -1, .events = POLLIN, .revents = 0}};
    if (stdout_ < 0 && stderr_ < 0 && ended_.code >= 0) {
        return false;
    }
    if (::poll(polled.data(), polled.size(), limit_ms) == 0) {
        throw std::runtime_error("waited too long; out: " + ended_.out + " err: " + ended_.err);
    }
    const auto take = [](pollfd& state, int& fd, std::string& text) {
        if (state.revents == 0) {
            return;
        }
        std::array<char, 65536> bytes{};
        const ssize_t count = ::read(fd, bytes.data(), bytes.size());
        if (count <= 0) {
            close_once(fd); // a terminal whose last process is gone reads EIO
        } else {
            text.append(bytes.data(), static_cast<std::size_t>(count));
        }
    };
    take(polled[0], stdout_, ended_.out);
    take(polled[1], stderr_, ended_.err);
    if (polled[2].revents != 0) {
        int status = 0;
        ::waitpid(pid_, &status, 0);
        ended_.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return true;
}

void Process::await(const std::string& seen, const std::string& text) {
    while (seen.find(text) == std::string::npos) {
        if (!pump()) {
            throw std::runtime_error("ended without '" + text + "'; out: " + ended_.out + " err: " + ended_.err);
        }
    }
}

Ended Process::wait() {
    while (pump()) {
    }
    return ended_;
}

Ended run(const ProcessOptions& options) { return Process(options).wait(); }

void await_end(pid_t pid) {
    int process = open_pid(pid);
    if (process < 0) {
        return; // gone already
    }
    pollfd state{.fd = process, .events = POLLIN, .revents = 0};
    const int count = ::poll(&state, 1, limit_ms);
    close_once(process);
    if (count == 0) {
        throw std::runtime_error("process " + std::to_string(pid) + " does not end");
    }
}

} // namespace tradesh::test
