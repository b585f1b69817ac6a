#pragma once

#include <cstdint>
#include <string>

namespace tradesh::venue {

/// One endpoint a venue talks to, for `status connections`: a second command shows `reused` grown and `opened` not.
struct ConnectionInfo {
    std::string endpoint;
    std::string state; ///< "up", "down", "connecting"
    std::uint64_t opened = 0;
    std::uint64_t reused = 0;
};

} // namespace tradesh::venue
