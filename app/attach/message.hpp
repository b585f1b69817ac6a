#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// What a client and its core say to each other over the profile's socket. Plain values; codec.hpp makes bytes of them.
///
/// A client sends Hello and its first Run in one write and never waits for Welcome. The core answers Welcome, or
/// Refuse, or Leaving. Then come Output, file requests and Effect, each command ends with Done, and the client may go.
namespace tradesh::attach {

/// Raised whenever the meaning of a frame changes. Hello's first field, Refuse and Leaving never change, so that two
/// versions can always tell each other apart.
inline constexpr std::uint32_t protocol_version = 2;

/// Output that a client has not acknowledged yet: the core sends no more than this.
inline constexpr std::size_t output_window_bytes = 256UL * 1024;
/// The most bytes in one Output, Write or Reply.
inline constexpr std::size_t chunk_bytes_max = 64UL * 1024;

enum class ClientKind : std::uint8_t { one_shot, script, prompt };
enum class RunForm : std::uint8_t {
    words,  ///< the words of one command line, from argv
    text,   ///< command text from `-c`
    script, ///< a file that the core reads through the client; "-" is standard input
};
enum class Stream : std::uint8_t { out, err };
enum class FileMode : std::uint8_t { read, create, append };
enum class FileKind : std::uint8_t { absent, regular, other };

// From the client

struct Hello {
    std::uint32_t protocol = protocol_version;
    std::string build; ///< version of the program, for messages
    ClientKind kind = ClientKind::one_shot;
    bool stdin_is_terminal = false;
    bool stdout_is_terminal = false;
    bool stderr_is_terminal = false;
    std::uint16_t columns = 80;
    std::uint16_t rows = 24;
    std::string directory;
    std::vector<std::pair<std::string, std::string>> environment;

    bool operator==(const Hello&) const = default;
};

struct Run {
    std::uint32_t id = 0;
    RunForm form = RunForm::words;
    std::vector<std::string> words; ///< the command's words; for text and script the options beside it, as typed
    std::string text;               ///< the text of `-c`, or the name of the script

    bool operator==(const Run&) const = default;
};

/// The user or the system wants this command to stop: SIGINT, SIGTERM, SIGHUP, or SIGPIPE when its reader left.
struct Cancel {
    std::uint32_t id = 0;
    std::uint8_t signal = 0;

    bool operator==(const Cancel&) const = default;
};

struct Resize {
    std::uint16_t columns = 80;
    std::uint16_t rows = 24;

    bool operator==(const Resize&) const = default;
};

/// So many bytes of Output have been written: the core may send as many again.
struct Acknowledge {
    std::uint32_t bytes = 0;

    bool operator==(const Acknowledge&) const = default;
};

/// The answer to a file request. `error` is an errno, 0 for success; `bytes` is what Read read, or the path that
/// Inspect found with symbolic links followed.
struct Reply {
    std::uint32_t request = 0;
    std::int32_t error = 0;
    FileKind kind = FileKind::absent; ///< for Inspect
    std::string bytes;

    bool operator==(const Reply&) const = default;
};

struct Complete {
    std::uint32_t id = 0;
    std::string line;
    std::uint32_t point = 0; ///< byte offset of the cursor

    bool operator==(const Complete&) const = default;
};

// From the core

struct Welcome {
    std::uint32_t core_pid = 0;
    std::string build;

    bool operator==(const Welcome&) const = default;
};

/// The core will not serve this client. Also how a core that cannot start tells its starter why.
struct Refuse {
    std::uint8_t exit_code = 1;
    std::string code; ///< stable dotted name
    std::string message;
    std::string hint;

    bool operator==(const Refuse&) const = default;
};

/// This core is going. With `nothing_was_run` the client takes its command to the next core; otherwise the command is
/// being cancelled and its Done follows.
struct Leaving {
    bool nothing_was_run = true;
    std::string reason;

    bool operator==(const Leaving&) const = default;
};

struct Output {
    Stream stream = Stream::out;
    std::string bytes;

    bool operator==(const Output&) const = default;
};

/// File requests: each is answered by a Reply. The core chooses the handle; 0 is standard input, open from the start.
/// Done closes every file that a command left open.
struct Open {
    std::uint32_t request = 0;
    std::uint32_t handle = 0;
    FileMode mode = FileMode::read;
    std::string path;

    bool operator==(const Open&) const = default;
};
struct Read {
    std::uint32_t request = 0;
    std::uint32_t handle = 0;
    std::uint32_t bytes_max = 0;

    bool operator==(const Read&) const = default;
};
struct Write {
    std::uint32_t request = 0;
    std::uint32_t handle = 0;
    std::string bytes;

    bool operator==(const Write&) const = default;
};
struct Rename {
    std::uint32_t request = 0;
    std::string from;
    std::string to;

    bool operator==(const Rename&) const = default;
};
struct Close {
    std::uint32_t request = 0;
    std::uint32_t handle = 0;

    bool operator==(const Close&) const = default;
};

struct Inspect {
    std::uint32_t request = 0;
    std::string path;

    bool operator==(const Inspect&) const = default;
};
struct Remove {
    std::uint32_t request = 0;
    std::string path;

    bool operator==(const Remove&) const = default;
};

/// From here on the command may have an effect: should the core die, print `advice` and exit 11.
struct Effect {
    std::string advice;

    bool operator==(const Effect&) const = default;
};
/// The outcome of every effect so far is durable.
struct Settled {
    bool operator==(const Settled&) const = default;
};

/// A line above the prompt.
struct Notice {
    std::string line;

    bool operator==(const Notice&) const = default;
};

struct Done {
    std::uint32_t id = 0;
    std::uint8_t exit_code = 0;

    bool operator==(const Done&) const = default;
};

struct Completions {
    std::uint32_t id = 0;
    std::uint32_t start = 0; ///< byte offset in the line of the word being completed
    std::vector<std::string> words;
    bool files = false; ///< the word is a file's name: the client, which is where the files are, completes it

    bool operator==(const Completions&) const = default;
};

/// What a prompt shows before the cursor; sent to prompts after Welcome and before each Done.
struct PromptState {
    std::string venue;
    std::string mode; ///< "paper", "live"
    bool armed = false;
    std::string dropped_on_leaving{}; ///< what is told to someone who leaves now; empty: nothing is lost

    bool operator==(const PromptState&) const = default;
};

/// The place in the list is the number on the wire: append only.
using ClientMessage = std::variant<Hello, Run, Cancel, Resize, Acknowledge, Reply, Complete>;
using CoreMessage = std::variant<Welcome, Refuse, Leaving, Output, Effect, Settled, Notice, Done, Completions,
                                 PromptState, Open, Read, Write, Rename, Close, Inspect, Remove>;
/// The requests among them that a client answers with a Reply.
using FileRequest = std::variant<Open, Read, Write, Rename, Close, Inspect, Remove>;

} // namespace tradesh::attach
