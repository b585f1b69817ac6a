#pragma once

#include "core/base/noise.hpp"

namespace tradesh::venue::history_simulator {

/// What everything about one symbol is drawn from.
constexpr std::uint64_t stream_of(std::uint64_t seed, std::string_view symbol) {
    return noise::mix(seed ^ noise::hash_of(symbol));
}

/// Uniform in [0, 1): the draw of that name from a stream.
constexpr double draw(std::uint64_t stream, std::string_view name) {
    return noise::uniform(noise::mix(stream ^ noise::hash_of(name)));
}

} // namespace tradesh::venue::history_simulator
