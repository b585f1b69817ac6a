#include "app/front/output.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace tradesh::front {
namespace {

bool writable(int fd) {
    pollfd state{.fd = fd, .events = POLLOUT, .revents = 0};
    return ::poll(&state, 1, 0) > 0;
}

/// A pipe or a terminal that polls writable takes this much without blocking; a file takes anything.
std::size_t write_bytes_max(int fd) {
    struct stat facts{};
    return ::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode) ? attach::chunk_bytes_max : PIPE_BUF;
}

} // namespace

void OutputQueue::add(attach::Output output) {
    bytes_ += output.bytes.size();
    queue_.push_back(std::move(output));
}

std::size_t OutputQueue::write() {
    const std::size_t before = bytes_;
    while (!queue_.empty() && write_front()) {
    }
    return before - bytes_;
}

/// False when the stream takes nothing now.
bool OutputQueue::write_front() {
    const attach::Output& output = queue_.front();
    const auto stream = static_cast<std::size_t>(output.stream);
    const int fd = descriptors_[stream];
    std::size_t count = output.bytes.size() - written_; // after an error the rest is dropped
    if (errors_[stream] == 0 && count > 0) {
        if (!writable(fd)) {
            return false;
        }
        const ssize_t result = ::write(fd, output.bytes.data() + written_, std::min(count, write_bytes_max(fd)));
        if (result < 0 && (errno == EAGAIN || errno == EINTR)) {
            return false;
        }
        if (result < 0) {
            errors_[stream] = errno;
            return true;
        }
        count = static_cast<std::size_t>(result);
    }
    written_ += count;
    bytes_ -= count;
    if (written_ == output.bytes.size()) {
        queue_.pop_front();
        written_ = 0;
    }
    return true;
}

void OutputQueue::wait_for(std::vector<pollfd>& polled) const {
    if (!queue_.empty()) {
        polled.push_back(
            {.fd = descriptors_[static_cast<std::size_t>(queue_.front().stream)], .events = POLLOUT, .revents = 0});
    }
}

bool OutputQueue::reader_left() const { return errors_[0] == EPIPE; }

} // namespace tradesh::front
