#pragma once

#include "cli/commands/command.hpp"

#include <vector>

namespace tradesh::cli {

/// `webhook list|dead|replay`.
std::vector<CommandSpec> webhook_lookup_commands();

/// The argument that names a webhook.
ArgumentSpec webhook_argument();

} // namespace tradesh::cli
