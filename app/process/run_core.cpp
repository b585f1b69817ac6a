#include "app/process/run_core.hpp"

#include "app/attach/codec.hpp"
#include "app/attach/core_lock.hpp"
#include "app/attach/find_core.hpp"
#include "app/attach/server/server.hpp"
#include "app/attach/unix_socket.hpp"
#include "app/process/arguments.hpp"

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

namespace tradesh::core_process {
namespace {

using runtime::Task;
using runtime::TaskInfo;

constexpr std::string_view build_version = TRADESH_VERSION;
constexpr Duration stop_limit = std::chrono::seconds(5);
constexpr Duration replace_limit = std::chrono::seconds(10);
/// A core that can leave has left by then, or has ended itself (stop_limit).
constexpr Duration replace_grace = std::chrono::seconds(6);
constexpr Duration replace_pause = std::chrono::milliseconds(5);
constexpr Duration lock_look_pause = std::chrono::seconds(1);
constexpr int lost_lock_exit = 4;

/// Tells whoever waits for this core: the client that started it, or the terminal.
class Starter {
public:
    explicit Starter(int ready) : ready_(ready) {
        if (ready >= 0) {
            ::fcntl(ready, F_SETFD, FD_CLOEXEC);
        }
    }

    void ready() {
        if (ready_) {
            send(attach::Welcome{.core_pid = static_cast<std::uint32_t>(::getpid()),
                                 .build = std::string(build_version)});
        }
    }
    int failed(const Error& error) {
        const int exit_code = attach::exit_code_of(error.kind);
        if (ready_) {
            send(attach::Refuse{.exit_code = static_cast<std::uint8_t>(exit_code),
                                .code = error.code,
                                .message = error.describe(),
                                .hint = error.hint});
        } else {
            fmt::print(stderr, "tradesh: error[{}]: {}\n", error.code, error.describe());
            if (!error.hint.empty()) {
                fmt::print(stderr, "hint: {}\n", error.hint);
            }
        }
        return exit_code;
    }

private:
    void send(const attach::CoreMessage& message) {
        const std::string frame = attach::encode(message);
        if (::write(ready_.get(), frame.data(), frame.size()) < 0) {
            // The client has left meanwhile; the core serves the next one.
        }
        ready_.close();
    }

    attach::FileDescriptor ready_;
};

void prepare_process() {
    ::umask(077);
    ::signal(SIGPIPE, SIG_IGN);
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &files);
    }
}

/// The process that holds the lock; 0 when that cannot be told.
pid_t find_holder(const Place& place) {
    const auto socket = attach::connect_socket(place.socket_path());
    const attach::Peer peer = socket ? attach::peer_of(socket->get()) : attach::Peer{};
    if (peer.uid == ::geteuid() && peer.pid > 0) {
        return peer.pid;
    }
    const pid_t owner = attach::read_lock_owner(place).pid;
    return attach::has_lock_open(place, owner) ? owner : 0;
}

/// Asks the core that holds the lock to leave, ends it by force when it does not, and takes the lock as soon as it is
/// free. A core can be ended at any moment: what it acknowledged is on the disk, and the next start settles the rest.
Result<attach::FileDescriptor> replace_core(const Place& place, const Clock& clock) {
    const Duration end = clock.elapsed() + replace_limit;
    pid_t asked = 0;
    Duration asked_at{0};
    bool forced = false;
    while (clock.elapsed() < end) {
        Result<std::optional<attach::FileDescriptor>> lock = attach::try_lock(place);
        if (!lock) {
            return fail(std::move(lock.error()));
        }
        if (*lock) {
            return std::move(**lock);
        }
        const pid_t holder = find_holder(place);
        if (holder > 0 && holder != asked) {
            ::kill(holder, SIGTERM);
            asked = holder;
            asked_at = clock.elapsed();
            forced = false;
        } else if (holder > 0 && !forced && clock.elapsed() >= asked_at + replace_grace) {
            fmt::print(stderr,
                       "tradesh: the core with pid {} did not leave within {} s and is ended by force; what it "
                       "acknowledged is on the disk\n",
                       holder, std::chrono::duration_cast<std::chrono::seconds>(replace_grace).count());
            ::kill(holder, SIGKILL);
            forced = true;
        }
        std::this_thread::sleep_for(replace_pause);
    }
    const attach::LockOwner owner = attach::read_lock_owner(place);
    Error error = attach::no_answer(place, owner);
    return fail(asked > 0 ? std::move(error).advise("it was told to end and has not; a process that waits for a disk "
                                                    "ends when that answers: ps -o stat,wchan " +
                                                    std::to_string(asked))
                          : std::move(error));
}

