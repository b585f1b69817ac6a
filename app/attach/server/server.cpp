#include "app/attach/server/server.hpp"

#include "app/attach/unix_socket.hpp"

#include <asio/error_code.hpp>
#include <asio/io_context.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace tradesh::attach {
namespace {

using runtime::Task;
using runtime::TaskInfo;

constexpr int backlog = 1024;
constexpr std::size_t sessions_max = 1000;
constexpr Duration pause_when_out_of_descriptors = std::chrono::milliseconds(10);

} // namespace

Server::Server(runtime::Loop& loop, Place place, SessionFacts facts, uid_t user)
    : loop_(loop),
      place_(std::move(place)),
      facts_(std::move(facts)),
      user_(user),
      acceptor_(loop.context()),
      empty_(loop),
      accepting_(loop),
      clients_(loop) {
    empty_.set();
}

Server::~Server() = default;

Result<void> Server::listen() {
    const std::string path = place_.socket_path();
    if (connect_socket(path)) {
        return fail(Error(ErrorKind::connection, "core.second", "another core answers there without holding the lock")
                        .attempting("listen")
                        .on(path)
                        .advise("end that core; the file core.lock must never be deleted while a core runs"));
    }
    const int in_the_way = ::unlink(path.c_str()) == 0 || errno == ENOENT ? 0 : errno;
    std::expected<FileDescriptor, int> socket = listen_socket(path, backlog);
    if (!socket) {
        Error error = system_error(in_the_way != 0 ? in_the_way : socket.error(), "core.listen", "listen", path);
        error.kind = ErrorKind::config;
        const bool is_else = in_the_way == EISDIR || in_the_way == ENOTDIR;
        return fail(std::move(error).advise(is_else
                                                ? "it is the place of the core's socket: move away what is there"
                                                : "the folder must be yours to write: chmod 700 " + place_.directory));
    }
    asio::error_code error;
    acceptor_.assign(asio::local::stream_protocol(), socket->release(), error);
    if (error) {
        return fail(system_error(error.value(), "core.listen", "listen", path));
    }
    accepting_.spawn("accept clients", [this](TaskInfo& info) { return accept_clients(info); });
    return {};
}

Task<void> Server::accept_clients(TaskInfo& info) {
    for (;;) {
        info.awaits = "a client";
        asio::error_code error;
        asio::local::stream_protocol::socket socket =
            co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (!error) {
            admit(std::move(socket));
        } else if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor) {
            co_return;
        } else {
            info.awaits = "a free descriptor";
            const bool slept = co_await sleep_for(loop_, pause_when_out_of_descriptors);
            if (!slept) {
                co_return;
            }
        }
    }
}

void Server::admit(asio::local::stream_protocol::socket socket) {
    const int fd = socket.native_handle();
    if (peer_of(fd).uid != user_) {
        refuse(fd, Refuse{.exit_code = 4,
                          .code = "core.other_user",
                          .message = "this core serves user " + std::to_string(user_) + " only",
                          .hint = "run tradesh as that user, or set TRADESH_HOME to a directory of your own"});
        return;
    }
    if (!leaving_.empty()) {
        refuse(fd, Leaving{.nothing_was_run = true, .reason = leaving_});
        return;
    }
    if (sessions_.size() >= sessions_max) {
        refuse(fd, Refuse{.exit_code = 8,
                          .code = "core.busy",
                          .message = "this core already serves " + std::to_string(sessions_.size()) + " clients",
                          .hint = "try again when some of them have ended"});
        return;
    }
    const auto session = sessions_.insert(sessions_.end(), std::make_unique<Session>(loop_, std::move(socket), facts_));
    empty_.reset();
    clients_.spawn("serve a client", [this, session](TaskInfo& info) -> Task<void> {
        co_await (*session)->run(info);
        sessions_.erase(session);
        if (sessions_.empty()) {
            empty_.set();
        }
        if (on_change) {
            on_change();
        }
    });
    if (on_change) {
        on_change();
    }
}

/// One frame into a fresh socket always fits.
void Server::refuse(int socket, const CoreMessage& why) {
    const std::string frame = encode(why);
    if (::send(socket, frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
        return; // the client has left already
    }
}

void Server::leave(const std::string& reason) {
    leaving_ = reason;
    for (const auto& session : sessions_) {
        session->leave(reason);
    }
}

Task<bool> Server::drain(Duration limit) {
    const runtime::Wake wake = co_await empty_.wait_for(limit);
    co_return wake == runtime::Wake::signalled;
}

void Server::withdraw() {
    ::unlink(place_.socket_path().c_str());
    for (;;) {
        const FileDescriptor client(
            ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!client) {
            break;
        }
        refuse(client.get(), Leaving{.nothing_was_run = true, .reason = leaving_});
    }
    asio::error_code ignored;
    acceptor_.close(ignored);
}

Task<void> Server::join() {
    co_await clients_.join();
    co_await accepting_.join();
}

} // namespace tradesh::attach
