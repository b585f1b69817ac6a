#pragma once

#include "app/attach/client_files.hpp"
#include "app/attach/codec.hpp"
#include "app/attach/find_core.hpp"
#include "app/attach/message.hpp"
#include "app/front/output.hpp"
#include "app/front/pager.hpp"
#include "app/front/signals.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tradesh::front {

/// How a command ended for this client.
struct Outcome {
    bool try_again = false; ///< the core is leaving and has run nothing
    int exit_code = 0;
    int signal = 0; ///< end as this signal would have ended us
    std::optional<Error> error = std::nullopt;
};

/// What the relay needs to know beside the connection.
struct RelayFacts {
    Place place;
    attach::Hello hello;
    attach::Run run;
    Duration answer_limit{0};
    std::string pager; ///< command of the pager; empty: none
};

/// One command on one connection: sends it, carries its output, files and signals, until it is done. One thread, one
/// poll; it blocks nowhere else.
class Relay {
public:
    Relay(const RelayFacts& facts, attach::Connection connection);
    Outcome run();

private:
    int timeout_ms() const;
    void on_signals();
    void on_signal(int number);
    void on_socket();
    void take_frames();
    void take(attach::CoreMessage message);
    void connection_ended();
    void answer_files();
    void dispose_output();
    void take_output(attach::Output output);
    void page_or_release();
    void on_deadline();
    std::optional<Outcome> finished();
    void abandon(Outcome outcome);
    void drain();
    void say(const attach::ClientMessage& message);
    void flush();

    const RelayFacts& facts_;
    attach::Connection connection_;
    Signals signals_;
    SystemClock clock_;
    attach::FrameReader incoming_;
    std::string outgoing_;
    OutputQueue output_;
    Pager pager_;
    attach::ClientFiles files_;
    std::size_t unacknowledged_ = 0;
    bool retry_files_ = false;

    bool welcome_ = false;
    std::optional<std::string> effect_; ///< the last effect announced: what to tell when Done does not come
    bool settled_ = false;              ///< and its outcome is durable
    std::optional<int> done_;
    std::optional<Outcome> outcome_; ///< set when this client leaves without waiting for Done
    int leave_signal_ = 0;           ///< SIGTERM or SIGHUP was received
    std::optional<Duration> interrupted_;
    std::optional<Duration> deadline_;
};

} // namespace tradesh::front
