#pragma once

#include "core/base/error.hpp"
#include "core/base/time.hpp"

#include <optional>
#include <string>

namespace tradesh::core_process {

struct Arguments {
    std::string profile = "paper";
    int lock = -1;  ///< inherited from the client that starts this core
    int ready = -1; ///< where that client waits to hear that the core is ready, or why not
    bool serve = false;
    bool replace = false;
    std::optional<Duration> linger;
};

/// Errors: usage.
Result<Arguments> parse_arguments(int argc, const char* const* argv);

} // namespace tradesh::core_process
