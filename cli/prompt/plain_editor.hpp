#pragma once

#include "cli/prompt/line_editor.hpp"
#include "cli/prompt/terminal_output.hpp"

#include <string>

namespace tradesh::prompt {

/// For a terminal that can do nothing (TERM=dumb) and for output that goes elsewhere: the terminal's own line editing,
/// no escape sequences, no completion.
class PlainEditor final : public LineEditor {
public:
    /// `prompt_stream` is the stream that is a terminal.
    explicit PlainEditor(Stream prompt_stream) : prompt_stream_(prompt_stream) {}

    void ask(const std::string& prompt) override;
    bool asking() const override { return asking_; }
    void change_prompt(const std::string& prompt) override { prompt_ = prompt; }
    void drop_line(std::string_view mark) override;
    void suspend() override {}
    void resume() override;
    void resize() override {}
    void print_above(std::string_view line) override;
    void write(Stream stream, std::string_view bytes) override { output_.write(stream, bytes); }
    void end_output_line() override { output_.end_line(); }
    void add_history(const std::string&) override {}
    void read_input() override;

private:
    void stop();

    TerminalOutput output_;
    Stream prompt_stream_;
    std::string prompt_;
    std::string typed_;
    bool asking_ = false;
};

} // namespace tradesh::prompt
