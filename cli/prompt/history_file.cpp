#include "cli/prompt/history_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdio>

namespace tradesh::prompt {
namespace {

constexpr std::size_t long_token = 32;
constexpr std::size_t entry_bytes_max = 16UL * 1024;

bool is_word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

/// A word that mixes small letters, capitals and digits over such a length is no symbol, number, id or sentence.
bool looks_like_token(std::string_view word) {
    const auto contains = [&](int (*is)(int)) {
        return std::ranges::any_of(word, [&](unsigned char c) { return is(c) != 0; });
    };
    return word.size() >= long_token && contains(std::isupper) && contains(std::isdigit) &&
           (contains(std::islower) || word.size() == 56); // a Stellar seed has no small letters
}

bool names_a_secret(const std::string& text) {
    constexpr std::array<std::string_view, 10> names{"password", "passwd",  "passphrase", "secret",  "token",
                                                     "apikey",   "api_key", "api-key",    "private", "bearer"};
    return std::ranges::any_of(names, [&](std::string_view name) { return text.find(name) != std::string::npos; });
}

/// An open, locked file, closed at the end of its life.
class LockedFile {
public:
    LockedFile(const std::string& path, int flags) {
        // The file may be replaced by a shorter one while we wait for its lock: then it has no name any more.
        for (int tries = 0; tries < 3; ++tries) {
            fd_ = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600);
            if (fd_ < 0 || ::flock(fd_, LOCK_EX) != 0) {
                return;
            }
            struct stat facts{};
            if (::fstat(fd_, &facts) == 0 && facts.st_nlink > 0) {
                ::fchmod(fd_, 0600); // whoever made it, it is nobody else's to read
                return;
            }
            ::close(std::exchange(fd_, -1));
        }
    }
    ~LockedFile() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    LockedFile(const LockedFile&) = delete;
    LockedFile& operator=(const LockedFile&) = delete;
    int get() const { return fd_; }

private:
    int fd_ = -1;
};

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(fd, text.data(), text.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

std::string read_all(int fd) {
    std::string text;
    std::array<char, 64UL * 1024> bytes{};
    ssize_t count = 0;
    while ((count = ::read(fd, bytes.data(), bytes.size())) > 0) {
        text.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return text;
}

bool is_time_line(std::string_view line) {
    return line.size() > 1 && line.front() == '#' &&
           std::ranges::all_of(line.substr(1), [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// Writes the newer half beside the file and puts it in its place. Failing costs nothing: the file stays long.
void shorten(const std::string& path, std::string_view text) {
    const std::size_t half = text.find("\n#", text.size() / 2);
    if (half == std::string_view::npos) {
        return;
    }
    const std::string beside = path + ".new";
    const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return;
    }
    const bool written = write_all(fd, text.substr(half + 1));
    ::close(fd);
    if (written) {
        ::rename(beside.c_str(), path.c_str());
    }
}

} // namespace

bool may_keep(std::string_view entry) {
    if (entry.empty() || entry.size() > entry_bytes_max || entry.front() == ' ' || entry.front() == '\t' ||
        names_a_secret(lower(entry))) {
        return false;
    }
    for (std::size_t begin = 0; begin < entry.size();) {
        const std::string_view rest = entry.substr(begin);
        const auto end = std::ranges::find_if_not(rest, is_word_character);
        const auto length = static_cast<std::size_t>(end - rest.begin());
        if (looks_like_token(rest.substr(0, length))) {
            return false;
        }
        begin += length + 1;
    }
    return true;
}

std::vector<std::string> parse_history(std::string_view text) {
    std::vector<std::string> entries;
    bool begun = false;
    bool fresh = false;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (is_time_line(line)) {
            begun = true;
            fresh = true;
        } else if (begun && fresh) {
            entries.emplace_back(line);
            fresh = false;
        } else if (begun) {
            entries.back().append("\n").append(line);
        }
    }
    return entries;
}

Result<std::vector<std::string>> HistoryFile::load() {
    const LockedFile file(path_, O_RDONLY);
    if (file.get() < 0) {
        if (errno == ENOENT) {
            return std::vector<std::string>();
        }
        return fail(system_error(errno, "history.unreadable", "read the history", path_));
    }
    const std::string text = read_all(file.get());
    if (text.size() > file_bytes_max) {
        shorten(path_, text);
    }
    std::vector<std::string> entries = parse_history(text);
    if (entries.size() > entries_max) {
        entries.erase(entries.begin(), entries.end() - static_cast<std::ptrdiff_t>(entries_max));
    }
    return entries;
}

Result<void> HistoryFile::append(std::string_view entry) {
    const LockedFile file(path_, O_WRONLY | O_APPEND | O_CREAT);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch());
    const std::string text = "#" + std::to_string(seconds.count()) + "\n" + std::string(entry) + "\n";
    if (file.get() < 0 || !write_all(file.get(), text)) {
        return fail(system_error(errno, "history.unwritable", "keep the history", path_));
    }
    return {};
}

} // namespace tradesh::prompt
