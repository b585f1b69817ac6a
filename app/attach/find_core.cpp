#include "app/attach/find_core.hpp"

#include "app/attach/codec.hpp"
#include "app/attach/core_lock.hpp"
#include "app/attach/unix_socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

namespace tradesh::attach {
namespace {

/// A core that stops has this long to free its lock.
constexpr Duration leaving_limit = std::chrono::seconds(10);
constexpr Duration pause_first = std::chrono::milliseconds(1);
constexpr Duration pause_longest = std::chrono::milliseconds(5);
/// A core that becomes ready and is gone again each time is broken: we do not start it for ever.
constexpr int starts_max = 3;

std::unexpected<Failure> give_up(Error error) {
    const int exit_code = exit_code_of(error.kind);
    return std::unexpected(Failure{.error = std::move(error), .exit_code = exit_code});
}

void pause(Duration span) {
    const timespec time{.tv_sec = 0, .tv_nsec = span.count()};
    ::nanosleep(&time, nullptr);
}

// In the child between fork and exec: everything it needs was made before the fork.

struct CoreStart {
    const char* program;
    std::array<char*, 8> arguments;
    std::array<char*, 4> environment;
    int lock;
    int ready; ///< writing end
    std::string exec_failure;
};

void restore_signals() {
    for (int number = 1; number < NSIG; ++number) {
        ::signal(number, SIG_DFL);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become_core(const CoreStart& start) {
    ::setsid();
    write_lock_owner(start.lock, {.pid = ::getpid(), .readiness = Readiness::starting});
    restore_signals();
    ::umask(077);
    const int nowhere = ::open("/dev/null", O_RDWR);
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        ::dup2(nowhere, standard);
    }
    // The caller placed the readiness pipe above the lock, and the lock above the standard streams.
    ::close_range(STDERR_FILENO + 1, static_cast<unsigned>(start.lock) - 1, 0);
    ::close_range(static_cast<unsigned>(start.lock) + 1, static_cast<unsigned>(start.ready) - 1, 0);
    ::close_range(static_cast<unsigned>(start.ready) + 1, ~0U, 0);
    if (::chdir("/") == 0) {
        ::execve(start.program, start.arguments.data(), start.environment.data());
    }
    if (::write(start.ready, start.exec_failure.data(), start.exec_failure.size()) < 0) {
        ::_exit(1);
    }
    ::_exit(1);
}

/// What the starting core says on its readiness pipe: Welcome, or Refuse, or nothing when it died.
std::expected<void, Failure> await_ready(const FileDescriptor& pipe, const CoreSearch& search, const Clock& clock) {
    const Duration end = clock.elapsed() + search.start_limit;
    FrameReader reader;
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - clock.elapsed());
        pollfd waiting{.fd = pipe.get(), .events = POLLIN, .revents = 0};
        if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) == 0) {
            return give_up(Error(ErrorKind::connection, "core.start_slow", "the core that was started is not ready yet")
                               .on("profile " + search.place.profile)
                               .advise("try again, or see " + search.place.log_path()));
        }
        std::array<char, 4096> bytes{};
        const ssize_t size = ::read(pipe.get(), bytes.data(), bytes.size());
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size <= 0) {
            return give_up(Error(ErrorKind::connection, "core.start_failed", "the core ended before it was ready")
                               .on("profile " + search.place.profile)
                               .advise("see " + search.place.log_path()));
        }
        reader.feed({bytes.data(), static_cast<std::size_t>(size)});
        const Result<std::optional<Frame>> frame = reader.next();
        if (!frame || !*frame) {
            continue;
        }
        const Result<CoreMessage> message = decode_core_message(**frame);
        if (message && std::holds_alternative<Refuse>(*message)) {
            const auto& refuse = std::get<Refuse>(*message);
            return std::unexpected(Failure{
                .error = Error(kind_of(refuse.exit_code), refuse.code, refuse.message).advise(refuse.hint),
                .exit_code = refuse.exit_code,
            });
        }
        return {};
    }
}

std::expected<void, Failure> start_core(const CoreSearch& search, FileDescriptor lock, const Clock& clock) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return give_up(system_error(errno, "core.start", "make a pipe", "profile " + search.place.profile));
    }
    const FileDescriptor ready(ends[0]);
    FileDescriptor ready_far(ends[1]);
    // What the core inherits: not closed on exec, in this order, and above the standard streams.
    FileDescriptor lock_for_core(::fcntl(lock.get(), F_DUPFD, STDERR_FILENO + 2));
    FileDescriptor ready_for_core(::fcntl(ready_far.get(), F_DUPFD, lock_for_core.get() + 1));

    std::string words[] = {"tradesh-core",
                           "--profile=" + search.place.profile,
                           "--lock-fd=" + std::to_string(lock_for_core.get()),
                           "--ready-fd=" + std::to_string(ready_for_core.get()),
                           "HOME=" + search.home,
                           "TRADESH_HOME=" + search.tradesh_home,
                           "PATH=/usr/local/bin:/usr/bin:/bin"};
    const CoreStart start{
        .program = search.core_program.c_str(),
        .arguments = {words[0].data(), words[1].data(), words[2].data(), words[3].data(), nullptr},
        .environment = {words[4].data(), words[5].data(), words[6].data(), nullptr},
        .lock = lock_for_core.get(),
        .ready = ready_for_core.get(),
        .exec_failure = encode(CoreMessage(Refuse{.exit_code = 4,
                                                  .code = "core.program",
                                                  .message = "cannot run " + search.core_program,
                                                  .hint = "tradesh-core must lie beside tradesh; install both"})),
    };
    ::signal(SIGCHLD, SIG_IGN); // nobody waits for the core: it outlives us
    const pid_t child = ::fork();
    if (child < 0) {
        return give_up(system_error(errno, "core.start", "start the core", "profile " + search.place.profile));
    }
    if (child == 0) {
        become_core(start);
    }
    // From here on the core alone holds the lock and the writing end, so that its death frees both.
    lock.close();
    lock_for_core.close();
    ready_far.close();
    ready_for_core.close();
    return await_ready(ready, search, clock);
}

