#pragma once

#include <cstdint>
#include <string_view>

namespace tradesh::venue::history_simulator {

/// SplitMix64's finaliser: every bit of the input changes half of the output's.
constexpr std::uint64_t mix(std::uint64_t value) {
    value += 0x9E3779B97F4A7C15U;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31);
}

/// FNV-1a: the same on every machine, unlike std::hash.
constexpr std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    }
    return hash;
}

/// What everything about one symbol is drawn from.
constexpr std::uint64_t stream_of(std::uint64_t seed, std::string_view symbol) { return mix(seed ^ hash_of(symbol)); }

/// Uniform in [0, 1): the draw of that name from a stream.
constexpr double draw(std::uint64_t stream, std::string_view name) {
    return static_cast<double>(mix(stream ^ hash_of(name)) >> 11) * 0x1p-53;
}

} // namespace tradesh::venue::history_simulator
