#include "core/store/bar_spool.hpp"

#include "core/store/bar_codec.hpp"
#include "core/store/bar_rows.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdlib>
#include <span>
#include <utility>
#include <vector>

namespace tradesh::store {
namespace {

constexpr std::size_t piece_bars = 16 * chunk_bars_max;
constexpr std::size_t chunk_bytes_max = 64 << 10; // 6 varints of 10 bytes a bar, header and checksum

std::unexpected<Error> io_error(int reason) {
    return fail(system_error(reason, reason == ENOSPC ? "spool.full" : "spool.failed", "keep bars in a temporary file",
                             "the data directory"));
}

/// Everything or an error; 0 bytes where the file ends before the first.
Result<std::size_t> read_whole(int file, std::span<std::byte> into) {
    std::size_t done = 0;
    while (done < into.size()) {
        const ssize_t got = ::read(file, into.data() + done, into.size() - done);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0 || (got == 0 && done > 0)) {
            return io_error(got < 0 ? errno : EIO);
        }
        if (got == 0) {
            break;
        }
        done += static_cast<std::size_t>(got);
    }
    return done;
}

Result<void> write_whole(int file, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(file, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return io_error(errno);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
    return {};
}

} // namespace

Result<BarSpool> BarSpool::create(const std::string& folder) {
    std::string path = folder + "/.load-XXXXXX";
    const int file = ::mkostemp(path.data(), O_CLOEXEC);
    if (file < 0) {
        return fail(system_error(errno, "spool.failed", "make a temporary file", folder));
    }
    ::unlink(path.c_str());
    return BarSpool(file);
}

BarSpool::BarSpool(BarSpool&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      bars_(other.bars_),
      pending_(std::move(other.pending_)) {}

BarSpool& BarSpool::operator=(BarSpool&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(bars_, other.bars_);
    std::swap(pending_, other.pending_);
    return *this;
}

BarSpool::~BarSpool() {
    if (file_ >= 0) {
        ::close(file_);
    }
}

Result<void> BarSpool::append(const Bars& bars) {
    if (Result<void> added = append_rows(pending_, bars, 0, bars.size()); !added) {
        return added;
    }
    bars_ += static_cast<std::int64_t>(bars.size());
    return pending_.size() < piece_bars ? Result<void>() : write_out();
}

Result<void> BarSpool::write_out() {
    std::vector<std::byte> bytes;
    for (std::size_t begin = 0; begin < pending_.size(); begin += chunk_bars_max) {
        const std::size_t end = std::min(begin + chunk_bars_max, pending_.size());
        const Result<std::vector<std::byte>> chunk = encode_chunk(pending_, begin, end);
        if (!chunk) {
            return fail(chunk.error());
        }
        const auto size = static_cast<std::uint32_t>(chunk->size());
        const auto prefix = std::bit_cast<std::array<std::byte, sizeof size>>(size);
        bytes.insert(bytes.end(), prefix.begin(), prefix.end());
        bytes.insert(bytes.end(), chunk->begin(), chunk->end());
    }
    pending_ = Bars();
    return write_whole(file_, bytes);
}

Result<void> BarSpool::read(const std::function<Result<void>(const Bars&)>& visitor) {
    if (Result<void> written = write_out(); !written) {
        return written;
    }
    if (::lseek(file_, 0, SEEK_SET) < 0) {
        return io_error(errno);
    }
    Bars piece;
    std::array<std::byte, sizeof(std::uint32_t)> prefix{};
    std::vector<std::byte> data;
    for (;;) {
        const Result<std::size_t> got = read_whole(file_, prefix);
        if (!got) {
            return fail(got.error());
        }
        if (*got == 0) {
            break;
        }
        const auto size = std::bit_cast<std::uint32_t>(prefix);
        if (size > chunk_bytes_max) {
            return io_error(EIO);
        }
        data.resize(size);
        const Result<std::size_t> body = read_whole(file_, data);
        if (!body) {
            return fail(body.error());
        }
        const Result<Bars> chunk = decode_chunk(data);
        if (!chunk) {
            return fail(chunk.error());
        }
        if (Result<void> added = append_rows(piece, *chunk, 0, chunk->size()); !added) {
            return added;
        }
        if (piece.size() >= piece_bars) {
            if (Result<void> seen = visitor(piece); !seen) {
                return seen;
            }
            piece = Bars();
        }
    }
    return piece.empty() ? Result<void>() : visitor(piece);
}

} // namespace tradesh::store
