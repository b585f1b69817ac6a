#pragma once

#include "app/process/service.hpp"
#include "core/engine/engine.hpp"
#include "core/store/database.hpp"

#include <memory>
#include <string>

namespace tradesh::core_process {

/// The service of a core: an engine, and an interpreter for each client. `make_venue` names the concrete venues.
std::unique_ptr<Service> make_engine_service(const CoreFacts& facts, engine::MakeVenue make_venue);

/// Refuses a configuration that cannot be read, and a journal that another program or a newer tradesh wrote.
Result<void> check_engine_start(const Place& place);

/// The same of a file that need not be there.
Result<void> check_file(const std::string& path, const store::FileKind& kind);

} // namespace tradesh::core_process
