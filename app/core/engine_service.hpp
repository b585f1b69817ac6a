#pragma once

#include "app/process/service.hpp"
#include "core/engine/engine.hpp"

#include <memory>

namespace tradesh::core_process {

/// The service of a core: an engine, and an interpreter for each client. `make_venue` names the concrete venues.
std::unique_ptr<Service> make_engine_service(const CoreFacts& facts, engine::MakeVenue make_venue);

} // namespace tradesh::core_process
