#include "core/store/disk_reserve.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace tradesh::store {

Result<void> DiskReserve::hold() {
    const int file = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return fail(system_error(errno, "store.reserve", "reserve disk space", path_));
    }
    const int failure = ::posix_fallocate(file, 0, bytes_); // does nothing where the blocks are there already
    ::close(file);
    if (failure != 0) {
        ::unlink(path_.c_str());
        const bool full = failure == ENOSPC || failure == EDQUOT;
        return fail(system_error(failure, full ? "store.full" : "store.reserve", "reserve disk space", path_));
    }
    return {};
}

void DiskReserve::release() { ::unlink(path_.c_str()); }

} // namespace tradesh::store
