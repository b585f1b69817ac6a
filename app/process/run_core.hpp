#pragma once

#include "app/process/service.hpp"

namespace tradesh::core_process {

/// The whole life of a core: takes (or was handed) the profile's lock, starts its service, listens, serves until no
/// client, job or `--serve` has held it for a while or a signal ends it, and stops in bounded time. Returns the
/// process's exit code: 0 after a clean stop, 4 or 5 when it could not start.
///
/// Arguments: --profile NAME, --lock-fd N and --ready-fd N (from a client that starts a core), --serve (stay, in the
/// foreground), --replace (end the running core first, unless `check_start` refuses), --linger DURATION (instead of the
/// configured one).
int run_core(int argc, char** argv, const MakeService& make_service, const CheckStart& check_start);

} // namespace tradesh::core_process
