#include "core/net/socket_watch.hpp"

#include "core/runtime/loop.hpp"

#include <asio/io_context.hpp>

namespace tradesh::net {

std::shared_ptr<SocketWatch> SocketWatch::of(runtime::Loop& loop, int socket, Callback ready) {
    return std::make_shared<SocketWatch>(loop, socket, std::move(ready));
}

SocketWatch::SocketWatch(runtime::Loop& loop, int socket, Callback ready)
    : descriptor_(loop.context(), socket),
      ready_(std::move(ready)) {}

SocketWatch::~SocketWatch() { release(); }

void SocketWatch::want(bool read, bool write) {
    read_.wanted = read;
    write_.wanted = write;
    wait(Ready::to_read);
    wait(Ready::to_write);
}

void SocketWatch::release() {
    read_.wanted = false;
    write_.wanted = false;
    if (descriptor_.is_open()) {
        descriptor_.release();
    }
}

void SocketWatch::wait(Ready what) {
    if (!interest(what).wanted || interest(what).waiting || !descriptor_.is_open()) {
        return;
    }
    interest(what).waiting = true;
    const auto kind =
        what == Ready::to_read ? asio::posix::stream_descriptor::wait_read : asio::posix::stream_descriptor::wait_write;
    descriptor_.async_wait(kind, [self = shared_from_this(), what](asio::error_code error) {
        self->interest(what).waiting = false;
        if (error || !self->interest(what).wanted) {
            return;
        }
        self->ready_(self->descriptor_.native_handle(), what);
        self->wait(what); // unless the callback wants it no more
    });
}

} // namespace tradesh::net
