#include "core/net/private_address.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace tradesh::net {
namespace {

struct Range4 {
    std::uint32_t network;
    int bits;
};

constexpr std::uint32_t network(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    return a << 24 | b << 16 | c << 8;
}

constexpr std::array private_ranges{
    Range4{network(0, 0, 0), 8},     Range4{network(10, 0, 0), 8},      Range4{network(100, 64, 0), 10},
    Range4{network(127, 0, 0), 8},   Range4{network(169, 254, 0), 16},  Range4{network(172, 16, 0), 12},
    Range4{network(192, 0, 0), 24},  Range4{network(192, 0, 2), 24},    Range4{network(192, 168, 0), 16},
    Range4{network(198, 18, 0), 15}, Range4{network(198, 51, 100), 24}, Range4{network(203, 0, 113), 24},
    Range4{network(224, 0, 0), 4},   Range4{network(240, 0, 0), 4},
};

bool is_private4(std::uint32_t address) {
    return std::ranges::any_of(private_ranges,
                               [address](Range4 range) { return (address ^ range.network) >> (32 - range.bits) == 0; });
}

using Bytes6 = std::span<const std::uint8_t, 16>;

bool starts_with(Bytes6 address, std::initializer_list<std::uint8_t> prefix) {
    return std::ranges::equal(address.first(prefix.size()), prefix);
}

std::uint32_t embedded4(Bytes6 address, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = at; i < at + 4; ++i) {
        value = value << 8 | address[i];
    }
    return value;
}

bool is_private6(Bytes6 address) {
    if (starts_with(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) ||
        starts_with(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}) ||
        starts_with(address, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) {
        return is_private4(embedded4(address, 12));
    }
    if (starts_with(address, {0x20, 0x02})) {
        return is_private4(embedded4(address, 2));
    }
    // All public addresses are of 2000::/3; Teredo and documentation are special there.
    return (address[0] & 0xe0) != 0x20 || starts_with(address, {0x20, 0x01, 0, 0}) ||
           starts_with(address, {0x20, 0x01, 0x0d, 0xb8});
}

} // namespace

bool is_private(const sockaddr& address) {
    if (address.sa_family == AF_INET) {
        sockaddr_in inet{};
        std::memcpy(&inet, &address, sizeof inet);
        return is_private4(ntohl(inet.sin_addr.s_addr));
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 inet{};
        std::memcpy(&inet, &address, sizeof inet);
        return is_private6(Bytes6(inet.sin6_addr.s6_addr));
    }
    return true;
}

} // namespace tradesh::net
