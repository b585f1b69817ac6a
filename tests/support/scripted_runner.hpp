#pragma once

#include "app/attach/server/command_runner.hpp"
#include "core/runtime/event.hpp"
#include "core/runtime/task_scope.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <memory>
#include <string>

namespace tradesh::test {

/// A runner whose commands do one simple thing each, to test everything between it and the user.
class ScriptedRunner final : public attach::CommandRunner {
public:
    ScriptedRunner(runtime::Loop& loop, cli::ClientChannel& client) : cancelled_(loop), scope_(loop), client_(client) {}

    runtime::Task<int> run(attach::RunRequest request) override {
        signal_ = 0;
        keeps_its_code_ = false;
        cancelled_.reset();
        if (!request.words.empty() && request.words[0] == "stubborn") {
            co_await stay();
        }
        int code = 0;
        scope_.spawn("command", [this, request = std::move(request), &code](runtime::TaskInfo&) -> runtime::Task<void> {
            code = co_await execute(request);
        });
        co_await scope_.join();
        co_return signal_ != 0 && !keeps_its_code_ ? 128 + signal_ : code;
    }

    void cancel(int signal) override {
        signal_ = signal;
        cancelled_.set();
        scope_.cancel();
    }

    runtime::Task<attach::CompletionList> complete(std::string line, std::uint32_t point) override {
        attach::CompletionList list;
        list.words.push_back(line.substr(0, point) + "-completed");
        co_return list;
    }
    attach::PromptState prompt_state() const override { return {.venue = "scripted", .mode = "paper", .armed = false}; }

private:
    runtime::Task<int> execute(attach::RunRequest request) {
        if (request.form == attach::RunForm::text) {
            const int said = co_await say("text: " + request.text + "\n");
            co_return said;
        }
        if (request.form == attach::RunForm::script) {
            const int copied = co_await copy_to_output(request.text);
            co_return copied;
        }
        while (!request.words.empty() && request.words.front().starts_with("--")) {
            request.words.erase(request.words.begin());
        }
        const std::string verb = request.words.empty() ? "" : request.words[0];
        const std::string first = request.words.size() > 1 ? request.words[1] : "";
        const std::string second = request.words.size() > 2 ? request.words[2] : "";
        int code = 0;
        if (verb == "echo") {
            code = co_await say(first + "\n");
        } else if (verb == "pid") {
            code = co_await say(std::to_string(::getpid()) + "\n");
        } else if (verb == "facts") {
            code = co_await say(facts());
        } else if (verb == "warn") {
            std::string text = first + "\n";
            co_await client_.write(cli::OutputStream::err, std::move(text));
        } else if (verb == "lines") {
            code = co_await lines(std::stoi(first));
        } else if (verb == "exit") {
            code = std::stoi(first);
        } else if (verb == "cat") {
            code = co_await copy_to_output(first.empty() ? "-" : first);
        } else if (verb == "copy") {
            code = co_await copy(first, second);
        } else if (verb == "half") {
            code = co_await half(first);
        } else if (verb == "hang" || verb == "effect" || verb == "settled") {
            code = co_await hang(verb, first.empty() ? 0 : std::stoi(first));
        } else {
            code = 2;
        }
        co_return code;
    }

    runtime::Task<int> say(std::string text) {
        const Result<void> written = co_await client_.write(cli::OutputStream::out, std::move(text));
        co_return written ? 0 : 1;
    }

    std::string facts() const {
        const cli::ClientFacts& facts = client_.facts();
        std::string text = fmt::format("kind={} in={} out={} err={} size={}x{} directory={}\n",
                                       static_cast<int>(facts.kind), facts.stdin_is_terminal, facts.stdout_is_terminal,
                                       facts.stderr_is_terminal, facts.columns, facts.rows, facts.directory);
        for (const auto& [name, value] : facts.environment) {
            text += name + "=" + value + "\n";
        }
        return text;
    }

    runtime::Task<int> lines(int count) {
        for (int line = 1; line <= count; ++line) {
            const int said = co_await say("line " + std::to_string(line) + "\n");
            if (said != 0) {
                co_return 1;
            }
        }
        co_return 0;
    }

    runtime::Task<int> hang(std::string verb, int code) {
        if (verb == "effect" || verb == "settled") {
            client_.announce_effect("order key K7: tradesh order show K7");
        }
        if (verb == "settled") {
            client_.settle_effect();
        }
        co_await say("under way\n");
        co_await cancelled_.wait();
        keeps_its_code_ = code != 0;
        co_return code;
    }

    /// Does not end, whoever asks it to.
    runtime::Task<void> stay() {
        co_await say("under way\n");
        for (;;) {
            co_await cancelled_.wait();
            cancelled_.reset();
            co_await say("asked to stop\n");
        }
    }

    runtime::Task<int> tell(Error error) {
        std::string text = error.describe() + "\n";
        co_await client_.write(cli::OutputStream::err, std::move(text));
        co_return 3;
    }

    runtime::Task<int> copy_to_output(std::string name) {
        cli::FileHandle file = cli::standard_input;
        if (name != "-") {
            const Result<cli::FileHandle> opened = co_await client_.open(name, cli::FileMode::read);
            if (!opened) {
                const int code = co_await tell(opened.error());
                co_return code;
            }
            file = *opened;
        }
        for (;;) {
            Result<std::string> bytes = co_await client_.read(file, 10'000);
            if (!bytes) {
                const int code = co_await tell(bytes.error());
                co_return code;
            }
            if (bytes->empty()) {
                co_return 0;
            }
            co_await say(std::move(*bytes));
        }
    }

    runtime::Task<int> copy(std::string from, std::string to) {
        const Result<cli::FileHandle> source = co_await client_.open(from, cli::FileMode::read);
        if (!source) {
            const int code = co_await tell(source.error());
            co_return code;
        }
        const std::string partial = to + ".partial";
        const Result<cli::FileHandle> target = co_await client_.open(partial, cli::FileMode::create);
        if (!target) {
            const int code = co_await tell(target.error());
            co_return code;
        }
        for (;;) {
            Result<std::string> bytes = co_await client_.read(*source, 10'000);
            if (!bytes || bytes->empty()) {
                break;
            }
            const Result<void> written = co_await client_.write_file(*target, std::move(*bytes));
            if (!written) {
                const int code = co_await tell(written.error());
                co_return code;
            }
        }
        co_await client_.close(*target);
        co_await client_.rename(partial, to);
        co_return 0;
    }

    /// Makes a file and does not finish it until it is cancelled; then it is left as it is.
    runtime::Task<int> half(std::string name) {
        const Result<cli::FileHandle> target = co_await client_.open(name, cli::FileMode::create);
        if (!target) {
            const int code = co_await tell(target.error());
            co_return code;
        }
        const Result<void> written = co_await client_.write_file(*target, "half");
        co_await say(written ? "under way\n" : "not written\n");
        co_await cancelled_.wait();
        co_return 0;
    }

    runtime::Event cancelled_;
    runtime::TaskScope scope_;
    int signal_ = 0;
    bool keeps_its_code_ = false; ///< of a command that was cancelled
    cli::ClientChannel& client_;
};

} // namespace tradesh::test
