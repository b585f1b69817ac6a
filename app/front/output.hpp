#pragma once

#include "app/attach/message.hpp"

#include <poll.h>

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

namespace tradesh::front {

/// What the core sends for standard output and standard error, written in the order in which it came and never with a
/// call that blocks. Descriptors are inherited: their flags are not ours to change, and they may be non-blocking.
class OutputQueue {
public:
    void add(attach::Output output);
    /// Writes what the streams take now. Returns the bytes disposed of since the last call.
    std::size_t write();
    /// Standard output goes elsewhere from here on: into a pager's pipe.
    void redirect(int standard_output) { descriptors_[0] = standard_output; }

    bool empty() const { return queue_.empty(); }
    std::size_t bytes() const { return bytes_; }
    void wait_for(std::vector<pollfd>& polled) const;

    /// The reader of standard output has left: there is nobody to write for any more.
    bool reader_left() const;
    /// The errno that standard output ended with; 0 while it works. What comes after it is dropped.
    int output_error() const { return errors_[0]; }

private:
    bool write_front();

    std::deque<attach::Output> queue_;
    std::size_t written_ = 0; ///< of the first in the queue
    std::size_t bytes_ = 0;
    int descriptors_[2] = {1, 2};
    int errors_[2] = {0, 0};
};

} // namespace tradesh::front
