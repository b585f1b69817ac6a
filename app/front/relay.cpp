#include "app/front/relay.hpp"

#include "app/attach/client_facts.hpp"
#include "core/base/overloaded.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace tradesh::front {
namespace {

using namespace attach;

/// A second Ctrl-C within this time leaves at once.
constexpr Duration insist_limit = std::chrono::seconds(1);
/// SIGTERM and SIGHUP give the command this long to end.
constexpr Duration terminate_limit = std::chrono::seconds(2);
constexpr std::string_view repeat_hint =
    "do not run it again from its start: 'tradesh order list --all' shows what was done";
constexpr std::size_t acknowledge_bytes = output_window_bytes / 4;

} // namespace

Relay::Relay(const RelayFacts& facts, Connection connection)
    : facts_(facts),
      connection_(std::move(connection)),
      pager_(facts.pager, facts.hello.rows) {}

Outcome Relay::run() {
    deadline_ = clock_.elapsed() + facts_.answer_limit;
    outgoing_ = encode(ClientMessage(facts_.hello)) + encode(ClientMessage(facts_.run));
    flush();
    std::vector<pollfd> polled;
    for (;;) {
        if (std::optional<Outcome> outcome = finished()) {
            return std::move(*outcome);
        }
        const short wanted = outgoing_.empty() ? POLLIN : POLLIN | POLLOUT;
        polled.clear();
        polled.push_back({.fd = connection_.socket.get(), .events = wanted, .revents = 0});
        polled.push_back({.fd = signals_.descriptor(), .events = POLLIN, .revents = 0});
        output_.wait_for(polled);
        retry_files_ = files_.wait_for(polled);
        const int count = ::poll(polled.data(), polled.size(), timeout_ms());
        if (count < 0 && errno != EINTR) {
            abandon({.exit_code = 1, .error = system_error(errno, "client.poll", "wait for the core", "")});
            continue;
        }
        on_signals();
        flush();
        on_socket();
        answer_files();
        dispose_output();
        on_deadline();
    }
}

int Relay::timeout_ms() const {
    int limit = retry_files_ ? ClientFiles::retry_after_ms : -1;
    for (const std::optional<Duration>& deadline : {deadline_, pager_.deadline()}) {
        if (deadline) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - clock_.elapsed()).count();
            const int left_ms = static_cast<int>(std::max<decltype(left)>(left, 0));
            limit = limit < 0 ? left_ms : std::min(limit, left_ms);
        }
    }
    return limit;
}

std::optional<Outcome> Relay::finished() {
    if (outcome_) {
        return std::move(outcome_);
    }
    if (!done_ || !output_.empty()) {
        return std::nullopt;
    }
    pager_.close();
    Outcome outcome{.exit_code = *done_};
    if (leave_signal_ != 0 && effect_ && *done_ == 128 + leave_signal_) { // cut short after it had an effect
        abandon({.exit_code = *done_, .signal = leave_signal_});
        return std::move(outcome_);
    }
    if (leave_signal_ != 0 && !effect_) {
        outcome.signal = leave_signal_;
    } else if (*done_ == 128 + SIGINT && interrupted_) {
        outcome.signal = SIGINT;
    } else if (*done_ == 0 && output_.output_error() != 0) {
        outcome.exit_code = effect_ ? 11 : 3;
        outcome.error = system_error(output_.output_error(), "client.output", "write", "standard output");
        outcome.error->kind = effect_ ? ErrorKind::unknown : ErrorKind::unreadable;
        if (effect_) {
            outcome.error->hint = repeat_hint;
        }
    }
    return outcome;
}

// Signals

void Relay::on_signals() {
    while (const std::optional<int> number = signals_.next()) {
        on_signal(*number);
    }
}

