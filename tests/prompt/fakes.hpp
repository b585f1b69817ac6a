#pragma once

#include "cli/prompt/core_link.hpp"
#include "cli/prompt/line_editor.hpp"

#include <string>
#include <vector>

namespace tradesh::test {

/// An editor without a terminal: what the prompt tells it is a list of lines, what the user does is a call.
class FakeEditor final : public prompt::LineEditor {
public:
    void ask(const std::string& prompt) override {
        asking_ = true;
        trace.push_back("ask " + prompt);
    }
    bool asking() const override { return asking_; }
    void change_prompt(const std::string& prompt) override { trace.push_back("change " + prompt); }
    void drop_line(std::string_view mark) override {
        asking_ = false;
        trace.push_back("drop " + std::string(mark));
    }
    void suspend() override {}
    void resume() override {}
    void resize() override {}
    void print_above(std::string_view line) override { trace.push_back("above " + std::string(line)); }
    void write(prompt::Stream stream, std::string_view bytes) override {
        trace.push_back((stream == prompt::Stream::out ? "out " : "err ") + std::string(bytes));
    }
    void end_output_line() override {}
    void add_history(const std::string& entry) override { history.push_back(entry); }
    void read_input() override {}

    void enter(const std::string& line) {
        asking_ = false;
        on_line(line);
    }
    void end() {
        asking_ = false;
        on_end();
    }

    std::vector<std::string> trace; ///< what happened since the test last cleared it
    std::vector<std::string> history;

private:
    bool asking_ = false;
};

class FakeLink final : public prompt::CoreLink {
public:
    void connect(int last_code) override { trace.push_back("connect " + std::to_string(last_code)); }
    void disconnect() override { trace.emplace_back("disconnect"); }
    void run(const std::string& text) override { trace.push_back("run " + text); }
    void cancel(int signal) override { trace.push_back("cancel " + std::to_string(signal)); }
    std::optional<prompt::Completion> complete(std::string_view line, std::size_t point) override {
        trace.push_back("complete " + std::string(line.substr(0, point)));
        return prompt::Completion{.start = 0, .words = {"status"}};
    }

    std::vector<std::string> trace;
};

} // namespace tradesh::test
