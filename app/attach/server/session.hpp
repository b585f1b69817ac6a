#pragma once

#include "app/attach/codec.hpp"
#include "app/attach/server/command_runner.hpp"
#include "core/runtime/event.hpp"
#include "core/runtime/loop.hpp"
#include "core/runtime/task_scope.hpp"

#include <asio/local/stream_protocol.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace tradesh::attach {

/// What the sessions of one server have in common.
struct SessionFacts {
    std::string build;
    std::uint32_t core_pid = 0;
    RunnerFactory make_runner;
};

/// One attached client: reads its frames, runs its commands, and is the way back to its terminal and files.
/// Its owner awaits `run`, which returns when the client is gone and its command has ended.
class Session final : public cli::ClientChannel {
public:
    Session(runtime::Loop& loop, asio::local::stream_protocol::socket socket, const SessionFacts& server);

    runtime::Task<void> run(runtime::TaskInfo& info);

    /// The core goes: tells the client why, cancels its command, and ends the session once that has ended.
    void leave(const std::string& reason);

    const cli::ClientFacts& facts() const override { return facts_; }
    runtime::Task<Result<void>> write(cli::OutputStream stream, std::string bytes) override;
    runtime::Task<Result<cli::FileHandle>> open(std::string path, cli::FileMode mode) override;
    runtime::Task<Result<std::string>> read(cli::FileHandle file, std::size_t bytes_max) override;
    runtime::Task<Result<void>> write_file(cli::FileHandle file, std::string bytes) override;
    runtime::Task<Result<void>> rename(std::string from, std::string to) override;
    runtime::Task<Result<void>> close(cli::FileHandle file) override;
    runtime::Task<Result<cli::FileFacts>> inspect(std::string path) override;
    runtime::Task<Result<void>> remove(std::string path) override;
    void announce_effect(std::string_view advice) override;
    void settle_effect() override;
    void notify(std::string_view line) override;

private:
    struct PendingReply {
        explicit PendingReply(runtime::Loop& loop) : arrived(loop) {}
        runtime::Event arrived;
        std::optional<Reply> reply;
    };

    runtime::Task<void> read_frames(runtime::TaskInfo& info);
    bool take_frames();
    bool greet(const Frame& frame);
    bool take(ClientMessage message);
    bool start(Run run);
    bool client_left();
    runtime::Task<void> execute(Run run);
    runtime::Task<void> answer_completion(Complete question);
    runtime::Task<void> write_frames(runtime::TaskInfo& info);

    void queue(const CoreMessage& message);
    void flush();
    void lose_client();
    runtime::Task<Result<Reply>> ask(CoreMessage request, std::uint32_t number, std::string_view attempted,
                                     std::string subject);
    std::string name_of(cli::FileHandle file) const;

    runtime::Loop& loop_;
    asio::local::stream_protocol::socket socket_;
    const SessionFacts& server_;
    cli::ClientFacts facts_;
    FrameReader incoming_;
    std::unique_ptr<CommandRunner> runner_;

    std::string outgoing_; ///< frames on their way to the client
    bool corked_ = false;  ///< while a batch of frames is handled, so that the answers leave in one send
    runtime::Event outgoing_ready_;
    std::size_t unacknowledged_ = 0; ///< bytes of Output the client has not written yet
    runtime::Event credit_;
    std::map<std::uint32_t, std::shared_ptr<PendingReply>> pending_;
    std::uint32_t request_last_ = 0;
    cli::FileHandle handle_last_ = cli::standard_input;
    std::map<cli::FileHandle, std::string> file_names_; ///< of open files, for messages

    std::optional<std::uint32_t> running_; ///< id of the command
    std::optional<runtime::Timers::Id> greeting_deadline_;
    bool reader_left_ = false; ///< nobody reads the client's output any more
    std::string effect_;       ///< advice of the last effect that this run announced
    bool gone_ = false;
    bool leaving_ = false;
    runtime::TaskScope commands_;
    runtime::TaskScope writer_;
};

} // namespace tradesh::attach
