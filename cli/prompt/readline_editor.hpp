#pragma once

#include "cli/prompt/line_editor.hpp"
#include "cli/prompt/terminal_output.hpp"

#include <string>
#include <vector>

namespace tradesh::prompt {

/// GNU readline in its callback form on standard input and output, both terminals. Readline keeps its state in globals:
/// one of these may exist in a process, on one thread. It installs no signal handlers.
class ReadlineEditor final : public LineEditor {
public:
    /// Calls setlocale for the width of characters.
    ReadlineEditor();
    ~ReadlineEditor() override; ///< gives the terminal back as it was
    ReadlineEditor(const ReadlineEditor&) = delete;
    ReadlineEditor& operator=(const ReadlineEditor&) = delete;

    void ask(const std::string& prompt) override;
    bool asking() const override { return asking_; }
    void change_prompt(const std::string& prompt) override;
    void drop_line(std::string_view mark) override;
    void suspend() override;
    void resume() override;
    void resize() override;
    void print_above(std::string_view line) override;
    void write(Stream stream, std::string_view bytes) override { output_.write(stream, bytes); }
    void end_output_line() override { output_.end_line(); }
    void add_history(const std::string& entry) override;
    void read_input() override;

private:
    static void line_handler(char* line);
    static void prepare_terminal(int meta);
    static int interrupt_key(int count, int key);
    static char** attempt_completion(const char* text, int start, int end);
    static char* next_match(const char* text, int state);
    void collect_matches(const Completion& completion, std::size_t word_start);
    void stop();

    TerminalOutput output_;
    bool asking_ = false;
    bool suspended_ = false;
    bool interrupted_ = false; ///< Ctrl-C was typed; told once readline has returned
    bool finished_ = false;    ///< the handler ran during this call of read_input
    bool ended_ = false;       ///< ... with the end of the input
    std::string line_;
    std::vector<std::string> matches_;
};

} // namespace tradesh::prompt
