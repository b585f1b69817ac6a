#include "app/prompt/socket_link.hpp"

#include "app/attach/client_facts.hpp"
#include "core/base/overloaded.hpp"

#include <asio/io_context.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace tradesh::prompt_process {
namespace {

using namespace attach;
using runtime::Task;
using runtime::TaskInfo;
using Descriptor = asio::posix::stream_descriptor;

constexpr Duration completion_limit = std::chrono::milliseconds(200);
constexpr std::size_t completed_bytes_max = 64UL * 1024;
constexpr int attempts_max = 2000; // each pauses for 5 ms: ten seconds
constexpr std::size_t acknowledge_bytes = output_window_bytes / 4;
/// The core reads whenever it lives; one that lets so much pile up is broken.
constexpr std::size_t outgoing_bytes_max = 4UL * 1024 * 1024;

std::string text_of(const Error& error) {
    std::string text = "tradesh: error[" + error.code + "]: " + error.describe();
    return error.hint.empty() ? text : text + "\nhint: " + error.hint;
}

prompt::Standing standing_of(PromptState& state) {
    return {.venue = std::move(state.venue),
            .mode = std::move(state.mode),
            .armed = state.armed,
            .dropped_on_leaving = std::move(state.dropped_on_leaving)};
}

} // namespace

struct SocketLink::Live {
    Live(runtime::Loop& loop, int socket, pid_t pid) : socket(loop.context(), socket), core_pid(pid) {}

    Descriptor socket;
    pid_t core_pid;
    FrameReader incoming;
    std::deque<CoreMessage> waiting; ///< received and not yet taken
    std::string outgoing;
    bool writing = false; ///< a task waits for the socket to take more
    ClientFiles files;
    bool retrying_files = false;
    std::size_t unacknowledged = 0;
    bool welcome = false;
    bool greeted = false; ///< the listener knows of it
    bool broken = false;  ///< no more bytes will come
    bool nothing_was_run = false;
    std::string reason; ///< why the core leaves
};

SocketLink::SocketLink(runtime::Loop& loop, CoreSearch search, std::vector<std::string> options)
    : loop_(loop),
      search_(std::move(search)),
      options_(std::move(options)),
      workers_(loop, "connect", 1),
      tasks_(loop) {}

SocketLink::~SocketLink() = default;

// Finding a core

void SocketLink::connect(int last_code) {
    last_code_ = last_code;
    attempts_ = 0;
    seek();
}

void SocketLink::seek() {
    if (++attempts_ > attempts_max) {
        give_up(no_answer(search_.place, {}), 5);
        return;
    }
    tasks_.spawn("find the core", [this, number = ++search_number_](TaskInfo&) { return find(number); });
}

Task<void> SocketLink::find(std::uint64_t search_number) {
    auto look = [search = search_] { return find_core(search); };
    std::expected<Connection, Failure> found = co_await workers_.run(look);
    if (search_number != search_number_) {
        co_return; // nobody waits for it any more
    }
    if (!found) {
        give_up(found.error().error, found.error().exit_code);
        co_return;
    }
    begin(std::move(*found));
}

void SocketLink::begin(Connection connection) {
    live_ = std::make_shared<Live>(loop_, connection.socket.release(), connection.core_pid);
    Hello hello = make_hello(ClientKind::prompt);
    hello.environment.emplace_back("TRADESH_LAST_CODE", std::to_string(last_code_));
    say(hello);
    tasks_.spawn("read from the core", [this, live = live_](TaskInfo&) { return read(live); });
    tasks_.spawn("await the core's welcome", [this, live = live_](TaskInfo&) { return await_greeting(live); });
}

Task<void> SocketLink::await_greeting(std::shared_ptr<Live> live) {
    co_await runtime::sleep_for(loop_, search_.answer_limit);
    if (live == live_ && !live->greeted) {
        drop();
        give_up(no_answer(search_.place, {.pid = live->core_pid}, search_.answer_limit), 5);
    }
}

void SocketLink::give_up(const Error& error, int exit_code) {
    listener_->failed({.text = text_of(error), .exit_code = exit_code});
}

