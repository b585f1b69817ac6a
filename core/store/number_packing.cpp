#include "core/store/number_packing.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace tradesh::store {
namespace {

static_assert(std::endian::native == std::endian::little, "whole words are written and read as they stand");

constexpr std::size_t block_numbers = 128;
constexpr unsigned word_bits = 64;

std::uint64_t bits(std::int64_t value) { return static_cast<std::uint64_t>(value); }

constexpr std::size_t packed_bytes(std::size_t count, unsigned width) { return (count * width + 7) / 8; }

void pack_block(std::span<const std::int64_t> numbers, std::vector<std::byte>& out) {
    const auto [least, most] = std::ranges::minmax(numbers);
    const std::uint64_t base = bits(least);
    const auto width = static_cast<unsigned>(std::bit_width(bits(most) - base));
    write_varint(zigzag(base), out);
    out.push_back(static_cast<std::byte>(width));
    if (width == 0) {
        return;
    }
    const std::size_t begin = out.size();
    const std::size_t bytes = packed_bytes(numbers.size(), width);
    out.resize(begin + (bytes + 7) / 8 * 8);
    std::byte* to = out.data() + begin;
    std::uint64_t word = 0;
    unsigned used = 0;
    const auto put = [&] {
        std::memcpy(to, &word, sizeof word);
        to += sizeof word;
    };
    for (const std::int64_t number : numbers) {
        const std::uint64_t distance = bits(number) - base;
        word |= distance << used;
        used += width;
        if (used >= word_bits) {
            put();
            used -= word_bits;
            word = used == 0 ? 0 : distance >> (width - used);
        }
    }
    if (used > 0) {
        put();
    }
    out.resize(begin + bytes);
}

std::uint64_t load(const std::byte* from) {
    std::uint64_t word = 0;
    std::memcpy(&word, from, sizeof word);
    return word;
}

/// `bytes` has the packed numbers and the margin.
void unpack_block(const std::byte* bytes, unsigned width, std::uint64_t base, std::span<std::int64_t> numbers) {
    const std::uint64_t mask = width == word_bits ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
    std::size_t bit = 0;
    if (width + 7 <= word_bits) { // one load always reaches all bits of a number
        for (std::int64_t& number : numbers) {
            number = static_cast<std::int64_t>(base + (load(bytes + bit / 8) >> (bit % 8) & mask));
            bit += width;
        }
        return;
    }
    for (std::int64_t& number : numbers) {
        const auto skip = static_cast<unsigned>(bit % 8);
        const std::uint64_t low = load(bytes + bit / 8) >> skip;
        const std::uint64_t high = skip == 0 ? 0 : static_cast<std::uint64_t>(bytes[bit / 8 + 8]) << (word_bits - skip);
        number = static_cast<std::int64_t>(base + ((low | high) & mask));
        bit += width;
    }
}

} // namespace

void write_varint(std::uint64_t value, std::vector<std::byte>& out) {
    while (value >= 0x80) {
        out.push_back(static_cast<std::byte>(value | 0x80));
        value >>= 7U;
    }
    out.push_back(static_cast<std::byte>(value));
}

std::optional<Varint> read_varint(std::span<const std::byte> bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size() && i < 10; ++i) {
        const auto byte = static_cast<std::uint64_t>(bytes[i]);
        value |= (byte & 0x7fU) << (7 * i);
        if (byte < 0x80) {
            return Varint{value, i + 1};
        }
    }
    return std::nullopt;
}

void pack_numbers(std::span<const std::int64_t> numbers, std::vector<std::byte>& out) {
    for (std::size_t at = 0; at < numbers.size(); at += block_numbers) {
        pack_block(numbers.subspan(at, std::min(block_numbers, numbers.size() - at)), out);
    }
}

std::optional<std::size_t> unpack_numbers(std::span<const std::byte> bytes, std::span<std::int64_t> numbers) {
    if (bytes.size() < packing_margin) {
        return std::nullopt;
    }
    const std::size_t end = bytes.size() - packing_margin;
    std::size_t at = 0;
    for (std::size_t i = 0; i < numbers.size(); i += block_numbers) {
        const std::span<std::int64_t> block = numbers.subspan(i, std::min(block_numbers, numbers.size() - i));
        const std::optional<Varint> least = read_varint(bytes.subspan(at, end - at));
        if (!least || at + least->bytes >= end) {
            return std::nullopt;
        }
        at += least->bytes;
        const auto width = static_cast<unsigned>(bytes[at++]);
        if (width > word_bits || packed_bytes(block.size(), width) > end - at) {
            return std::nullopt;
        }
        unpack_block(bytes.data() + at, width, unzigzag(least->value), block);
        at += packed_bytes(block.size(), width);
    }
    return at;
}

} // namespace tradesh::store