void Relay::on_signal(int number) {
    if (number == SIGWINCH) {
        Resize size{.columns = facts_.hello.columns, .rows = facts_.hello.rows};
        measure_terminal(size.columns, size.rows);
        say(size);
        return;
    }
    const Duration now = clock_.elapsed();
    if (number == SIGINT && pager_.runs()) {
        say(Cancel{.id = facts_.run.id, .signal = SIGINT}); // the pager, too, has received it and stays
        return;
    }
    if (number == SIGINT && interrupted_ && now - *interrupted_ <= insist_limit) {
        abandon({.exit_code = 128 + SIGINT, .signal = SIGINT});
        return;
    }
    if (number == SIGINT) {
        interrupted_ = now;
    } else {
        leave_signal_ = number;
    }
    deadline_ = now + terminate_limit; // a core that does not react keeps nobody here
    say(Cancel{.id = facts_.run.id, .signal = static_cast<std::uint8_t>(number)});
}

void Relay::on_deadline() {
    if (!deadline_ || clock_.elapsed() < *deadline_ || outcome_ || done_) {
        return;
    }
    const int signal = leave_signal_ != 0 ? leave_signal_ : interrupted_ ? SIGINT : 0;
    if (signal != 0) {
        abandon({.exit_code = 128 + signal, .signal = signal});
    } else {
        Error error = no_answer(facts_.place, {.pid = connection_.core_pid}, facts_.answer_limit);
        abandon({.exit_code = 5, .error = std::move(error)});
    }
}

// The connection

void Relay::say(const ClientMessage& message) {
    outgoing_ += encode(message);
    flush();
}

void Relay::flush() {
    while (!outgoing_.empty()) {
        const ssize_t count =
            ::send(connection_.socket.get(), outgoing_.data(), outgoing_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            if (errno != EAGAIN) {
                outgoing_.clear(); // reading tells why the connection ended
            }
            return;
        }
        outgoing_.erase(0, static_cast<std::size_t>(count));
    }
}

void Relay::on_socket() {
    std::array<char, 64UL * 1024> bytes; // NOLINT: filled by recv
    while (!outcome_ && !done_) {
        const ssize_t count = ::recv(connection_.socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 && errno == EAGAIN) {
            return;
        }
        if (count <= 0) {
            connection_ended();
            return;
        }
        incoming_.feed({bytes.data(), static_cast<std::size_t>(count)});
        take_frames();
        if (static_cast<std::size_t>(count) < bytes.size()) {
            return; // nothing more is there; poll tells when there is
        }
    }
}

void Relay::take_frames() {
    for (;;) {
        const Result<std::optional<Frame>> frame = incoming_.next();
        if (frame && !*frame) {
            return;
        }
        Result<CoreMessage> message = frame ? decode_core_message(**frame) : Result<CoreMessage>(fail(frame.error()));
        if (!message) {
            abandon({.exit_code = 5, .error = std::move(message.error())});
            return;
        }
        take(std::move(*message));
    }
}

void Relay::take(CoreMessage message) {
    std::visit(Overloaded{
                   [&](Welcome&) {
                       welcome_ = true;
                       if (leave_signal_ == 0 && !interrupted_) {
                           deadline_.reset();
                       }
                   },
                   [&](Refuse& refuse) {
                       Error error(kind_of(refuse.exit_code), refuse.code, std::move(refuse.message));
                       outcome_ = Outcome{.exit_code = refuse.exit_code, .error = std::move(error).advise(refuse.hint)};
                   },
                   [&](Leaving& leaving) {
                       if (leaving.nothing_was_run) {
                           outcome_ = Outcome{.try_again = true};
                       } else {
                           output_.add({.stream = Stream::err,
                                        .bytes = "tradesh: the core is leaving: " + leaving.reason +
                                                 "; the command is being cancelled\n"});
                       }
                   },
                   [&](Output& output) {
                       unacknowledged_ += output.bytes.size();
                       take_output(std::move(output));
                   },
                   [&](Effect& effect) {
                       effect_ = std::move(effect.advice);
                       settled_ = false;
                   },
                   [&](Settled&) { settled_ = true; },
                   [&](Done& done) {
                       answer_files(); // what it asked for last, too
                       files_.reset();
                       done_ = done.exit_code;
                   },
                   [&](Notice&) {},
                   [&](Completions&) {},
                   [&](PromptState&) {},
                   [&](auto& request) { files_.take(std::move(request)); },
               },
               message);
}

