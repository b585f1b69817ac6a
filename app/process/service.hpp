#pragma once

#include "app/attach/server/command_runner.hpp"
#include "core/base/place.hpp"
#include "core/runtime/log.hpp"
#include "core/runtime/loop.hpp"

#include <functional>
#include <memory>
#include <string>

namespace tradesh::core_process {

/// What a core process gives to the service that it carries. Everything outlives the service.
struct CoreFacts {
    runtime::Loop& loop;
    const Clock& clock;
    runtime::Log& log;
    Place place;
    std::string build;
    int pid = 0;
    Duration started{0};  ///< Clock::elapsed() when the process began
    bool serving = false; ///< it stays until it is told to leave
};

/// What a core does for its clients: the engine and its interpreter. The process around it (lock, socket, signals,
/// lingering) knows nothing else about it.
class Service {
public:
    virtual ~Service() = default;

    /// Opens databases and venues. The core becomes ready, and reachable, after it. An error ends the process, and its
    /// words reach the client that started it.
    virtual runtime::Task<Result<void>> start() = 0;

    virtual std::unique_ptr<attach::CommandRunner> make_runner(cli::ClientChannel& client) = 0;

    /// Whether a job, a schedule or a trigger holds the core although no client is there.
    virtual bool is_busy() const = 0;
    /// How long the core stays after its last client and job (`core.linger_s`).
    virtual Duration linger() const = 0;

    /// Closes everything, also what a start that failed has opened. No runner exists any more. The process ends when
    /// its time is up, whether this has or not.
    virtual runtime::Task<void> stop() = 0;
};

/// The wiring of a program: makes its service.
using MakeService = std::function<std::unique_ptr<Service>(const CoreFacts&)>;

/// What the service would refuse to start with, as far as files tell: asked before a core that serves is ended for it.
/// It changes nothing.
using CheckStart = std::function<Result<void>(const Place&)>;

} // namespace tradesh::core_process
