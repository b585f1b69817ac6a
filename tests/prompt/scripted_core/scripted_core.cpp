#include "app/process/run_core.hpp"
#include "cli/parse/expansion.hpp"
#include "cli/parse/lexer.hpp"
#include "core/runtime/event.hpp"
#include "core/runtime/task_scope.hpp"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

/// A core that speaks to prompts as the real one does, with commands that do one simple thing each.
namespace {

using namespace tradesh;
using runtime::Task;

class Runner;
using Runners = std::vector<Runner*>;

std::vector<std::string> split(const std::string& text) {
    std::istringstream stream(text);
    return {std::istream_iterator<std::string>(stream), {}};
}

class Runner final : public attach::CommandRunner {
public:
    Runner(runtime::Loop& loop, cli::ClientChannel& client, Runners& all)
        : client_(client),
          all_(all),
          cancelled_(loop),
          scope_(loop) {
        all_.push_back(this);
        const auto code = client_.facts().environment.find("TRADESH_LAST_CODE");
        last_code_ = code == client_.facts().environment.end() ? 0 : std::stoi(code->second);
    }
    ~Runner() override { std::erase(all_, this); }

    Task<int> run(attach::RunRequest request) override {
        signal_ = 0;
        cancelled_.reset();
        int code = 0;
        if (request.form == attach::RunForm::script) {
            code = co_await script();
            co_return code;
        }
        std::string text = request.text;
        for (const std::string& word :
             request.form == attach::RunForm::words ? request.words : std::vector<std::string>()) {
            text += word + " ";
        }
        std::istringstream lines(text);
        for (std::string line; code == 0 && std::getline(lines, line);) {
            code = co_await run_line(line);
        }
        last_code_ = code;
        co_return code;
    }

    void cancel(int signal) override {
        signal_ = signal;
        cancelled_.set();
    }

    Task<attach::CompletionList> complete(std::string line, std::uint32_t point) override {
        const std::string before = line.substr(0, point);
        const std::size_t blank = before.find_last_of(" ;");
        attach::CompletionList list;
        list.start = static_cast<std::uint32_t>(blank == std::string::npos ? 0 : blank + 1);
        const std::string word = before.substr(list.start);
        std::vector<std::string> known;
        if (word.starts_with("--")) {
            known = {"--json", "--format=", "--limit"};
        } else if (before.starts_with("buy ") && split(before.substr(0, list.start)).size() == 1) {
            known = {"GOOG", "IBM"};
        } else if (list.start == 0) {
            known = {"status", "buy", "data"};
        }
        std::ranges::copy_if(known, std::back_inserter(list.words),
                             [&](const std::string& one) { return one.starts_with(word); });
        list.files = list.words.empty();
        co_return list;
    }

