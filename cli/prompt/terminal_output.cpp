#include "cli/prompt/terminal_output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace tradesh::prompt {
namespace {

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno == EAGAIN) { // somebody who shares the terminal made it non-blocking
            pollfd writable{.fd = fd, .events = POLLOUT, .revents = 0};
            ::poll(&writable, 1, -1);
        } else if (errno != EINTR) {
            return; // nobody is there to read it
        }
    }
}

} // namespace

void TerminalOutput::write(Stream stream, std::string_view bytes) {
    if (bytes.empty()) {
        return;
    }
    write_all(stream == Stream::out ? STDOUT_FILENO : STDERR_FILENO, bytes);
    mid_line_ = bytes.back() != '\n';
}

void TerminalOutput::end_line() {
    if (mid_line_) {
        write(Stream::out, "\n");
    }
}

} // namespace tradesh::prompt