std::expected<std::optional<Connection>, Failure> try_connect(const Place& place) {
    std::expected<FileDescriptor, int> socket = connect_socket(place.socket_path());
    if (!socket) {
        const bool nobody_yet = socket.error() == ENOENT || socket.error() == ECONNREFUSED || socket.error() == EAGAIN;
        if (!nobody_yet) {
            Error error = system_error(socket.error(), "core.connect", "connect to the core", place.socket_path());
            return give_up(std::move(error));
        }
        return std::nullopt;
    }
    const Peer peer = peer_of(socket->get());
    if (peer.uid != ::geteuid()) {
        return give_up(Error(ErrorKind::config, "core.other_user",
                             "the core belongs to user " + std::to_string(peer.uid) + ", not to you")
                           .on("profile " + place.profile)
                           .advise("run tradesh as that user, or set TRADESH_HOME to a directory of your own"));
    }
    return Connection{.socket = std::move(*socket), .core_pid = peer.pid};
}

} // namespace

std::expected<Connection, Failure> find_core(const CoreSearch& search) {
    const SystemClock clock;
    Duration limit = search.answer_limit;
    if (search.another_is_leaving) {
        limit = std::max(limit, leaving_limit);
    }
    const Duration begun = clock.elapsed();
    int starts = 0;
    if (search.another_is_leaving) {
        pause(pause_longest); // it answers that it leaves as fast as it is asked
    }
    for (Duration step = pause_first;; step = std::min(step * 2, pause_longest)) {
        std::expected<std::optional<Connection>, Failure> connection = try_connect(search.place);
        if (!connection) {
            return std::unexpected(std::move(connection.error()));
        }
        if (*connection) {
            return std::move(**connection);
        }
        if (Result<void> made = make_directory(search.place); !made) {
            return give_up(std::move(made.error()));
        }
        Result<std::optional<FileDescriptor>> lock = try_lock(search.place);
        if (!lock) {
            return give_up(std::move(lock.error()));
        }
        if (*lock) {
            const std::expected<void, Failure> started = start_core(search, std::move(**lock), clock);
            if (!started) {
                return std::unexpected(started.error());
            }
            if (++starts < starts_max) {
                continue;
            }
        }
        const LockOwner owner = read_lock_owner(search.place);
        const bool is_starting = owner.readiness == Readiness::starting; // alive, or the lock would be free
        const Duration patience = is_starting ? std::max(limit, search.start_limit) : limit;
        if (clock.elapsed() >= begun + patience || starts >= starts_max) {
            return give_up(no_answer(search.place, owner, patience));
        }
        pause(step);
    }
}

Error no_answer(const Place& place, LockOwner owner, Duration waited) {
    if (owner.pid <= 0) {
        return Error(ErrorKind::connection, "core.no_answer",
                     "the core of profile '" + place.profile + "' is leaving, and its place does not become free")
            .advise("try again in a moment");
    }
    const std::string pid = std::to_string(owner.pid);
    if (owner.readiness == Readiness::starting) {
        return Error(ErrorKind::connection, "core.start_slow",
                     "the core of profile '" + place.profile + "', pid " + pid + ", is still starting")
            .advise("it reads its journal; try again, or see " + place.log_path());
    }
    if (waited < answer_limit_usual) {
        return Error(ErrorKind::connection, "core.no_answer",
                     "the core of profile '" + place.profile + "', pid " + pid + ", has not answered within " +
                         to_text(waited) + ", the limit of --timeout")
            .advise("give it longer: without --timeout it has " + to_text(answer_limit_usual));
    }
    return Error(ErrorKind::connection, "core.no_answer",
                 "the lock of profile '" + place.profile + "' is held by pid " + pid + ", whose core does not answer")
        .advise("wait and try again; if it stays so, put a new core in its place, which loses nothing that was "
                "acknowledged: tradesh --profile " +
                place.profile + " serve --replace; or end that process: kill -9 " + pid);
}

int exit_code_of(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::usage: return 2;
    case ErrorKind::unreadable: return 3;
    case ErrorKind::config: return 4;
    case ErrorKind::connection: return 5;
    case ErrorKind::timeout: return 6;
    case ErrorKind::partial: return 7;
    case ErrorKind::rate_limited: return 8;
    case ErrorKind::refused: return 9;
    case ErrorKind::rejected: return 10;
    case ErrorKind::unknown: return 11;
    case ErrorKind::not_found: return 12;
    case ErrorKind::cancelled: return 130;
    case ErrorKind::failed: break;
    }
    return 1;
}

ErrorKind kind_of(int exit_code) {
    for (int kind = 0; kind <= static_cast<int>(ErrorKind::cancelled); ++kind) {
        if (exit_code_of(static_cast<ErrorKind>(kind)) == exit_code) {
            return static_cast<ErrorKind>(kind);
        }
    }
    return ErrorKind::failed;
}

} // namespace tradesh::attach
