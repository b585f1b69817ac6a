#pragma once

#include <asio/posix/stream_descriptor.hpp>

#include <functional>
#include <memory>

namespace tradesh::runtime {
class Loop;
}

namespace tradesh::net {

/// Tells when a socket that somebody else reads and writes is ready. It stays registered with the kernel until it is
/// released, because to ask again is far cheaper than to register again. Loop thread only.
class SocketWatch : public std::enable_shared_from_this<SocketWatch> {
public:
    enum class Ready : std::uint8_t { to_read, to_write };
    using Callback = std::function<void(int socket, Ready)>;

    static std::shared_ptr<SocketWatch> of(runtime::Loop& loop, int socket, Callback ready);
    SocketWatch(runtime::Loop& loop, int socket, Callback ready);
    ~SocketWatch();

    /// Calls back, on later turns of the loop, whenever the socket is ready for what is wanted; until told otherwise.
    void want(bool read, bool write);
    /// Calls back no more and lets go of the socket, which stays open.
    void release();

private:
    struct Interest {
        bool wanted = false;
        bool waiting = false;
    };
    Interest& interest(Ready what) { return what == Ready::to_read ? read_ : write_; }
    void wait(Ready what);

    asio::posix::stream_descriptor descriptor_;
    Callback ready_;
    Interest read_;
    Interest write_;
};

} // namespace tradesh::net
