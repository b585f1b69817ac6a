#pragma once

#include "app/attach/core_lock.hpp"
#include "app/attach/file_descriptor.hpp"
#include "core/base/place.hpp"
#include "core/base/time.hpp"

#include <sys/types.h>

#include <string>

namespace tradesh::attach {

/// How long a core that holds the lock has to answer, unless --timeout says otherwise. One that needs longer is ill.
inline constexpr Duration answer_limit_usual = std::chrono::seconds(2);

/// What a client needs to find its profile's core, or to start it.
struct CoreSearch {
    Place place;
    std::string core_program; ///< full path of tradesh-core
    std::string home;         ///< HOME and TRADESH_HOME of the client: all that a core inherits, so that it is the
    std::string tradesh_home; ///< same core whoever starts it
    Duration answer_limit = answer_limit_usual;      ///< for a core that holds the lock to answer
    Duration start_limit = std::chrono::seconds(60); ///< for a core that starts, by us or another, to become ready
    bool another_is_leaving = false;                 ///< a core said so: it may take its time to free the lock
};

/// A core told a client what is wrong in these terms, or the client found out itself.
struct Failure {
    Error error;
    int exit_code;
};

struct Connection {
    FileDescriptor socket; ///< non-blocking
    pid_t core_pid = 0;
};

/// Connects to the core, or takes the lock and starts one: a process of its own session without a terminal, which
/// inherits nothing but the lock. Of several racing clients one starts it and the others wait for it. Blocks.
/// Errors: exit 4 (directory, versions, what the core said while starting), 5 (nobody answers in time).
std::expected<Connection, Failure> find_core(const CoreSearch& search);

/// The exit code that stands for an error found by a client.
int exit_code_of(ErrorKind kind);
ErrorKind kind_of(int exit_code);

/// "lock of profile X is held by pid N, whose core does not answer", or is still starting, or was `waited` for less
/// than what a sound core may need.
Error no_answer(const Place& place, LockOwner owner, Duration waited = answer_limit_usual);

} // namespace tradesh::attach
