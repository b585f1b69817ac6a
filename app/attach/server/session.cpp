#include "app/attach/server/session.hpp"

#include <asio/buffer.hpp>
#include <asio/error_code.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace tradesh::attach {
namespace {

using runtime::Task;
using runtime::TaskInfo;
using runtime::Wake;

constexpr Duration greeting_limit = std::chrono::seconds(5);
constexpr std::size_t completions_at_once_max = 4;
/// Frames that no credit covers are requests and answers; a client that lets so many pile up is broken.
constexpr std::size_t outgoing_bytes_max = 4UL * 1024 * 1024;

static_assert(static_cast<int>(cli::ClientKind::prompt) == static_cast<int>(ClientKind::prompt));

cli::ClientFacts facts_of(Hello hello) {
    cli::ClientFacts facts;
    facts.kind = static_cast<cli::ClientKind>(hello.kind);
    facts.stdin_is_terminal = hello.stdin_is_terminal;
    facts.stdout_is_terminal = hello.stdout_is_terminal;
    facts.stderr_is_terminal = hello.stderr_is_terminal;
    facts.columns = hello.columns;
    facts.rows = hello.rows;
    facts.directory = std::move(hello.directory);
    for (auto& [name, value] : hello.environment) {
        facts.environment.insert_or_assign(std::move(name), std::move(value));
    }
    return facts;
}

} // namespace

Session::Session(runtime::Loop& loop, asio::local::stream_protocol::socket socket, const SessionFacts& server)
    : loop_(loop),
      socket_(std::move(socket)),
      server_(server),
      outgoing_ready_(loop),
      credit_(loop),
      commands_(loop),
      writer_(loop) {}

Task<void> Session::run(TaskInfo& info) {
    greeting_deadline_ = loop_.timers().after(greeting_limit, [this] { lose_client(); });
    writer_.spawn("write to a client", [this](TaskInfo& writer) { return write_frames(writer); });
    co_await read_frames(info);
    loop_.timers().cancel(*greeting_deadline_);
    lose_client();
    info.awaits = "its command to end";
    co_await commands_.join();
    writer_.cancel();
    co_await writer_.join();
    runner_.reset();
}

Task<void> Session::read_frames(TaskInfo& info) {
    std::string bytes(16UL * 1024, '\0');
    while (!gone_) {
        info.awaits = "the client";
        asio::error_code error;
        const std::size_t count =
            co_await socket_.async_read_some(asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, error));
        if (error) {
            co_return;
        }
        incoming_.feed(std::string_view(bytes).substr(0, count));
        corked_ = true;
        const bool more = take_frames();
        corked_ = false;
        outgoing_ready_.set(); // after a command was spawned: what it says in its first turn leaves in the same send
        if (!more) {
            flush();
            co_return;
        }
    }
}

bool Session::take_frames() {
    for (;;) {
        const Result<std::optional<Frame>> frame = incoming_.next();
        if (!frame) {
            return false;
        }
        if (!*frame) {
            return true;
        }
        if (!runner_) {
            if (!greet(**frame)) {
                return false;
            }
            continue;
        }
        Result<ClientMessage> message = decode_client_message(**frame);
        if (!message || !take(std::move(*message))) {
            return false;
        }
    }
}

bool Session::greet(const Frame& frame) {
    const Result<std::uint32_t> protocol = protocol_of_hello(frame);
    if (!protocol) {
        return false;
    }
    if (leaving_) {
        return false; // told already
    }
    if (*protocol != protocol_version) {
        queue(Refuse{.exit_code = 4,
                     .code = "core.version",
                     .message = "the running core (pid " + std::to_string(server_.core_pid) + ") is version " +
                                server_.build + " and speaks protocol " + std::to_string(protocol_version) +
                                ", this program speaks " + std::to_string(*protocol),
                     .hint = "let that core end by itself, or replace it now: tradesh serve --replace"});
        return false;
    }
    Result<ClientMessage> message = decode_client_message(frame);
    if (!message) {
        return false;
    }
    loop_.timers().cancel(*greeting_deadline_);
    facts_ = facts_of(std::move(std::get<Hello>(*message)));
    runner_ = server_.make_runner(*this);
    queue(Welcome{.core_pid = server_.core_pid, .build = server_.build});
    if (facts_.kind == cli::ClientKind::prompt) {
        queue(runner_->prompt_state());
    }
    return true;
}

