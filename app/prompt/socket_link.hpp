#pragma once

#include "app/attach/client_files.hpp"
#include "app/attach/codec.hpp"
#include "app/attach/find_core.hpp"
#include "app/attach/message.hpp"
#include "cli/prompt/core_link.hpp"
#include "core/runtime/loop.hpp"
#include "core/runtime/task_scope.hpp"
#include "core/runtime/workers.hpp"

#include <asio/posix/stream_descriptor.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tradesh::prompt_process {

/// The prompt's link to its core over the attach protocol: finds or starts the core on a worker, greets it, carries
/// commands, output, files and completions. Loop thread only.
class SocketLink final : public prompt::CoreLink {
public:
    /// `options` are the options that the process was started with; they go with every command.
    SocketLink(runtime::Loop& loop, attach::CoreSearch search, std::vector<std::string> options);
    ~SocketLink() override;

    void listen(prompt::CoreLinkListener& listener) { listener_ = &listener; }
    /// The terminal has another size.
    void resize();

    void connect(int last_code) override;
    void disconnect() override;
    void run(const std::string& text) override;
    void cancel(int signal) override;
    std::optional<prompt::Completion> complete(std::string_view line, std::size_t point) override;

private:
    /// One connection. Work that belongs to an older one finds that it is no longer `live_`.
    struct Live;

    runtime::Task<void> find(std::uint64_t search_number);
    runtime::Task<void> read(std::shared_ptr<Live> live);
    runtime::Task<void> write(std::shared_ptr<Live> live);
    runtime::Task<void> await_greeting(std::shared_ptr<Live> live);
    runtime::Task<void> retry_files(std::shared_ptr<Live> live);

    void begin(attach::Connection connection);
    void seek();
    void give_up(const Error& error, int exit_code);
    bool receive(Live& live);
    void take_waiting();
    void take_greeting(attach::CoreMessage& message);
    void take(attach::CoreMessage& message);
    void acknowledge(std::size_t bytes);
    void answer_files();
    void ended();
    void drop();
    void say(const attach::ClientMessage& message);
    bool flush(Live& live);

    runtime::Loop& loop_;
    attach::CoreSearch search_;
    std::vector<std::string> options_;
    prompt::CoreLinkListener* listener_ = nullptr;
    runtime::Workers workers_;
    runtime::TaskScope tasks_;
    std::shared_ptr<Live> live_;
    std::uint64_t search_number_ = 0;
    int attempts_ = 0;
    int last_code_ = 0;
    std::uint32_t command_last_ = 0;
    std::uint32_t question_last_ = 0;
};

} // namespace tradesh::prompt_process
