#pragma once

#include "app/attach/file_descriptor.hpp"
#include "app/attach/server/session.hpp"
#include "core/base/place.hpp"
#include "core/runtime/loop.hpp"
#include "core/runtime/task_scope.hpp"

#include <sys/types.h>

#include <functional>
#include <list>
#include <memory>
#include <string>

namespace tradesh::attach {

/// The core's socket: accepts clients of its own user, one Session each, until it is told to leave.
/// The caller holds the profile's lock from before `listen` until after `close`.
class Server {
public:
    /// `user`: the only user id that is served.
    Server(runtime::Loop& loop, Place place, SessionFacts facts, uid_t user);
    ~Server();

    /// Removes a stale socket and listens. Errors: connection, when a core without the lock answers there.
    Result<void> listen();

    std::size_t sessions() const { return sessions_.size(); }
    /// Called whenever a client has come or gone.
    std::function<void()> on_change;

    /// From now on new clients are told to look for the next core; commands that run are cancelled.
    void leave(const std::string& reason);
    /// Waits for the sessions, at most `limit`; false when some command did not end in time.
    runtime::Task<bool> drain(Duration limit);
    /// Takes the socket away and tells the clients in its queue; only after it may the lock be freed.
    void withdraw();
    /// Waits for its own tasks, after `withdraw`.
    runtime::Task<void> join();

private:
    runtime::Task<void> accept_clients(runtime::TaskInfo& info);
    void admit(asio::local::stream_protocol::socket socket);
    void refuse(int socket, const CoreMessage& why);

    runtime::Loop& loop_;
    Place place_;
    SessionFacts facts_;
    uid_t user_;
    asio::local::stream_protocol::acceptor acceptor_;
    std::list<std::unique_ptr<Session>> sessions_;
    std::string leaving_; ///< why; empty while this core stays
    runtime::Event empty_;
    runtime::TaskScope accepting_;
    runtime::TaskScope clients_;
};

} // namespace tradesh::attach