void Relay::connection_ended() {
    if (!welcome_ && leave_signal_ == 0 && !interrupted_) {
        outcome_ = Outcome{.try_again = true}; // no effect can have been announced
        return;
    }
    const std::string pid = std::to_string(connection_.core_pid);
    abandon(
        {.exit_code = 5,
         .error = Error(ErrorKind::connection, "core.ended", "the core (pid " + pid + ") ended while the command ran")
                      .advise("no order was sent; what was already saved stays: run it again, it starts a new core")});
}

/// Leaves without Done. A run that has announced an effect must not be repeated blindly, even when that effect is
/// settled: its exit code is 11.
void Relay::abandon(Outcome outcome) {
    drain();
    if (effect_ && !output_.reader_left()) {
        const std::string why = outcome.error ? outcome.error->message : "this client left before its command was done";
        const std::string what = settled_ ? "the command was not finished, and what it did until then is recorded: "
                                          : "the command may have had an effect: ";
        outcome = {.exit_code = 11,
                   .error = Error(ErrorKind::unknown, "command.unknown_effect", what + why).advise(*effect_)};
    }
    outcome_ = std::move(outcome);
}

/// After the shutdown the core cannot announce an effect any more, and what it announced before is received here.
void Relay::drain() {
    ::shutdown(connection_.socket.get(), SHUT_RDWR);
    std::array<char, 16UL * 1024> bytes; // NOLINT: filled by recv
    ssize_t count = 0;
    while ((count = ::recv(connection_.socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT)) > 0) {
        incoming_.feed({bytes.data(), static_cast<std::size_t>(count)});
    }
    for (;;) {
        const Result<std::optional<Frame>> frame = incoming_.next();
        if (!frame || !*frame) {
            return;
        }
        const Result<CoreMessage> message = decode_core_message(**frame);
        if (!message) {
            return;
        }
        if (const auto* effect = std::get_if<Effect>(&*message)) {
            effect_ = effect->advice;
            settled_ = false;
        } else if (std::holds_alternative<Settled>(*message)) {
            settled_ = true;
        }
    }
}

// Output and files

void Relay::take_output(Output output) {
    if (pager_.holds()) {
        pager_.hold(std::move(output), clock_.elapsed());
    } else {
        output_.add(std::move(output));
    }
}

void Relay::page_or_release() {
    const bool waited = pager_.deadline() && clock_.elapsed() >= *pager_.deadline();
    if (!pager_.holds() || !(pager_.screen_is_full() || done_ || waited)) {
        return;
    }
    if (pager_.screen_is_full()) {
        if (const std::optional<int> descriptor = pager_.start()) {
            output_.redirect(*descriptor);
        }
    }
    for (Output& output : pager_.release()) {
        output_.add(std::move(output));
    }
}

void Relay::dispose_output() {
    page_or_release();
    output_.write();
    const std::size_t waiting = pager_.holds() ? unacknowledged_ : output_.bytes();
    const std::size_t disposed = unacknowledged_ > waiting ? unacknowledged_ - waiting : 0;
    if (disposed >= acknowledge_bytes && !done_) {
        unacknowledged_ -= disposed;
        say(Acknowledge{.bytes = static_cast<std::uint32_t>(disposed)});
    }
    if (!output_.reader_left() || outcome_) {
        return;
    }
    say(Cancel{.id = facts_.run.id, .signal = SIGPIPE});
    if (pager_.runs()) { // the user has seen enough
        pager_.close();
        abandon({.exit_code = done_.value_or(0)});
    } else {
        abandon({.exit_code = 128 + SIGPIPE, .signal = SIGPIPE});
    }
}

void Relay::answer_files() {
    for (Reply& reply : files_.step()) {
        outgoing_ += encode(ClientMessage(std::move(reply)));
    }
    flush();
}

} // namespace tradesh::front
