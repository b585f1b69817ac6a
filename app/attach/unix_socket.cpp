#include "app/attach/unix_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

namespace tradesh::attach {
namespace {

struct Address {
    sockaddr_un value{};
    FileDescriptor directory; ///< keeps the /proc path alive while the address is used
};

std::expected<Address, int> address_of(const std::string& path) {
    Address address;
    address.value.sun_family = AF_UNIX;
    std::string name = path;
    if (name.size() >= sizeof(address.value.sun_path)) {
        const std::size_t slash = path.rfind('/');
        address.directory = FileDescriptor(::open(path.substr(0, slash).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!address.directory) {
            return std::unexpected(errno);
        }
        name = "/proc/self/fd/" + std::to_string(address.directory.get()) + path.substr(slash);
    }
    if (name.size() >= sizeof(address.value.sun_path)) {
        return std::unexpected(ENAMETOOLONG);
    }
    std::memcpy(address.value.sun_path, name.data(), name.size());
    return address;
}

using SocketCall = int (*)(int, const sockaddr*, socklen_t);

std::expected<FileDescriptor, int> open_at(const std::string& path, SocketCall call) {
    std::expected<Address, int> address = address_of(path);
    if (!address) {
        return std::unexpected(address.error());
    }
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket ||
        call(socket.get(), reinterpret_cast<const sockaddr*>(&address->value), sizeof(address->value)) != 0) {
        return std::unexpected(errno);
    }
    return socket;
}

} // namespace

std::expected<FileDescriptor, int> connect_socket(const std::string& path) { return open_at(path, ::connect); }

std::expected<FileDescriptor, int> listen_socket(const std::string& path, int backlog) {
    const mode_t before = ::umask(0177);
    std::expected<FileDescriptor, int> socket = open_at(path, ::bind);
    ::umask(before);
    if (socket && ::listen(socket->get(), backlog) != 0) {
        return std::unexpected(errno);
    }
    return socket;
}

Peer peer_of(int socket) {
    ucred facts{};
    socklen_t size = sizeof(facts);
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &facts, &size) != 0) {
        return {};
    }
    return {.pid = facts.pid, .uid = facts.uid};
}

} // namespace tradesh::attach
