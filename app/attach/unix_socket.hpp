#pragma once

#include "app/attach/file_descriptor.hpp"

#include <sys/types.h>

#include <expected>
#include <string>

/// Unix stream sockets by path, non-blocking and closed on exec. A path of more than 107 bytes, which does not fit the
/// kernel's address, is reached through its directory's descriptor in /proc/self/fd. Errors are errno values.
namespace tradesh::attach {

std::expected<FileDescriptor, int> connect_socket(const std::string& path);

/// Binds (mode 0600) and listens. The path must be free.
std::expected<FileDescriptor, int> listen_socket(const std::string& path, int backlog);

struct Peer {
    pid_t pid = 0;
    uid_t uid = static_cast<uid_t>(-1);
};
/// Who is at the other end: of a connected socket, the process that connected, or that listened.
Peer peer_of(int socket);

} // namespace tradesh::attach