bool Session::take(ClientMessage message) {
    if (auto* run = std::get_if<Run>(&message)) {
        return start(std::move(*run));
    }
    if (const auto* cancel = std::get_if<Cancel>(&message)) {
        if (running_ == cancel->id) {
            if (cancel->signal == SIGPIPE) {
                reader_left_ = true;
                credit_.set();
            }
            runner_->cancel(cancel->signal);
        }
        return true;
    }
    if (const auto* resize = std::get_if<Resize>(&message)) {
        facts_.columns = resize->columns;
        facts_.rows = resize->rows;
        return true;
    }
    if (const auto* acknowledge = std::get_if<Acknowledge>(&message)) {
        unacknowledged_ -= std::min<std::size_t>(unacknowledged_, acknowledge->bytes);
        credit_.set();
        return true;
    }
    if (auto* reply = std::get_if<Reply>(&message)) {
        const auto asked = pending_.find(reply->request);
        if (asked != pending_.end()) { // else its command was cancelled meanwhile
            asked->second->reply = std::move(*reply);
            asked->second->arrived.set();
        }
        return true;
    }
    if (auto* question = std::get_if<Complete>(&message)) {
        if (commands_.list().size() <= completions_at_once_max) {
            commands_.spawn("complete a line",
                            [this, question = std::move(*question)](TaskInfo&) { return answer_completion(question); });
        }
        return true;
    }
    return false; // a second Hello
}

bool Session::start(Run run) {
    if (running_) {
        return false; // one command at a time
    }
    if (leaving_) {
        queue(Leaving{.nothing_was_run = true, .reason = "the core is leaving"});
        return true;
    }
    if (client_left()) {
        return false; // it said that nothing happened; so be it
    }
    running_ = run.id;
    reader_left_ = false;
    effect_.clear();
    commands_.spawn("run a command", [this, run = std::move(run)](TaskInfo&) { return execute(run); });
    return true;
}

/// A core that was stopped, or that is very slow, may find the command of a client that has given up.
bool Session::client_left() {
    pollfd state{.fd = socket_.native_handle(), .events = POLLRDHUP, .revents = 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

Task<void> Session::execute(Run run) {
    RunRequest request{.form = run.form, .words = std::move(run.words), .text = std::move(run.text)};
    int code = co_await runner_->run(std::move(request));
    if (leaving_ && code == 128 + SIGTERM) { // the core was told to stop, not the command
        code = effect_.empty() ? 5 : 11;
        if (!effect_.empty()) {
            queue(Output{.stream = Stream::err,
                         .bytes = "  hint: part of it was carried out, do not repeat it blindly: " + effect_ + "\n"});
        }
    }
    if (facts_.kind == cli::ClientKind::prompt) {
        queue(runner_->prompt_state());
    }
    queue(Done{.id = run.id, .exit_code = static_cast<std::uint8_t>(code)});
    running_.reset();
    pending_.clear();
    file_names_.clear();
    if (leaving_) {
        flush();
        lose_client();
    }
}

Task<void> Session::answer_completion(Complete question) {
    CompletionList list = co_await runner_->complete(question.line, question.point);
    queue(Completions{.id = question.id, .start = list.start, .words = std::move(list.words), .files = list.files});
}

void Session::leave(const std::string& reason) {
    leaving_ = true;
    queue(Leaving{.nothing_was_run = !running_, .reason = reason});
    if (running_) {
        runner_->cancel(SIGTERM);
    } else {
        flush();
        lose_client();
    }
}

// The way out

void Session::queue(const CoreMessage& message) {
    if (gone_) {
        return;
    }
    outgoing_ += encode(message);
    if (outgoing_.size() > outgoing_bytes_max) {
        lose_client();
    } else if (!corked_) {
        outgoing_ready_.set();
    }
}

/// Sends what the socket takes now.
void Session::flush() {
    std::size_t sent = 0;
    while (sent < outgoing_.size()) {
        const ssize_t count = ::send(socket_.native_handle(), outgoing_.data() + sent, outgoing_.size() - sent,
                                     MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            if (errno != EAGAIN && errno != EWOULDBLOCK) {
                lose_client();
            }
            break;
        }
        sent += static_cast<std::size_t>(count);
    }
    outgoing_.erase(0, sent);
}

Task<void> Session::write_frames(TaskInfo& info) {
    for (;;) {
        info.awaits = "something to say";
        const Wake wake = co_await outgoing_ready_.wait();
        if (wake == Wake::cancelled) {
            co_return;
        }
        outgoing_ready_.reset();
        flush();
        if (!outgoing_.empty() && !gone_) {
            info.awaits = "the client to read";
            asio::error_code error;
            co_await socket_.async_wait(asio::socket_base::wait_write,
                                        asio::redirect_error(asio::use_awaitable, error));
            outgoing_ready_.set();
        }
    }
}

/// No more bytes in either direction: the reader ends, the command is cancelled, and whoever waits for the client
/// learns that it has left.
void Session::lose_client() {
    if (gone_) {
        return;
    }
    gone_ = true;
    outgoing_.clear();
    ::shutdown(socket_.native_handle(), SHUT_RDWR);
    credit_.set();
    for (auto& [number, pending] : pending_) {
        pending->arrived.set();
    }
    if (running_) {
        runner_->cancel(SIGHUP);
    }
}

} // namespace tradesh::attach
