#include "core/store/disk_reserve.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace tradesh::store {
namespace {

constexpr off_t piece_bytes = 2 << 20; // some hundred commits, and room for the venue to keep up with them

} // namespace

Result<void> DiskReserve::hold() {
    const int file = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        const bool full = errno == ENOSPC || errno == EDQUOT;
        return fail(system_error(errno, full ? "store.full" : "store.reserve", "reserve disk space", path_));
    }
    struct stat before{};
    const bool known = ::fstat(file, &before) == 0;
    const int failure = ::posix_fallocate(file, 0, bytes_); // does nothing where the blocks are there already
    if (failure != 0 && known && ::ftruncate(file, before.st_size) != 0) {
        ::unlink(path_.c_str()); // a file that is longer than what it holds would tell a lie
    }
    ::close(file);
    if (failure != 0) {
        const bool full = failure == ENOSPC || failure == EDQUOT;
        return fail(system_error(failure, full ? "store.full" : "store.reserve", "reserve disk space", path_));
    }
    return {};
}

bool DiskReserve::give_up_some() {
    struct stat held{};
    if (::stat(path_.c_str(), &held) != 0 || held.st_size == 0) {
        return false;
    }
    const bool is_last = held.st_size <= piece_bytes;
    return (is_last ? ::unlink(path_.c_str()) : ::truncate(path_.c_str(), held.st_size - piece_bytes)) == 0;
}

} // namespace tradesh::store
