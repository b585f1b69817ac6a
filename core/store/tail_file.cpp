#include "core/store/tail_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace tradesh::store {
namespace {

struct Header {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t timeframe;
    std::uint64_t blocks;
};

constexpr std::array<char, 8> magic{'t', 's', 'h', 't', 'a', 'i', 'l', '\n'};
constexpr std::uint32_t version = 1;
constexpr std::size_t page = 4096;
constexpr std::size_t directory_bytes = (tail_blocks_max * sizeof(TailEntry) + page - 1) / page * page;
constexpr std::size_t column_bytes = tail_column_values * 8;
constexpr std::size_t block_bytes = tail_columns * column_bytes;
static_assert(sizeof(TailEntry) == 384 && block_bytes % page == 0);

constexpr std::size_t bytes_with(std::size_t blocks) { return page + directory_bytes + blocks * block_bytes; }

} // namespace

TailFile::TailFile(TailFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      path_(std::move(other.path_)),
      memory_(std::exchange(other.memory_, nullptr)),
      mapped_bytes_(std::exchange(other.mapped_bytes_, 0)),
      blocks_(std::exchange(other.blocks_, 0)) {}

TailFile& TailFile::operator=(TailFile&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(path_, other.path_);
    std::swap(memory_, other.memory_);
    std::swap(mapped_bytes_, other.mapped_bytes_);
    std::swap(blocks_, other.blocks_);
    return *this;
}

TailFile::~TailFile() {
    unmap();
    if (file_ >= 0) {
        ::close(file_);
    }
}

Error TailFile::error(std::string_view attempted) const { return system_error(errno, "tail.file", attempted, path_); }

Result<TailFile> TailFile::open(const std::string& path, Timeframe timeframe) {
    TailFile tail(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW), path);
    if (tail.file_ < 0 && errno != ENOENT) {
        return fail(tail.error("open the scanner's tail"));
    }
    if (tail.file_ < 0 || !tail.is_sound(timeframe)) {
        return create(path, timeframe);
    }
    if (Result<void> mapped = tail.look_again(); !mapped) {
        return fail(std::move(mapped.error()));
    }
    return tail;
}

/// Made under another name first, so that nobody ever meets half of it. When two make one at once, the later one stays.
Result<TailFile> TailFile::create(const std::string& path, Timeframe timeframe) {
    std::string fresh = path + ".XXXXXX";
    TailFile tail(::mkostemp(fresh.data(), O_CLOEXEC), path); // 0600
    const Header header{
        .magic = magic, .version = version, .timeframe = static_cast<std::uint32_t>(timeframe), .blocks = 0};
    if (tail.file_ < 0) {
        return fail(tail.error("make the scanner's tail"));
    }
    const int full = ::posix_fallocate(tail.file_, 0, static_cast<off_t>(bytes_with(0)));
    errno = full != 0 ? full : errno;
    if (full != 0 || ::pwrite(tail.file_, &header, sizeof header, 0) != static_cast<ssize_t>(sizeof header) ||
        ::rename(fresh.c_str(), path.c_str()) != 0) {
        Error failed = tail.error("make the scanner's tail");
        ::unlink(fresh.c_str());
        return fail(std::move(failed));
    }
    if (Result<void> mapped = tail.map(0); !mapped) {
        return fail(std::move(mapped.error()));
    }
    return tail;
}

/// Of its owner alone, of our layout, and as long as it says.
bool TailFile::is_sound(Timeframe timeframe) const {
    struct stat facts{};
    Header header{};
    return ::fstat(file_, &facts) == 0 && S_ISREG(facts.st_mode) && (facts.st_mode & 0777) == 0600 &&
           facts.st_uid == ::geteuid() && ::pread(file_, &header, sizeof header, 0) == sizeof header &&
           header.magic == magic && header.version == version &&
           header.timeframe == static_cast<std::uint32_t>(timeframe) && header.blocks <= tail_blocks_max &&
           static_cast<std::size_t>(facts.st_size) >= bytes_with(header.blocks);
}

bool TailFile::is_current() const {
    struct stat named{};
    struct stat mine{};
    return ::stat(path_.c_str(), &named) == 0 && ::fstat(file_, &mine) == 0 && named.st_ino == mine.st_ino &&
           named.st_dev == mine.st_dev && static_cast<std::size_t>(mine.st_size) >= mapped_bytes_;
}

Result<void> TailFile::look_again() {
    Header header{};
    if (::pread(file_, &header, sizeof header, 0) != static_cast<ssize_t>(sizeof header)) {
        return fail(error("read the scanner's tail"));
    }
    return memory_ != nullptr && header.blocks == blocks_ ? Result<void>() : map(header.blocks);
}

Result<void> TailFile::map(std::size_t blocks) {
    struct stat facts{};
    if (blocks > tail_blocks_max || ::fstat(file_, &facts) != 0 ||
        static_cast<std::size_t>(facts.st_size) < bytes_with(blocks)) {
        return fail(
            Error(ErrorKind::failed, "tail.damaged", "the file is shorter than it says").attempting("map").on(path_));
    }
    void* memory = ::mmap(nullptr, bytes_with(blocks), PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
    if (memory == MAP_FAILED) {
        return fail(error("map the scanner's tail"));
    }
    unmap();
    memory_ = static_cast<std::byte*>(memory);
    mapped_bytes_ = bytes_with(blocks);
    blocks_ = blocks;
    return {};
}

void TailFile::unmap() {
    if (memory_ != nullptr) {
        ::munmap(memory_, mapped_bytes_);
        memory_ = nullptr;
    }
}

Result<void> TailFile::grow(std::size_t blocks) {
    const std::size_t before = blocks_;
    const std::size_t after = before + blocks;
    const int full = ::posix_fallocate(file_, static_cast<off_t>(bytes_with(before)),
                                       static_cast<off_t>(bytes_with(after) - bytes_with(before)));
    if (full != 0) {
        errno = full;
        return fail(error("make room in the scanner's tail"));
    }
    if (Result<void> mapped = map(after); !mapped) {
        return mapped;
    }
    for (std::size_t block = before; block < after; ++block) {
        entry(block).sequence = 1; // nothing in it yet
    }
    const std::uint64_t count = after;
    if (::pwrite(file_, &count, sizeof count, offsetof(Header, blocks)) != static_cast<ssize_t>(sizeof count)) {
        return fail(error("make room in the scanner's tail"));
    }
    return {};
}

TailEntry& TailFile::entry(std::size_t block) const {
    return *reinterpret_cast<TailEntry*>(memory_ + page + block * sizeof(TailEntry));
}

void* TailFile::column(std::size_t block, std::size_t index) const {
    return memory_ + bytes_with(block) + index * column_bytes;
}

void TailFile::prefetch(std::size_t block, std::size_t first, std::size_t last) const {
    if (block < blocks_) {
        ::madvise(column(block, first), (last - first) * column_bytes, MADV_WILLNEED);
    }
}

bool TailFile::try_lock() { return ::flock(file_, LOCK_EX | LOCK_NB) == 0; }
void TailFile::unlock() { ::flock(file_, LOCK_UN); }

} // namespace tradesh::store
