#pragma once

#include <memory>

namespace tradesh::test {

/// While it lives, every SQLite file that is opened lies on a disk that can fail: a layer over SQLite's own file system
/// (a VFS made the default one). One at a time.
class FailingDisk {
public:
    enum class Failure { full, broken }; ///< ENOSPC and EIO, as SQLite tells them

    FailingDisk();
    ~FailingDisk();
    FailingDisk(const FailingDisk&) = delete;
    FailingDisk& operator=(const FailingDisk&) = delete;

    /// The k-th write or flush from now on fails (1 is the next one), and with `lasting` all that follow.
    void fail_at(int k, Failure failure, bool lasting = false);
    /// The k-th time from now on that the index of a log grows (its -shm file), there is no room for it.
    void fail_index_at(int k);
    void mend();
    /// Writes and flushes since it was made.
    int writes() const;

private:
    struct Layer;
    std::unique_ptr<Layer> layer_;
};

} // namespace tradesh::test
