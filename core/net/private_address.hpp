#pragma once

#include <sys/socket.h>

namespace tradesh::net {

/// Whether this is no address of the public internet: this machine, private and carrier networks, link-local,
/// multicast, reserved and documentation ranges (the IANA special-purpose registries), in IPv4, IPv6 and in IPv6
/// addresses that carry an IPv4 one (mapped, compatible, NAT64, 6to4). Families other than these are private.
bool is_private(const sockaddr& address);

} // namespace tradesh::net
