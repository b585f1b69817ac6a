#include "cli/prompt/readline_editor.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>

// After <cstdio>: readline's headers need FILE.
#include <readline/history.h>
#include <readline/readline.h>

namespace tradesh::prompt {
namespace {

/// Readline's callbacks carry no context.
ReadlineEditor* the_editor = nullptr; // NOLINT

bool input_is_ready() {
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    return ::poll(&input, 1, 0) > 0;
}

} // namespace

ReadlineEditor::ReadlineEditor() {
    std::setlocale(LC_CTYPE, "");
    the_editor = this;
    rl_readline_name = "tradesh"; // so that ~/.inputrc can have a section for us
    rl_instream = stdin;
    rl_outstream = stdout;
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_attempted_completion_function = &ReadlineEditor::attempt_completion;
    rl_basic_word_break_characters = " \t\n;";
    rl_completer_word_break_characters = rl_basic_word_break_characters;
    rl_completer_quote_characters = "\"'";
    rl_filename_quote_characters = " \t\n\\\"'$;|&<>#";
    rl_prep_term_function = &ReadlineEditor::prepare_terminal;
    rl_initialize();
    rl_bind_key('C' & 0x1f, &ReadlineEditor::interrupt_key);
    // A paste is text: whatever newlines it holds, only the Enter key runs it. After ~/.inputrc, which may not decide
    // otherwise.
    rl_variable_bind("enable-bracketed-paste", "on");
    using_history();
    stifle_history(10'000);
}

ReadlineEditor::~ReadlineEditor() {
    if (asking_) {
        drop_line("");
    }
    the_editor = nullptr;
}

void ReadlineEditor::ask(const std::string& prompt) {
    asking_ = true;
    using_history();
    rl_callback_handler_install(prompt.c_str(), &ReadlineEditor::line_handler);
    wants_input(true);
}

void ReadlineEditor::stop() {
    asking_ = false;
    rl_callback_handler_remove();
    output_.line_ended();
    wants_input(false);
}

void ReadlineEditor::change_prompt(const std::string& prompt) {
    if (!asking_) {
        return;
    }
    rl_clear_visible_line();
    rl_set_prompt(prompt.c_str());
    rl_on_new_line();
    rl_forced_update_display();
}

void ReadlineEditor::drop_line(std::string_view mark) {
    if (!asking_) {
        return;
    }
    rl_free_line_state();
    rl_callback_sigcleanup(); // leaves a search
    rl_point = rl_end;
    rl_redisplay();
    std::fflush(rl_outstream);
    output_.write(Stream::out, std::string(mark) + "\n");
    rl_replace_line("", 1);
    stop();
}

void ReadlineEditor::suspend() {
    if (asking_) {
        rl_clear_visible_line();
        std::fflush(rl_outstream);
        rl_deprep_terminal();
        suspended_ = true;
    }
}

void ReadlineEditor::resume() {
    if (!asking_) {
        return;
    }
    if (!suspended_) { // stopped by SIGSTOP: the terminal's modes are the shell's now
        rl_clear_visible_line();
        std::fflush(rl_outstream);
        rl_deprep_terminal();
    }
    suspended_ = false;
    prepare_terminal(1);
    rl_on_new_line();
    rl_forced_update_display();
}

void ReadlineEditor::resize() {
    if (asking_) {
        rl_resize_terminal();
    } else {
        rl_reset_screen_size();
    }
}

void ReadlineEditor::print_above(std::string_view line) {
    if (asking_) {
        rl_clear_visible_line();
        std::fflush(rl_outstream);
    } else {
        output_.end_line();
    }
    output_.write(Stream::out, std::string(line) + "\n");
    if (asking_) {
        rl_on_new_line();
        rl_forced_update_display();
    }
}

void ReadlineEditor::add_history(const std::string& entry) { ::add_history(entry.c_str()); }

/// One key a call, so that signals are heard in between.
void ReadlineEditor::read_input() {
    if (!asking_ || !input_is_ready()) {
        return;
    }
    finished_ = false;
    interrupted_ = false;
    rl_callback_read_char();
    if (interrupted_) {
        on_interrupt();
        return;
    }
    if (!finished_) {
        return;
    }
    if (ended_) {
        on_end();
    } else {
        on_line(std::move(line_));
    }
}

/// While a line is edited Ctrl-C is a key like others: as a signal it could overtake, or be overtaken by, what is typed
/// around it. A running command has the terminal's usual modes, and there it is a signal.
void ReadlineEditor::prepare_terminal(int meta) {
    rl_prep_terminal(meta);
    termios modes{};
    if (::tcgetattr(STDIN_FILENO, &modes) == 0) {
        modes.c_cc[VINTR] = _POSIX_VDISABLE;
        ::tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
    }
}

int ReadlineEditor::interrupt_key(int, int) {
    the_editor->interrupted_ = true;
    return 0;
}

/// Runs inside of rl_callback_read_char: what follows from the line has to wait until that has returned. At the end of
/// the input readline itself has ended the line on the screen.
void ReadlineEditor::line_handler(char* line) {
    ReadlineEditor& self = *the_editor;
    self.finished_ = true;
    self.ended_ = line == nullptr;
    self.line_ = line == nullptr ? "" : line;
    std::free(line); // NOLINT: readline's malloc
    self.stop();
}

// Completion ----------------------------------------------------------------------------------------------------------

char** ReadlineEditor::attempt_completion(const char* text, int start, int end) {
    (void)end;
    ReadlineEditor& self = *the_editor;
    const std::optional<Completion> answer = self.complete(rl_line_buffer, static_cast<std::size_t>(rl_point));
    rl_attempted_completion_over = 1;
    if (!answer) {
        return nullptr;
    }
    if (answer->words.empty()) {
        return answer->files ? rl_completion_matches(text, rl_filename_completion_function) : nullptr;
    }
    self.collect_matches(*answer, static_cast<std::size_t>(start));
    if (self.matches_.size() == 1 && self.matches_.front().ends_with('=')) {
        rl_completion_suppress_append = 1; // its value follows at once
    }
    return rl_completion_matches(text, &ReadlineEditor::next_match);
}

/// The core and readline may see the word begin at different places: `matches_` begin where readline's does.
void ReadlineEditor::collect_matches(const Completion& completion, std::size_t word_start) {
    const std::string_view line(rl_line_buffer);
    matches_.clear();
    for (const std::string& word : completion.words) {
        if (completion.start >= word_start) {
            matches_.push_back(std::string(line.substr(word_start, completion.start - word_start)) + word);
        } else if (word.size() > word_start - completion.start) {
            matches_.push_back(word.substr(word_start - completion.start));
        }
    }
}

char* ReadlineEditor::next_match(const char* text, int state) {
    (void)text;
    static std::size_t next = 0;
    if (state == 0) {
        next = 0;
    }
    const std::vector<std::string>& matches = the_editor->matches_;
    return next < matches.size() ? ::strdup(matches[next++].c_str()) : nullptr;
}

} // namespace tradesh::prompt
