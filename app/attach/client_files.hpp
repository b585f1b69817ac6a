#pragma once

#include "app/attach/file_descriptor.hpp"
#include "app/attach/message.hpp"

#include <poll.h>

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tradesh::attach {

/// The files that a core uses through its client, opened with the client's directory, umask and rights. Nothing here
/// blocks: a request that has to wait (an empty pipe, a FIFO whose other end is not open yet) stays until `step` can
/// answer it. Standard input is read in place and only when asked for; its descriptor's flags are never changed.
class ClientFiles {
public:
    ClientFiles() = default;
    /// A command that did not come to its end has lost its core or its user: what it made and has put nowhere yet is
    /// removed.
    ~ClientFiles();
    ClientFiles(const ClientFiles&) = delete;
    ClientFiles& operator=(const ClientFiles&) = delete;

    void take(FileRequest request);

    /// Answers every request that can be answered now.
    std::vector<Reply> step();

    /// What the waiting requests wait for. True when one of them can only be tried again after a while
    /// (`retry_after_ms`).
    bool wait_for(std::vector<pollfd>& polled) const;
    static constexpr int retry_after_ms = 10;

    /// The command is over: closes what it left open and forgets what it still asked for.
    void reset();

private:
    struct Waiting {
        FileRequest request;
        std::size_t written = 0; ///< of a Write
    };

    std::optional<Reply> attempt(Waiting& waiting);
    std::optional<Reply> open(const Open& request);
    std::optional<Reply> read(const Read& request);
    std::optional<Reply> write(const Write& request, std::size_t& written);
    Reply rename(const Rename& request);
    Reply remove(const Remove& request);
    int descriptor(std::uint32_t handle) const;

    std::map<std::uint32_t, FileDescriptor> files_;
    std::deque<Waiting> waiting_;
    std::set<std::string> unfinished_; ///< made by this command, and neither renamed nor removed
};

} // namespace tradesh::attach
