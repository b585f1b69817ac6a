#include "app/front/signals.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace tradesh::front {
namespace {

int pipe_of_handler = -1; // a signal handler has no other way to its pipe

void relay(int number) {
    const int error = errno;
    const char byte = static_cast<char>(number);
    if (::write(pipe_of_handler, &byte, 1) < 0) {
        // The pipe is full of signals already.
    }
    errno = error;
}

} // namespace

Signals::Signals() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        return;
    }
    reading_ = attach::FileDescriptor(ends[0]);
    writing_ = attach::FileDescriptor(ends[1]);
    pipe_of_handler = ends[1];
    struct sigaction action{};
    action.sa_handler = relay; // without SA_RESTART: a call that blocks after all is interrupted
    for (std::size_t i = 0; i < relayed.size(); ++i) {
        ::sigaction(relayed[i], &action, &before_[i]);
        if (before_[i].sa_handler == SIG_IGN) {
            ::sigaction(relayed[i], &before_[i], nullptr);
        }
    }
    action.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &action, &pipe_before_);
}

Signals::~Signals() {
    for (std::size_t i = 0; i < relayed.size(); ++i) {
        ::sigaction(relayed[i], &before_[i], nullptr);
    }
    ::sigaction(SIGPIPE, &pipe_before_, nullptr);
}

std::optional<int> Signals::next() {
    char byte = 0;
    if (::read(reading_.get(), &byte, 1) != 1) {
        return std::nullopt;
    }
    return byte;
}

void die_by(int signal) {
    struct sigaction action{};
    action.sa_handler = SIG_DFL;
    ::sigaction(signal, &action, nullptr);
    sigset_t only;
    ::sigemptyset(&only);
    ::sigaddset(&only, signal);
    ::raise(signal);
    ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
    ::_exit(128 + signal);
}

} // namespace tradesh::front
