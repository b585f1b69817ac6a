#pragma once

#include "app/process/service.hpp"

namespace tradesh::core_process {

/// The service of the real `tradesh-core`: the only place that names concrete venues.
std::unique_ptr<Service> wire(const CoreFacts& facts);
Result<void> check_start(const Place& place);

} // namespace tradesh::core_process
