#pragma once

#include "core/base/error.hpp"

#include <string>

namespace tradesh::front {

struct Face {
    bool json = false;
    std::string profile; ///< empty while it is not known
};

/// Shows what this client itself found wrong, in the look of the core's own errors: text on standard error, or one JSON
/// object on standard output. What only the core knows of it (mode, venue) is null there.
void show(const Error& error, int exit_code, const Face& face);

} // namespace tradesh::front