void SocketLink::disconnect() {
    ++search_number_;
    const std::shared_ptr<Live> live = live_;
    if (!live) {
        return;
    }
    // After the shutdown the core cannot announce an effect any more, and what it announced before is received here.
    ::shutdown(live->socket.native_handle(), SHUT_RDWR);
    while (receive(*live)) {
    }
    for (const CoreMessage& message : live->waiting) {
        if (const auto* effect = std::get_if<Effect>(&message)) {
            listener_->effect_announced(effect->advice);
        } else if (std::holds_alternative<Settled>(message)) {
            listener_->effect_settled();
        }
    }
    drop();
}

void SocketLink::drop() {
    const std::shared_ptr<Live> live = std::exchange(live_, nullptr);
    asio::error_code ignored;
    live->socket.close(ignored); // wakes the task that reads it
}

// What the prompt asks for

void SocketLink::run(const std::string& text) {
    say(Run{.id = ++command_last_, .form = RunForm::text, .words = options_, .text = text});
}

void SocketLink::cancel(int signal) { say(Cancel{.id = command_last_, .signal = static_cast<std::uint8_t>(signal)}); }

void SocketLink::resize() {
    Resize size;
    measure_terminal(size.columns, size.rows);
    say(size);
}

std::optional<prompt::Completion> SocketLink::complete(std::string_view line, std::size_t point) {
    const std::shared_ptr<Live> live = live_;
    if (!live || line.size() > completed_bytes_max) {
        return std::nullopt;
    }
    const std::uint32_t id = ++question_last_;
    say(Complete{.id = id, .line = std::string(line), .point = static_cast<std::uint32_t>(point)});
    const Duration end = loop_.clock().elapsed() + completion_limit;
    for (std::size_t looked_at = live->waiting.size(); live == live_;) {
        for (; looked_at < live->waiting.size(); ++looked_at) {
            auto* answer = std::get_if<Completions>(&live->waiting[looked_at]);
            if (answer != nullptr && answer->id == id) {
                loop_.post([this] { take_waiting(); });
                return prompt::Completion{
                    .start = answer->start, .words = std::move(answer->words), .files = answer->files};
            }
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - loop_.clock().elapsed()).count();
        pollfd readable{.fd = live->socket.native_handle(), .events = POLLIN, .revents = 0};
        if (left <= 0 || ::poll(&readable, 1, static_cast<int>(left)) == 0 || !receive(*live)) {
            break;
        }
    }
    loop_.post([this] { take_waiting(); }); // whatever else was said meanwhile
    return std::nullopt;
}

// The connection

Task<void> SocketLink::read(std::shared_ptr<Live> live) {
    while (live == live_) {
        asio::error_code error;
        co_await live->socket.async_wait(Descriptor::wait_read, asio::redirect_error(asio::use_awaitable, error));
        if (error || live != live_) {
            co_return;
        }
        receive(*live);
        take_waiting();
        if (live == live_ && live->broken) {
            ended();
        }
    }
}

