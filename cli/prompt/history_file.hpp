#pragma once

#include "core/base/error.hpp"
#include "core/base/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tradesh::prompt {

/// Whether an entry may be kept: nothing that begins with a blank, nothing over 16 KiB, and nothing that looks like a
/// secret (a word such as `password`, a Stellar secret seed, a long mixed token).
bool may_keep(std::string_view entry);

/// The lines typed at the prompts of one profile, in a file of mode 0600 that several prompts append to at once.
/// The layout is that of GNU history with times: a line "#SECONDS", then the entry, which may be several lines.
class HistoryFile {
public:
    HistoryFile(std::string path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}

    static constexpr std::size_t entries_max = 10'000;
    static constexpr std::size_t file_bytes_max = 2UL * 1024 * 1024;

    /// The last entries, oldest first; empty when there is no file yet. A file that has grown too long is cut down to
    /// its newer half. Errors: config.
    Result<std::vector<std::string>> load();

    /// Appends one entry, in one write under a lock. The caller has asked `may_keep`. Errors: config.
    Result<void> append(std::string_view entry);

private:
    std::string path_;
    const Clock& clock_;
};

/// The entries of such a file's text. A first entry that was cut is left out.
std::vector<std::string> parse_history(std::string_view text);

} // namespace tradesh::prompt
