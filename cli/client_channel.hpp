#pragma once

#include "core/base/error.hpp"
#include "core/runtime/task.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace tradesh::cli {

enum class ClientKind : std::uint8_t { one_shot, script, prompt };

/// What a client tells of itself when it attaches. Never secrets.
struct ClientFacts {
    ClientKind kind = ClientKind::one_shot;
    bool stdin_is_terminal = false;
    bool stdout_is_terminal = false;
    bool stderr_is_terminal = false;
    int columns = 80;
    int rows = 24;
    std::string directory;                          ///< its working directory, for messages only
    std::map<std::string, std::string> environment; ///< TRADESH_*, TZ, LANG, LC_ALL, TERM, NO_COLOR
};

enum class OutputStream : std::uint8_t { out, err };

/// How a client shall open a file.
enum class FileMode : std::uint8_t { read, create, append };

/// A file that the client holds open for us; 0 is its standard input, open from the start.
using FileHandle = std::uint32_t;
inline constexpr FileHandle standard_input = 0;

enum class FileKind : std::uint8_t { absent, regular, other };

/// What a path names, seen from the client.
struct FileFacts {
    FileKind kind = FileKind::absent;
    std::string path; ///< with symbolic links followed, as far as it exists
};

/// The way from a command back to the client that typed it: its output streams and its files. Everything happens in the
/// client's process, with its directory, umask and rights; the core never opens a file that a command names.
/// All calls wait while the client is slow. After the client is gone they fail with kind `cancelled`
/// ("client.gone"), after it lost its reader with kind `cancelled` ("client.reader_left").
class ClientChannel {
public:
    virtual ~ClientChannel() = default;

    virtual const ClientFacts& facts() const = 0;

    virtual runtime::Task<Result<void>> write(OutputStream stream, std::string bytes) = 0;

    virtual runtime::Task<Result<FileHandle>> open(std::string path, FileMode mode) = 0;
    /// At most `bytes_max`; empty at the end of the file.
    virtual runtime::Task<Result<std::string>> read(FileHandle file, std::size_t bytes_max) = 0;
    virtual runtime::Task<Result<void>> write_file(FileHandle file, std::string bytes) = 0;
    virtual runtime::Task<Result<void>> rename(std::string from, std::string to) = 0;
    virtual runtime::Task<Result<void>> close(FileHandle file) = 0;
    /// What stands at `path` (stat). Without an answer of the client, what lies in /dev and /proc is no regular file.
    virtual runtime::Task<Result<FileFacts>> inspect(std::string path) {
        const bool device = path.starts_with("/dev/") || path.starts_with("/proc/");
        FileFacts facts{device ? FileKind::other : FileKind::regular, std::move(path)};
        co_return facts;
    }
    /// Removes a file that this command made: the half-written temporary of a result that failed.
    virtual runtime::Task<Result<void>> remove(std::string path) {
        (void)path;
        co_return Result<void>();
    }

    /// Tells the client, before the wire does, that this command may now have an effect. Should the core die, the
    /// client prints `advice` ("order key K: tradesh order show K") and exits 11 instead of 5.
    virtual void announce_effect(std::string_view advice) = 0;
    /// The outcome is durable: a core that dies from here on costs the client nothing.
    virtual void settle_effect() = 0;

    /// A line above whatever the client shows (fills, a core that leaves). Dropped by clients that are no prompt.
    virtual void notify(std::string_view line) = 0;
};

} // namespace tradesh::cli