/// Takes the bytes that are there into `waiting`. False when there are none, now or ever again.
bool SocketLink::receive(Live& live) {
    std::array<char, 64UL * 1024> bytes; // NOLINT: filled by recv
    ssize_t count = -1;
    do {
        count = ::recv(live.socket.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    } while (count < 0 && errno == EINTR);
    if (count <= 0) {
        live.broken = live.broken || count == 0 || errno != EAGAIN;
        return false;
    }
    live.incoming.feed({bytes.data(), static_cast<std::size_t>(count)});
    for (;;) {
        const Result<std::optional<Frame>> frame = live.incoming.next();
        if (frame && !*frame) {
            return true;
        }
        Result<CoreMessage> message = frame ? decode_core_message(**frame) : Result<CoreMessage>(fail(frame.error()));
        if (!message) {
            live.broken = true;
            live.reason = message.error().describe();
            return false;
        }
        live.waiting.push_back(std::move(*message));
    }
}

void SocketLink::take_waiting() {
    const std::shared_ptr<Live> live = live_;
    while (live && live == live_ && !live->waiting.empty()) {
        CoreMessage message = std::move(live->waiting.front());
        live->waiting.pop_front();
        if (live->greeted) {
            take(message);
        } else {
            take_greeting(message);
        }
    }
}

void SocketLink::take_greeting(CoreMessage& message) {
    if (std::holds_alternative<Welcome>(message)) {
        live_->welcome = true;
    } else if (auto* state = std::get_if<PromptState>(&message); state != nullptr && live_->welcome) {
        live_->greeted = true;
        search_.another_is_leaving = false;
        listener_->connected(live_->core_pid, standing_of(*state));
    } else if (auto* refuse = std::get_if<Refuse>(&message)) {
        drop();
        const Error error = Error(kind_of(refuse->exit_code), refuse->code, refuse->message).advise(refuse->hint);
        give_up(error, refuse->exit_code);
    } else if (std::holds_alternative<Leaving>(message)) {
        drop();
        search_.another_is_leaving = true;
        seek();
    }
}

void SocketLink::take(CoreMessage& message) {
    std::visit(Overloaded{
                   [&](Output& output) {
                       listener_->output(static_cast<prompt::Stream>(output.stream), output.bytes);
                       acknowledge(output.bytes.size());
                   },
                   [&](Notice& notice) { listener_->notice(notice.line); },
                   [&](PromptState& state) { listener_->standing_changed(standing_of(state)); },
                   [&](Effect& effect) { listener_->effect_announced(effect.advice); },
                   [&](Settled&) { listener_->effect_settled(); },
                   [&](Done& done) {
                       live_->files.reset();
                       listener_->done(done.exit_code);
                   },
                   [&](Leaving& leaving) {
                       live_->reason = leaving.reason;
                       live_->nothing_was_run = leaving.nothing_was_run;
                       search_.another_is_leaving = true;
                   },
                   [](Welcome&) {},
                   [](Refuse&) {},
                   [](Completions&) {}, // came too late
                   [&](auto& request) {
                       live_->files.take(std::move(request));
                       answer_files();
                   },
               },
               message);
}

void SocketLink::acknowledge(std::size_t bytes) {
    if (!live_) {
        return;
    }
    live_->unacknowledged += bytes;
    if (live_->unacknowledged >= acknowledge_bytes) {
        say(Acknowledge{.bytes = static_cast<std::uint32_t>(std::exchange(live_->unacknowledged, 0))});
    }
}

void SocketLink::answer_files() {
    for (Reply& reply : live_->files.step()) {
        say(std::move(reply));
    }
    std::vector<pollfd> waits;
    const bool waiting = live_ && (live_->files.wait_for(waits) || !waits.empty());
    if (waiting && !live_->retrying_files) {
        live_->retrying_files = true;
        tasks_.spawn("wait for a file", [this, live = live_](TaskInfo&) { return retry_files(live); });
    }
}

/// A request that has to wait (the terminal's input, a FIFO) is rare: looking again now and then is enough.
Task<void> SocketLink::retry_files(std::shared_ptr<Live> live) {
    co_await runtime::sleep_for(loop_, std::chrono::milliseconds(ClientFiles::retry_after_ms));
    live->retrying_files = false;
    if (live == live_) {
        answer_files();
    }
}

void SocketLink::ended() {
    const std::shared_ptr<Live> live = live_;
    drop();
    if (!live->greeted) {
        seek(); // it went away before it could say so; nothing had been asked of it
        return;
    }
    listener_->lost({.reason = live->reason, .nothing_was_run = live->nothing_was_run});
}

void SocketLink::say(const ClientMessage& message) {
    if (!live_) {
        return;
    }
    live_->outgoing += encode(message);
    if (!flush(*live_) && !live_->writing) {
        live_->writing = true;
        tasks_.spawn("write to the core", [this, live = live_](TaskInfo&) { return write(live); });
    }
}

/// Sends what the socket takes now. False when something is left. A broken connection shows when it is read.
bool SocketLink::flush(Live& live) {
    while (!live.outgoing.empty()) {
        const ssize_t count = ::send(live.socket.native_handle(), live.outgoing.data(), live.outgoing.size(),
                                     MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 && errno == EAGAIN && live.outgoing.size() <= outgoing_bytes_max) {
            return false;
        }
        if (count < 0) {
            live.outgoing.clear();
            ::shutdown(live.socket.native_handle(), SHUT_RDWR);
            return true;
        }
        live.outgoing.erase(0, static_cast<std::size_t>(count));
    }
    return true;
}

Task<void> SocketLink::write(std::shared_ptr<Live> live) {
    while (live == live_ && !flush(*live)) {
        asio::error_code error;
        co_await live->socket.async_wait(Descriptor::wait_write, asio::redirect_error(asio::use_awaitable, error));
        if (error) {
            break;
        }
    }
    live->writing = false;
}

} // namespace tradesh::prompt_process