Result<attach::FileDescriptor> take_lock(const Place& place, const Arguments& arguments, const Clock& clock) {
    if (arguments.lock >= 0) {
        attach::FileDescriptor lock(arguments.lock);
        if (!attach::holds_lock(place, lock.get())) {
            return fail(ErrorKind::connection, "core.lock",
                        "the inherited descriptor is not the lock of profile '" + place.profile + "'");
        }
        ::fcntl(lock.get(), F_SETFD, FD_CLOEXEC);
        return lock;
    }
    Result<std::optional<attach::FileDescriptor>> lock = attach::try_lock(place);
    if (!lock) {
        return fail(std::move(lock.error()));
    }
    if (*lock) {
        return std::move(**lock);
    }
    if (arguments.replace) {
        return replace_core(place, clock);
    }
    return fail(Error(ErrorKind::connection, "core.running",
                      "profile '" + place.profile + "' already has a core, pid " +
                          std::to_string(attach::read_lock_owner(place).pid))
                    .advise("take its place with: tradesh serve --replace"));
}

/// The core from ready to gone.
class CoreLife {
public:
    CoreLife(const CoreFacts& facts, const Arguments& arguments, int lock, Starter& starter,
             const MakeService& make_service)
        : facts_(facts),
          arguments_(arguments),
          lock_(lock),
          starter_(starter),
          service_(make_service(facts)),
          server_(facts.loop, facts.place, session_facts(), ::geteuid()),
          stop_wanted_(facts.loop),
          signals_(facts.loop.context(), SIGTERM, SIGHUP, SIGINT),
          scope_(facts.loop) {}

    int run() {
        server_.on_change = [this] { hold_or_linger(); };
        await_signal();
        watch_lock();
        scope_.spawn("core", [this](TaskInfo& info) { return live(info); });
        facts_.loop.run();
        return exit_code_;
    }

private:
    attach::SessionFacts session_facts() {
        return {.build = facts_.build,
                .core_pid = static_cast<std::uint32_t>(facts_.pid),
                .make_runner = [this](cli::ClientChannel& client) { return service_->make_runner(client); }};
    }

    Task<void> live(TaskInfo& info) {
        info.awaits = "its service to start";
        Result<void> begun = co_await service_->start();
        if (begun) {
            begun = server_.listen();
        }
        if (begun) {
            facts_.log.write(runtime::LogLevel::info, "core", "core.ready", "", {{"pid", std::to_string(facts_.pid)}});
            attach::write_lock_owner(lock_, {.pid = facts_.pid, .readiness = attach::Readiness::ready});
            starter_.ready();
            if (arguments_.serve) {
                fmt::print(stderr, "tradesh: serving profile {} (pid {})\n", facts_.place.profile, facts_.pid);
            }
            hold_or_linger();
            info.awaits = "a reason to stop";
            co_await stop_wanted_.wait();
            co_await stop(info);
        } else {
            facts_.log.error("core", "core.start_failed", begun.error());
            exit_code_ = starter_.failed(begun.error());
        }
        asio::error_code ignored;
        signals_.cancel(ignored);
        facts_.loop.post([this] { stop_loop(); });
    }

    /// After the task that asks for it has ended.
    void stop_loop() {
        if (scope_.empty()) {
            facts_.loop.stop();
        } else {
            facts_.loop.post([this] { stop_loop(); });
        }
    }

    /// Clients learn why, then the service closes, then the socket goes; the lock is freed when the process ends.
    Task<void> stop(TaskInfo& info) {
        facts_.log.write(runtime::LogLevel::info, "core", "core.leaving", "", {{"reason", reason_}});
        facts_.loop.timers().after(stop_limit, [this, &info] {
            facts_.log.write(runtime::LogLevel::error, "core", "core.stop_too_slow", "", {{"awaits", info.awaits}});
            facts_.log.flush();
            server_.withdraw();
            ::_exit(1);
        });
        facts_.loop.timers().cancel(linger_timer_);
        server_.leave(reason_);
        info.awaits = "the commands of its clients";
        co_await server_.drain(stop_limit);
        info.awaits = "its service to stop";
        co_await service_->stop();
        server_.withdraw();
        co_await server_.join();
    }

