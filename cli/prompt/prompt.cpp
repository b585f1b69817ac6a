#include "cli/prompt/prompt.hpp"

#include "cli/prompt/prompt_text.hpp"

#include <csignal>

namespace tradesh::prompt {
namespace {

constexpr Duration second_interrupt_limit = std::chrono::seconds(1);
/// A core that ends sooner than this after we reached it is likely to do so again: the next one is sought when the
/// user enters a line, not at once and for ever.
constexpr Duration short_life = std::chrono::seconds(2);

/// A paste longer than this is a script.
constexpr std::size_t command_bytes_max = 256UL * 1024;

constexpr int code_usage = 2;
constexpr int code_unknown_effect = 11;
constexpr int code_connection = 5;

} // namespace

Prompt::Prompt(const Parts& parts, std::string profile, bool color)
    : editor_(parts.editor),
      link_(parts.link),
      history_(parts.history),
      clock_(parts.clock),
      profile_(std::move(profile)),
      color_(color) {
    editor_.on_line = [this](const std::string& line) { take_line(line); };
    editor_.on_end = [this] { take_end(); };
    editor_.on_interrupt = [this] { interrupt(); };
    editor_.complete = [this](std::string_view line, std::size_t point) -> std::optional<Completion> {
        if (connection_ != Connection::up) {
            return std::nullopt;
        }
        return link_.complete(line, point);
    };
}

void Prompt::start() {
    Result<std::vector<std::string>> entries = history_.load();
    if (!entries) {
        editor_.print_above("tradesh: " + entries.error().describe());
    } else {
        for (const std::string& entry : *entries) {
            editor_.add_history(entry);
        }
    }
    connect();
}

// What the user does
// ----------------------------------------------------------------------------------------------------

void Prompt::take_line(const std::string& line) {
    typed_ += line + "\n";
    TypedText typed = assemble(typed_);
    if (typed.unfinished()) {
        editor_.ask(continuation_prompt(typed.open_quote));
        return;
    }
    typed_.clear();
    if (typed.text.empty()) {
        ask();
        return;
    }
    if (typed.text.size() > command_bytes_max) {
        editor_.write(Stream::err, "tradesh: the command is longer than 256 KiB; put it into a file: source FILE\n");
        last_code_ = code_usage;
        ask();
        return;
    }
    remember(typed.text);
    exit_ = exit_asked(typed.text);
    if (exit_ && exit_->alone) {
        leave(exit_->code.value_or(last_code_));
        return;
    }
    begin_command(std::move(typed.text));
}

void Prompt::take_end() {
    if (!typed_.empty()) { // of an unfinished command: that is what ends
        typed_.clear();
        ask();
        return;
    }
    leave(last_code_);
}

void Prompt::begin_command(std::string text) {
    command_ = std::move(text);
    effect_.reset();
    effect_settled_ = false;
    interrupted_.reset();
    if (connection_ == Connection::up) {
        activity_ = Activity::running;
        link_.run(command_);
        return;
    }
    activity_ = Activity::waiting;
    if (connection_ == Connection::none) {
        connect();
    }
}

void Prompt::remember(const std::string& entry) {
    if (entry == last_entry_ || !may_keep(entry)) {
        return;
    }
    last_entry_ = entry;
    editor_.add_history(entry);
    const Result<void> kept = history_.append(entry);
    if (!kept && !history_complaint_) {
        history_complaint_ = true; // once is enough
        editor_.print_above("tradesh: " + kept.error().describe());
    }
}

void Prompt::interrupt() {
    switch (activity_) {
    case Activity::starting: leave(128 + SIGINT); return;
    case Activity::typing:
        typed_.clear();
        editor_.drop_line("^C");
        ask();
        return;
    case Activity::waiting:
        editor_.write(Stream::err, "\ntradesh: the command was not sent\n");
        last_code_ = 128 + SIGINT;
        ask();
        return;
    case Activity::running: break;
    case Activity::left: return;
    }
    editor_.write(Stream::err, "\n"); // behind the terminal's ^C
    const Duration now = clock_.elapsed();
    if (interrupted_ && now - *interrupted_ < second_interrupt_limit) {
        link_.disconnect();
        connection_ = Connection::none;
        abandon_command("stopped waiting for the command", 128 + SIGINT);
        ask();
        connect();
        return;
    }
    interrupted_ = now;
    link_.cancel(SIGINT);
}

void Prompt::terminate(int signal) {
    if (activity_ == Activity::running) {
        link_.cancel(signal);
        abandon_command("leaving before the command was done", 128 + signal);
    }
    leave(128 + signal);
}

// What the link says
// ----------------------------------------------------------------------------------------------------

void Prompt::connected(int core_pid, const Standing& standing) {
    connection_ = Connection::up;
    connected_at_ = clock_.elapsed();
    standing_ = standing;
    const bool another = was_connected_;
    was_connected_ = true;
    if (another) {
        editor_.print_above("tradesh: connected to a core again (pid " + std::to_string(core_pid) +
                            "); variables and arming start afresh");
    }
    if (activity_ == Activity::starting) {
        ask();
    } else if (activity_ == Activity::typing) {
        show_prompt_again();
    } else if (activity_ == Activity::waiting) {
        begin_command(std::move(command_));
    }
}

void Prompt::failed(const LinkFailure& failure) {
    connection_ = Connection::none;
    if (activity_ == Activity::starting) {
        editor_.write(Stream::err, failure.text + "\n");
        leave(failure.exit_code);
        return;
    }
    editor_.print_above(failure.text);
    if (activity_ == Activity::waiting) {
        editor_.write(Stream::err, "tradesh: the command was not sent; enter it again to try once more\n");
        last_code_ = failure.exit_code;
        ask();
    }
}

void Prompt::lost(const LinkLoss& loss) {
    connection_ = Connection::none;
    std::string what = "the core of profile '" + profile_ + "' has ended";
    if (!loss.reason.empty()) {
        what += " (" + loss.reason + ")";
    }
    if (activity_ == Activity::running && loss.nothing_was_run) {
        activity_ = Activity::waiting;
        connect();
        return;
    }
    if (activity_ == Activity::running) {
        abandon_command(what + " while the command ran", code_connection);
        ask();
    } else if (activity_ == Activity::typing) {
        editor_.print_above("tradesh: " + what);
    }
    const bool broken = connected_at_ && clock_.elapsed() - *connected_at_ < short_life;
    if (broken && activity_ != Activity::waiting && activity_ != Activity::starting) {
        editor_.print_above("tradesh: the next core is started when you enter a command");
        return;
    }
    connect();
}

void Prompt::output(Stream stream, std::string_view bytes) { editor_.write(stream, bytes); }

void Prompt::notice(std::string_view line) { editor_.print_above(line); }

void Prompt::standing_changed(const Standing& standing) {
    if (standing == standing_) {
        return;
    }
    standing_ = standing;
    show_prompt_again();
}

void Prompt::effect_announced(const std::string& advice) {
    effect_ = advice;
    effect_settled_ = false;
}

void Prompt::effect_settled() { effect_settled_ = true; }

void Prompt::done(int exit_code) {
    if (activity_ != Activity::running) {
        return;
    }
    last_code_ = exit_code;
    if (exit_ && exit_->code.value_or(0) == exit_code) {
        leave(exit_code);
        return;
    }
    ask();
}

// ---------------------------------------------------------------------------------------------------------------------

void Prompt::ask() {
    activity_ = Activity::typing;
    command_.clear();
    effect_.reset();
    editor_.end_output_line();
    editor_.ask(prompt_text(standing_, color_));
}

void Prompt::show_prompt_again() {
    if (activity_ == Activity::typing && typed_.empty()) {
        editor_.change_prompt(prompt_text(standing_, color_));
    }
}

void Prompt::connect() {
    connection_ = Connection::connecting;
    link_.connect(last_code_);
}

/// The end of the running command will not be heard of. A command that has announced an effect must not be repeated
/// blindly, even when that effect is settled.
void Prompt::abandon_command(const std::string& why, int exit_code) {
    editor_.end_output_line();
    last_code_ = exit_code;
    if (!effect_) {
        editor_.write(Stream::err, "tradesh: " + why + "; it had sent nothing to a venue\n");
        return;
    }
    last_code_ = code_unknown_effect;
    const std::string_view outcome =
        effect_settled_ ? "it was not finished; what it did until then is recorded" : "it may have had an effect";
    editor_.write(Stream::err, "tradesh: " + why + ": " + std::string(outcome) + "\nhint: " + *effect_ + "\n");
}

void Prompt::leave(int exit_code) {
    if (activity_ == Activity::left) {
        return;
    }
    activity_ = Activity::left;
    link_.disconnect();
    if (editor_.asking()) {
        editor_.drop_line("");
    }
    if (connection_ == Connection::up && !standing_.dropped_on_leaving.empty()) {
        editor_.write(Stream::err, "tradesh: " + standing_.dropped_on_leaving + "\n");
    }
    on_leave(exit_code);
}

} // namespace tradesh::prompt
