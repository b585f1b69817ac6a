#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tradesh::store {

/// Runs of whole numbers in few bits. A run is cut into blocks of 128 (the last one is shorter); each block is
///
///     i64 as a zig-zag LEB128 varint   the least number of the block
///     u8                               w, bits a number: 0 to 64
///     ceil(count * w / 8) bytes        the distances from the least, w bits each, lowest bits first
///
/// Distances wrap around in 64 bits. `unpack_numbers` may look at up to `packing_margin` bytes behind the run, so there
/// must be so many.
inline constexpr std::size_t packing_margin = 8;

void pack_numbers(std::span<const std::int64_t> numbers, std::vector<std::byte>& out);

/// Fills `numbers` from the front of `bytes` and returns how many bytes they took; nullopt when they do not end before
/// the margin or no such run is there.
std::optional<std::size_t> unpack_numbers(std::span<const std::byte> bytes, std::span<std::int64_t> numbers);

/// LEB128. Reading: nullopt past the end and beyond ten bytes.
void write_varint(std::uint64_t value, std::vector<std::byte>& out);
struct Varint {
    std::uint64_t value;
    std::size_t bytes;
};
std::optional<Varint> read_varint(std::span<const std::byte> bytes);

constexpr std::uint64_t zigzag(std::uint64_t value) { return (value << 1U) ^ (0 - (value >> 63U)); }
constexpr std::uint64_t unzigzag(std::uint64_t value) { return (value >> 1U) ^ (0 - (value & 1U)); }

} // namespace tradesh::store
