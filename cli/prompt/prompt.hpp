#pragma once

#include "cli/prompt/core_link.hpp"
#include "cli/prompt/history_file.hpp"
#include "cli/prompt/line_editor.hpp"
#include "cli/prompt/typed_text.hpp"
#include "core/base/time.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tradesh::prompt {

/// What a prompt does with lines, keys, signals and what the core says. It decides and never waits; the editor, the
/// link and the owner of the loop carry it out.
class Prompt final : public CoreLinkListener {
public:
    struct Parts {
        LineEditor& editor;
        CoreLink& link;
        HistoryFile& history;
        const Clock& clock;
    };
    Prompt(const Parts& parts, std::string profile, bool color);

    /// Looks for the core; the first prompt appears when it is there.
    void start();

    /// Ctrl-C: clears the line, or cancels the running command; a second one within a second stops waiting for it.
    void interrupt();
    /// SIGTERM or SIGHUP: leaves.
    void terminate(int signal);

    /// Called once, with the exit code; nothing may be called afterwards.
    std::function<void(int)> on_leave;

    void connected(int core_pid, const Standing& standing) override;
    void failed(const LinkFailure& failure) override;
    void lost(const LinkLoss& loss) override;
    void output(Stream stream, std::string_view bytes) override;
    void notice(std::string_view line) override;
    void standing_changed(const Standing& standing) override;
    void effect_announced(const std::string& advice) override;
    void effect_settled() override;
    void done(int exit_code) override;

private:
    enum class Activity : std::uint8_t {
        starting, ///< no prompt has been shown yet
        typing,
        waiting, ///< a line was entered and waits for a core
        running,
        left,
    };
    enum class Connection : std::uint8_t { none, connecting, up };

    void take_line(const std::string& line);
    void take_end();
    void begin_command(std::string text);
    void remember(const std::string& entry);
    void ask();
    void show_prompt_again();
    void connect();
    void abandon_command(const std::string& why, int exit_code);
    void leave(int exit_code);

    LineEditor& editor_;
    CoreLink& link_;
    HistoryFile& history_;
    const Clock& clock_;
    const std::string profile_;
    const bool color_;

    Activity activity_ = Activity::starting;
    Connection connection_ = Connection::none;
    Standing standing_;
    std::string typed_;               ///< the physical lines of an unfinished command
    std::string command_;             ///< waiting or running
    std::optional<ExitRequest> exit_; ///< with which it ends
    int last_code_ = 0;
    std::string last_entry_; ///< of the history
    bool history_complaint_ = false;
    std::optional<std::string> effect_; ///< the last effect that the running command announced
    bool effect_settled_ = false;
    std::optional<Duration> interrupted_;  ///< when the running command was last cancelled
    std::optional<Duration> connected_at_; ///< when the present connection was made
    bool was_connected_ = false;
};

} // namespace tradesh::prompt
