#pragma once

#include <cstdint>
#include <string_view>

/// Numbers that look random and are not: pure functions of their input, the same on every machine. Simulated markets
/// are made of them. Not for secrets.
namespace tradesh::noise {

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

/// Uniform in [0, 1) from all bits.
constexpr double uniform(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

} // namespace tradesh::noise
