#pragma once

#include "app/attach/file_descriptor.hpp"
#include "app/attach/message.hpp"
#include "core/base/time.hpp"

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::front {

/// The pager's command line for a result on a terminal: `$TRADESH_PAGER`, else `$PAGER`, else less where it is
/// installed; empty (no paging) when the one that counts is empty or "cat", or on a dumb terminal.
std::string choose_pager();

/// Decides whether a result goes through a pager: it holds standard output back until it is longer than the screen, or
/// the command is done, or it has waited so long that the command must be a live one.
class Pager {
public:
    /// An empty command never pages.
    Pager(std::string command, int rows);
    ~Pager() { close(); }
    Pager(const Pager&) = delete;
    Pager& operator=(const Pager&) = delete;

    bool holds() const { return holds_; }
    void hold(attach::Output output, Duration now);
    bool screen_is_full() const { return lines_ >= rows_; }
    /// When it has held back long enough.
    std::optional<Duration> deadline() const { return deadline_; }
    /// Everything held, and from here on it holds nothing any more.
    std::vector<attach::Output> release();

    /// Starts the program; what is written to the returned descriptor is shown. nullopt when it cannot be started.
    std::optional<int> start();
    bool runs() const { return process_ > 0; }
    /// No more to show: waits until the user has left it.
    void close();

private:
    std::string command_;
    int rows_;
    int lines_ = 0;
    bool holds_;
    std::vector<attach::Output> held_;
    std::optional<Duration> deadline_;
    attach::FileDescriptor pipe_;
    pid_t process_ = 0;
};

} // namespace tradesh::front