    void want_stop(std::string reason) {
        if (!stop_wanted_.is_set()) {
            reason_ = std::move(reason);
            stop_wanted_.set();
        }
    }

    /// Without its lock another core may trade on the same account by now: this one ends at once, like one that is
    /// killed. To close its files in order would touch what is at their paths, which may be the other's.
    void watch_lock() {
        if (attach::is_in_place(facts_.place, lock_)) {
            facts_.loop.timers().after(lock_look_pause, [this] { watch_lock(); });
            return;
        }
        const Error error = Error(ErrorKind::config, "core.lock_lost",
                                  "the lock file of this core was taken away or replaced while it ran, so that another "
                                  "core may start beside it; it ends at once, and what it acknowledged is on the disk")
                                .attempting("keep the profile's lock")
                                .on(facts_.place.lock_path());
        facts_.log.error("core", "core.lock_lost", error);
        facts_.log.flush();
        if (arguments_.serve) {
            fmt::print(stderr, "tradesh: error[{}]: {}\n", error.code, error.describe());
        }
        ::_exit(lost_lock_exit);
    }

    void await_signal() {
        signals_.async_wait([this](asio::error_code error, int number) {
            if (!error) {
                want_stop("it was stopped by " + std::string(number == SIGTERM  ? "SIGTERM"
                                                             : number == SIGHUP ? "SIGHUP"
                                                                                : "SIGINT"));
                await_signal();
            }
        });
    }

    void hold_or_linger() {
        facts_.loop.timers().cancel(linger_timer_);
        if (arguments_.serve || server_.sessions() > 0 || stop_wanted_.is_set()) {
            return;
        }
        const Duration linger = arguments_.linger.value_or(service_->linger());
        linger_timer_ = facts_.loop.timers().after(linger, [this] {
            if (service_->is_busy()) {
                hold_or_linger();
            } else {
                want_stop("it had nothing left to do");
            }
        });
    }

    const CoreFacts& facts_;
    const Arguments& arguments_;
    int lock_;
    Starter& starter_;
    std::unique_ptr<Service> service_;
    attach::Server server_;
    runtime::Event stop_wanted_;
    std::string reason_;
    runtime::Timers::Id linger_timer_{};
    asio::signal_set signals_;
    int exit_code_ = 0;
    runtime::TaskScope scope_;
};

std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view() : value;
}

} // namespace

int run_core(int argc, char** argv, const MakeService& make_service) {
    const SystemClock clock;
    const Duration started = clock.elapsed();
    prepare_process();
    const Result<Arguments> arguments = parse_arguments(argc, argv);
    Starter starter(arguments ? arguments->ready : -1);
    if (!arguments) {
        return starter.failed(arguments.error());
    }
    const Result<Place> place = find_place(arguments->profile, variable("TRADESH_HOME"), variable("HOME"));
    if (!place) {
        return starter.failed(place.error());
    }
    if (const Result<void> made = attach::make_directory(*place); !made) {
        return starter.failed(made.error());
    }
    if (const Result<void> checked = attach::check_files(*place); !checked) {
        return starter.failed(checked.error());
    }
    const Result<attach::FileDescriptor> lock = take_lock(*place, *arguments, clock);
    if (!lock) {
        return starter.failed(lock.error());
    }
    attach::write_lock_owner(lock->get(), {.pid = ::getpid(), .readiness = attach::Readiness::starting});
    runtime::Log log;
    if (const Result<void> opened = log.open(place->log_path(), runtime::LogLevel::info, clock); !opened) {
        return starter.failed(opened.error());
    }
    runtime::Loop loop(clock);
    const CoreFacts facts{.loop = loop,
                          .clock = clock,
                          .log = log,
                          .place = *place,
                          .build = std::string(build_version),
                          .pid = ::getpid(),
                          .started = started,
                          .serving = arguments->serve};
    CoreLife life(facts, *arguments, lock->get(), starter, make_service);
    return life.run();
}

} // namespace tradesh::core_process
