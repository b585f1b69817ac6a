#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::prompt {

enum class Stream : std::uint8_t { out, err };

/// Where this prompt stands, as it is shown before the cursor.
struct Standing {
    std::string venue;
    std::string mode; ///< "paper", "live"
    bool armed = false;
    std::string dropped_on_leaving{}; ///< what is told to someone who leaves now; empty: nothing is lost

    bool operator==(const Standing&) const = default;
};

/// Words that may stand where the cursor is.
struct Completion {
    std::size_t start = 0; ///< byte offset in the line of the word being completed
    std::vector<std::string> words;
    bool files = false; ///< a file's name belongs there; the prompt completes it by itself
};

/// Why there is no core to talk to.
struct LinkFailure {
    std::string text; ///< for people, without a newline at the end
    int exit_code = 5;
};

/// How a connection ended.
struct LinkLoss {
    std::string reason;           ///< what the core said about it; empty when it said nothing
    bool nothing_was_run = false; ///< the outstanding command was not begun: it belongs to the next core
};

/// The way from a prompt to its core. No call waits, but `complete`, which is bounded.
class CoreLink {
public:
    virtual ~CoreLink() = default;

    /// Finds the core or starts one, in the background. Ends in `connected` or `failed` of the listener.
    /// `last_code` is what `$?` of the new session begins with.
    virtual void connect(int last_code) = 0;
    /// Breaks the connection. What the core had announced until then (effects) still reaches the listener; after the
    /// call nothing does.
    virtual void disconnect() = 0;
    /// One command line at a time, while connected.
    virtual void run(const std::string& text) = 0;
    virtual void cancel(int signal) = 0;
    /// Waits a fraction of a second at most. Nothing when the core did not answer in time or there is none.
    virtual std::optional<Completion> complete(std::string_view line, std::size_t point) = 0;
};

/// Who hears from the link.
class CoreLinkListener {
public:
    virtual ~CoreLinkListener() = default;

    virtual void connected(int core_pid, const Standing& standing) = 0;
    virtual void failed(const LinkFailure& failure) = 0;
    virtual void lost(const LinkLoss& loss) = 0;

    virtual void output(Stream stream, std::string_view bytes) = 0;
    virtual void notice(std::string_view line) = 0;
    virtual void standing_changed(const Standing& standing) = 0;
    /// From here on the running command may have an effect; `advice` is for when its end is not heard of.
    virtual void effect_announced(const std::string& advice) = 0;
    virtual void effect_settled() = 0;
    virtual void done(int exit_code) = 0;
};

} // namespace tradesh::prompt
