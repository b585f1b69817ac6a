#pragma once

#include "app/attach/file_descriptor.hpp"

#include <signal.h>

#include <array>
#include <optional>

namespace tradesh::front {

/// While it lives, SIGINT, SIGTERM, SIGHUP and SIGWINCH arrive as numbers on a pipe, and SIGPIPE is a write's error.
/// What our parent ignores (nohup, a background job) stays ignored. SIGTSTP and SIGCONT keep their natural effect.
/// Only one at a time.
class Signals {
public:
    Signals();
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    int descriptor() const { return reading_.get(); }
    std::optional<int> next();

private:
    static constexpr std::array<int, 4> relayed{SIGINT, SIGTERM, SIGHUP, SIGWINCH};
    attach::FileDescriptor reading_;
    attach::FileDescriptor writing_;
    std::array<struct sigaction, relayed.size()> before_{};
    struct sigaction pipe_before_{};
};

/// Ends this process as the signal would have, so that a shell loop around us stops as for any program.
[[noreturn]] void die_by(int signal);

} // namespace tradesh::front
