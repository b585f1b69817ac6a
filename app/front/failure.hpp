#pragma once

#include "core/base/error.hpp"

namespace tradesh::front {

/// Shows what this client itself found wrong, in the look of the core's own errors: text on standard error, or one JSON
/// object on standard output.
void show(const Error& error, bool json);

} // namespace tradesh::front
