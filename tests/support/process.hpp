#pragma once

#include "core/base/time.hpp"

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace tradesh::test {

/// How a process ended: its exit code, or 128 + signal, as a shell says it.
struct Ended {
    int code = -1;
    std::string out;
    std::string err;
};

struct ProcessOptions {
    std::vector<std::string> words; ///< program path and arguments
    std::map<std::string, std::string> environment{};
    std::string directory = "/";
    bool stdin_pipe = false; ///< else /dev/null
    bool terminal = false;   ///< all three streams are a new terminal of 80 x 24; what it shows is `out`
};

/// A child process of a test. Everything that waits has a limit and throws with what was seen so far.
class Process {
public:
    explicit Process(const ProcessOptions& options);
    ~Process(); ///< kills what still runs
    Process(Process&& other) noexcept;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    pid_t pid() const { return pid_; }
    void write(const std::string& text);
    void close_stdin();
    /// No longer reads its standard output, as `head` does when it leaves.
    void close_stdout();
    void signal(int number) const;
    /// Reads until its output holds `text`.
    void await_output(const std::string& text) { await(ended_.out, text); }
    void await_error(const std::string& text) { await(ended_.err, text); }
    const std::string& output() const { return ended_.out; } ///< as far as it was read
    Ended wait();

private:
    bool pump();
    void await(const std::string& seen, const std::string& text);

    pid_t pid_ = -1;
    int pid_descriptor_ = -1;
    int stdin_ = -1;
    int stdout_ = -1;
    int stderr_ = -1;
    Ended ended_;
};

Ended run(const ProcessOptions& options);

/// Waits for a process that is not our child to end.
void await_end(pid_t pid);

} // namespace tradesh::test
