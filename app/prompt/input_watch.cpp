#include "app/prompt/input_watch.hpp"

#include <asio/io_context.hpp>

#include <sys/epoll.h>
#include <unistd.h>

namespace tradesh::prompt_process {

InputWatch::InputWatch(runtime::Loop& loop, std::function<void()> on_readable)
    : loop_(loop),
      on_readable_(std::move(on_readable)),
      epoll_(loop.context(), ::epoll_create1(EPOLL_CLOEXEC)) {
    epoll_event event{};
    event.events = EPOLLIN;
    ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, STDIN_FILENO, &event);
}

void InputWatch::want(bool wanted) {
    wanted_ = wanted;
    if (wanted_ && !armed_) {
        arm();
    }
}

void InputWatch::arm() {
    armed_ = true;
    epoll_.async_wait(asio::posix::stream_descriptor::wait_read, [this](asio::error_code error) {
        if (!error) {
            // One turn later: of a Ctrl-C and what was typed behind it, the signal comes first.
            loop_.post([this] { readable(); });
        }
    });
}

void InputWatch::readable() {
    armed_ = false;
    if (wanted_) {
        on_readable_();
    }
    if (wanted_ && !armed_) {
        arm();
    }
}

} // namespace tradesh::prompt_process
