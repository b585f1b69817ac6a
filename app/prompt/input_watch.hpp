#pragma once

#include "app/attach/file_descriptor.hpp"
#include "core/runtime/loop.hpp"

#include <asio/posix/stream_descriptor.hpp>

#include <functional>

namespace tradesh::prompt_process {

/// Tells when standard input, a terminal, can be read. The loop makes every descriptor it watches non-blocking, and
/// that flag belongs to the open file, which the shell before us and standard output share. So the loop watches an
/// epoll instance of our own that watches the terminal, whose flags stay as they are.
class InputWatch {
public:
    InputWatch(runtime::Loop& loop, std::function<void()> on_readable);

    /// While wanted, `on_readable` is called again and again as long as there is input.
    void want(bool wanted);

private:
    void arm();
    void readable();

    runtime::Loop& loop_;
    std::function<void()> on_readable_;
    asio::posix::stream_descriptor epoll_;
    bool wanted_ = false;
    bool armed_ = false;
};

} // namespace tradesh::prompt_process
