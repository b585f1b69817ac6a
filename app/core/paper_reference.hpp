#pragma once

#include "core/engine/instruments.hpp"
#include "core/venue/paper/paper_options.hpp"

#include <string>

namespace tradesh::core_process {

/// Where the paper price of a symbol starts: at its last stored close. A combo has none of its own, it is worth its
/// legs.
runtime::Task<Result<venue::paper::ReferencePrice>> last_close(engine::Instruments& instruments, std::string symbol);

} // namespace tradesh::core_process