    attach::PromptState prompt_state() const override { return state_; }
    void notify(const std::string& line) { client_.notify(line); }

private:
    Task<int> script() {
        std::string text;
        for (;;) {
            const Result<std::string> bytes = co_await client_.read(cli::standard_input, 10'000);
            if (!bytes || bytes->empty()) {
                break;
            }
            text += *bytes;
        }
        const int said = co_await say("script: " + text);
        co_return said;
    }

    Task<int> run_line(std::string line) {
        const auto source = std::make_shared<const cli::SourceLine>(
            cli::SourceLine{.origin = cli::Origin::prompt, .file = {}, .number = 1, .text = line});
        const Result<cli::LexedLine> lexed = cli::lex(source);
        if (!lexed) {
            co_await say("error: " + lexed.error().message + "\n");
            co_return 2;
        }
        int code = 0;
        for (const cli::LexedCommand& command : lexed->commands) {
            const Result<std::vector<cli::Word>> words =
                cli::expand(command, [&](std::string_view) { return std::optional(std::to_string(last_code_)); });
            code = co_await run_command(words.value());
            if (code != 0) {
                break;
            }
        }
        co_return code;
    }

    Task<int> run_command(std::vector<cli::Word> words) {
        const std::string verb = words.front().text;
        std::string rest;
        for (std::size_t i = 1; i < words.size(); ++i) {
            rest += (i > 1 ? "|" : "") + words[i].text;
        }
        int code = 0;
        if (verb == "say") {
            code = co_await say("said: " + rest + "\n");
        } else if (verb == "unended") {
            code = co_await say("no newline");
        } else if (verb == "lines") {
            code = co_await lines(std::stoi(rest));
        } else if (verb == "pid") {
            code = co_await say("core " + std::to_string(::getpid()) + "\n");
        } else if (verb == "facts") {
            const cli::ClientFacts& facts = client_.facts();
            code = co_await say("size " + std::to_string(facts.columns) + "x" + std::to_string(facts.rows) + "\n");
        } else if (verb == "code" || verb == "exit") {
            code = rest.empty() ? 0 : std::stoi(rest);
        } else if (verb == "tell-all") {
            for (Runner* runner : all_) {
                runner->notify(rest);
            }
        } else if (verb == "stand") {
            state_ = {.venue = rest, .mode = "live", .armed = true};
        } else if (verb == "hang" || verb == "effect" || verb == "stubborn") {
            code = co_await hang(verb);
        } else if (verb == "read") {
            const Result<std::string> bytes = co_await client_.read(cli::standard_input, 100);
            code = co_await say("read: " + bytes.value_or("error"));
        } else if (verb == "write") {
            code = co_await write_file(rest);
        } else {
            co_await say("unknown: " + verb + "\n");
            code = 2;
        }
        co_return code;
    }

    Task<int> say(std::string text) {
        const Result<void> written = co_await client_.write(cli::OutputStream::out, std::move(text));
        co_return written ? 0 : 1;
    }

    Task<int> lines(int count) {
        for (int line = 1; line <= count; ++line) {
            co_await say("line " + std::to_string(line) + "\n");
        }
        co_return 0;
    }

    Task<int> hang(std::string verb) {
        if (verb == "effect") {
            client_.announce_effect("order key K7: order show K7");
        }
        co_await say("under way\n");
        do {
            cancelled_.reset();
            co_await cancelled_.wait();
            co_await say("asked to stop by " + std::to_string(signal_) + "\n");
        } while (verb == "stubborn" && signal_ == 2);
        co_return 128 + signal_;
    }

    Task<int> write_file(std::string path) {
        const Result<cli::FileHandle> file = co_await client_.open(path, cli::FileMode::create);
        if (!file) {
            co_await say(file.error().describe() + "\n");
            co_return 3;
        }
        co_await client_.write_file(*file, "contents\n");
        co_await client_.close(*file);
        co_return 0;
    }

    cli::ClientChannel& client_;
    Runners& all_;
    runtime::Event cancelled_;
    runtime::TaskScope scope_;
    attach::PromptState state_{.venue = "paper", .mode = "paper", .armed = false};
    int signal_ = 0;
    int last_code_ = 0;
};

class ScriptedService final : public core_process::Service {
public:
    explicit ScriptedService(const core_process::CoreFacts& facts) : facts_(facts) {}

    Task<Result<void>> start() override { co_return Result<void>(); }
    std::unique_ptr<attach::CommandRunner> make_runner(cli::ClientChannel& client) override {
        return std::make_unique<Runner>(facts_.loop, client, runners_);
    }
    bool is_busy() const override { return false; }
    Duration linger() const override { return std::chrono::seconds(2); }
    Task<void> stop() override { co_return; }

private:
    const core_process::CoreFacts& facts_;
    Runners runners_;
};

std::unique_ptr<core_process::Service> make_service(const core_process::CoreFacts& facts) {
    return std::make_unique<ScriptedService>(facts);
}

} // namespace

int main(int argc, char** argv) {
    return tradesh::core_process::run_core(argc, argv, make_service, [](const Place&) { return Result<void>(); });
}
