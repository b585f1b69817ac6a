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
constexpr std::size_t pending_bars_max = 256 << 10; // of all runs

std::unexpected<Error> io_error(int reason) {
    return fail(system_error(reason, reason == ENOSPC ? "spool.full" : "spool.failed", "keep bars in a temporary file",
                             "the data directory"));
}

Result<void> read_whole(int file, std::int64_t offset, std::span<std::byte> into) {
    while (!into.empty()) {
        const ssize_t got = ::pread(file, into.data(), into.size(), offset);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return io_error(got < 0 ? errno : EIO);
        }
        into = into.subspan(static_cast<std::size_t>(got));
        offset += got;
    }
    return {};
}

Result<void> write_whole(int file, std::int64_t offset, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t put = ::pwrite(file, bytes.data(), bytes.size(), offset);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return io_error(errno);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(put));
        offset += put;
    }
    return {};
}

/// All bars as chunks, each with its length before it.
Result<std::vector<std::byte>> encode(const Bars& bars) {
    std::vector<std::byte> bytes;
    for (std::size_t begin = 0; begin < bars.size(); begin += chunk_bars_max) {
        const std::size_t end = std::min(begin + chunk_bars_max, bars.size());
        const Result<std::vector<std::byte>> chunk = encode_chunk(bars, begin, end);
        if (!chunk) {
            return fail(chunk.error());
        }
        const auto size = static_cast<std::uint32_t>(chunk->size());
        const auto prefix = std::bit_cast<std::array<std::byte, sizeof size>>(size);
        bytes.insert(bytes.end(), prefix.begin(), prefix.end());
        bytes.insert(bytes.end(), chunk->begin(), chunk->end());
    }
    return bytes;
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
      end_(other.end_),
      pending_(other.pending_),
      runs_(std::move(other.runs_)) {}

BarSpool& BarSpool::operator=(BarSpool&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(end_, other.end_);
    std::swap(pending_, other.pending_);
    std::swap(runs_, other.runs_);
    return *this;
}

BarSpool::~BarSpool() {
    if (file_ >= 0) {
        ::close(file_);
    }
}

BarSpool::Run& BarSpool::run_at(std::size_t run) {
    if (run >= runs_.size()) {
        runs_.resize(run + 1);
    }
    return runs_[run];
}

std::int64_t BarSpool::size(std::size_t run) const { return run < runs_.size() ? runs_[run].bars : 0; }

Result<void> BarSpool::append(std::size_t run, const Bars& bars) {
    Run& into = run_at(run);
    if (Result<void> added = append_rows(into.pending, bars, 0, bars.size()); !added) {
        return added;
    }
    return settle(into, bars.size());
}

Result<void> BarSpool::prepend(std::size_t run, const Bars& bars) {
    Run& into = run_at(run);
    into.backward = true;
    Bars longer = bars;
    if (Result<void> added = append_rows(longer, into.pending, 0, into.pending.size()); !added) {
        return added;
    }
    into.pending = std::move(longer);
    return settle(into, bars.size());
}

Result<void> BarSpool::settle(Run& run, std::size_t added) {
    run.bars += static_cast<std::int64_t>(added);
    pending_ += added;
    if (run.pending.size() >= piece_bars) {
        return write_out(run);
    }
    if (pending_ >= pending_bars_max) {
        for (Run& each : runs_) {
            if (Result<void> written = write_out(each); !written) {
                return written;
            }
        }
    }
    return {};
}

Result<void> BarSpool::write_out(Run& run) {
    if (run.pending.empty()) {
        return {};
    }
    const Result<std::vector<std::byte>> bytes = encode(run.pending);
    if (!bytes) {
        return fail(bytes.error());
    }
    pending_ -= run.pending.size();
    run.pending = Bars();
    run.pieces.push_back(Piece{.offset = end_, .bytes = bytes->size()});
    end_ += static_cast<std::int64_t>(bytes->size());
    return write_whole(file_, run.pieces.back().offset, *bytes);
}

Result<void> BarSpool::read_piece(const Piece& piece, Bars& into) const {
    std::vector<std::byte> data(piece.bytes);
    if (Result<void> read = read_whole(file_, piece.offset, data); !read) {
        return read;
    }
    std::span<const std::byte> rest(data);
    while (!rest.empty()) {
        std::array<std::byte, sizeof(std::uint32_t)> prefix{};
        std::ranges::copy(rest.first(std::min(rest.size(), prefix.size())), prefix.begin());
        const std::size_t size = std::bit_cast<std::uint32_t>(prefix);
        if (prefix.size() + size > rest.size()) {
            return io_error(EIO);
        }
        const Result<Bars> chunk = decode_chunk(rest.subspan(prefix.size(), size));
        if (!chunk) {
            return fail(chunk.error());
        }
        if (Result<void> added = append_rows(into, *chunk, 0, chunk->size()); !added) {
            return added;
        }
        rest = rest.subspan(prefix.size() + size);
    }
    return {};
}

Result<void> BarSpool::read(std::size_t run, const std::function<Result<void>(const Bars&)>& visitor) {
    Run& from = run_at(run);
    if (Result<void> written = write_out(from); !written) {
        return written;
    }
    Bars bars;
    for (std::size_t i = 0; i < from.pieces.size(); ++i) {
        const Piece& piece = from.pieces[from.backward ? from.pieces.size() - 1 - i : i];
        if (Result<void> read = read_piece(piece, bars); !read) {
            return read;
        }
        if (bars.size() >= piece_bars || i + 1 == from.pieces.size()) {
            if (Result<void> seen = visitor(bars); !seen) {
                return seen;
            }
            bars = Bars();
        }
    }
    return {};
}

} // namespace tradesh::store
