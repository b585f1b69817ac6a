#include "app/core/due_lines.hpp"

#include <csignal>
#include <string_view>
#include <utility>

namespace tradesh::core_process {
namespace {

using runtime::Task;

/// What is kept of each stream; the log has the same.
constexpr std::size_t kept_bytes_max = 4'096;
constexpr std::size_t words_bytes_max = 200;

/// Nobody's client: it holds the line as a script and keeps what the line shows.
class LineClient final : public cli::ClientChannel {
public:
    LineClient(std::string name, std::string line) : name_(std::move(name)), script_(std::move(line)) {
        facts_.kind = cli::ClientKind::script;
        script_ += '\n';
    }

    const cli::ClientFacts& facts() const override { return facts_; }

    Task<Result<void>> write(cli::OutputStream stream, std::string bytes) override {
        std::string& kept = stream == cli::OutputStream::out ? out : err;
        kept.append(bytes, 0, kept_bytes_max - std::min(kept_bytes_max, kept.size()));
        co_return Result<void>();
    }

    Task<Result<cli::FileHandle>> open(std::string path, cli::FileMode mode) override {
        if (path != name_ || mode != cli::FileMode::read) {
            co_return fail(no_files(path));
        }
        co_return script_handle;
    }
    Task<Result<std::string>> read(cli::FileHandle file, std::size_t bytes_max) override {
        if (file != script_handle) {
            co_return std::string();
        }
        std::string bytes = script_.substr(0, bytes_max);
        script_.erase(0, bytes.size());
        co_return bytes;
    }
    Task<Result<void>> write_file(cli::FileHandle, std::string) override { co_return fail(no_files("a file")); }
    Task<Result<void>> rename(std::string from, std::string) override { co_return fail(no_files(from)); }
    Task<Result<void>> close(cli::FileHandle) override { co_return Result<void>(); }

    void announce_effect(std::string_view) override {}
    void settle_effect() override {}
    void notify(std::string_view) override {}

    std::string out;
    std::string err;

private:
    static constexpr cli::FileHandle script_handle = 1;

    static Error no_files(const std::string& path) {
        return Error(ErrorKind::unreadable, "trigger.no_files",
                     "a line that runs by itself has no files, because nobody's directory and rights are there")
            .on(path);
    }

    cli::ClientFacts facts_;
    std::string name_;
    std::string script_;
};

std::string first_line(std::string_view text) {
    text = text.substr(0, text.find('\n'));
    constexpr std::string_view prefix = "tradesh: ";
    text.remove_prefix(text.starts_with(prefix) ? prefix.size() : 0);
    return std::string(text.substr(0, words_bytes_max));
}

} // namespace

Task<engine::CommandOutcome> DueLines::run(engine::CommandDue due) {
    LineClient client(due.trigger, due.line);
    cli::Session session;
    session.line_key = due.key;
    cli::Interpreter interpreter(services_, session, client);
    running_.insert(&interpreter);
    cli::RunRequest request;
    request.argv = {"--key", due.key, "--no-input", "--no-header", "-f", due.trigger};
    if (due.live) {
        request.argv.emplace_back("--live");
    }
    const int code = co_await interpreter.run(std::move(request));
    running_.erase(&interpreter);
    services_.log.write(runtime::LogLevel::info, "trigger", "trigger.line", "",
                        {{"trigger", due.trigger},
                         {"key", due.key},
                         {"line", due.line},
                         {"exit_code", std::to_string(code)},
                         {"out", client.out},
                         {"err", client.err}});
    co_return engine::CommandOutcome{.exit_code = code,
                                     .words = first_line(client.err.empty() ? client.out : client.err)};
}

void DueLines::cancel() {
    for (cli::Interpreter* interpreter : running_) {
        interpreter->cancel(SIGTERM);
    }
}

} // namespace tradesh::core_process
