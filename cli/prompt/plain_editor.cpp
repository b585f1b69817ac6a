#include "cli/prompt/plain_editor.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>

namespace tradesh::prompt {

void PlainEditor::ask(const std::string& prompt) {
    prompt_ = prompt;
    asking_ = true;
    output_.write(prompt_stream_, prompt_);
    wants_input(true);
}

void PlainEditor::stop() {
    asking_ = false;
    typed_.clear();
    output_.line_ended();
    wants_input(false);
}

void PlainEditor::drop_line(std::string_view) {
    write(prompt_stream_, "\n"); // the terminal has shown ^C and forgotten the line
    stop();
}

void PlainEditor::resume() {
    if (asking_) {
        output_.write(prompt_stream_, prompt_);
    }
}

void PlainEditor::print_above(std::string_view line) {
    output_.end_line();
    output_.write(prompt_stream_, std::string(line) + "\n");
    if (asking_) {
        output_.write(prompt_stream_, prompt_); // what is typed is still in the terminal, only not shown again
    }
}

void PlainEditor::read_input() {
    if (!asking_) {
        return;
    }
    std::array<char, 4096> bytes{};
    const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) {
        return;
    }
    if (count > 0) {
        typed_.append(bytes.data(), static_cast<std::size_t>(count));
        if (!typed_.ends_with('\n')) {
            return; // Ctrl-D in the middle of a line
        }
        std::string line = typed_.substr(0, typed_.size() - 1);
        stop();
        on_line(std::move(line));
        return;
    }
    if (count == 0 && !typed_.empty()) {
        return; // Ctrl-D again: the line is not empty
    }
    if (count == 0) {
        write(prompt_stream_, "\n");
    }
    stop();
    on_end();
}

} // namespace tradesh::prompt
