#include "core/store/journal_head.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <utility>

namespace tradesh::store {
namespace {

constexpr std::string_view magic = "tsHead01";
constexpr std::size_t seal_size = 16;
constexpr std::size_t slot_size = 64;
using Slot = std::array<unsigned char, slot_size>;

std::span<unsigned char> seal_of(Slot& slot) { return std::span(slot).last(seal_size); }

/// What closes a slot: a torn or damaged one does not fit it.
std::array<unsigned char, seal_size> seal(const Slot& slot) {
    std::array<unsigned char, seal_size> bytes{};
    crypto_generichash(bytes.data(), bytes.size(), slot.data(), slot_size - seal_size, nullptr, 0);
    return bytes;
}

Slot to_slot(const JournalHead::Position& position) {
    Slot slot{};
    auto* at = std::ranges::copy(magic, slot.data()).out;
    for (int shift = 0; shift < 64; shift += 8) {
        *at++ = static_cast<unsigned char>(static_cast<std::uint64_t>(position.seq) >> shift);
    }
    std::ranges::transform(position.checksum, at, [](std::byte byte) { return static_cast<unsigned char>(byte); });
    std::ranges::copy(seal(slot), seal_of(slot).begin());
    return slot;
}

std::optional<JournalHead::Position> from_slot(Slot slot) {
    if (!std::ranges::equal(std::span(slot).first(magic.size()), magic) ||
        !std::ranges::equal(seal_of(slot), seal(slot))) {
        return std::nullopt;
    }
    JournalHead::Position position;
    const unsigned char* at = slot.data() + magic.size();
    std::uint64_t seq = 0;
    for (int shift = 0; shift < 64; shift += 8) {
        seq |= static_cast<std::uint64_t>(*at++) << shift;
    }
    position.seq = static_cast<std::int64_t>(seq);
    std::ranges::transform(std::span(at, position.checksum.size()), position.checksum.begin(),
                           [](unsigned char byte) { return static_cast<std::byte>(byte); });
    return position;
}

/// The file stays locked while it is open: whatever becomes of the lock of a core, a second process does not write to
/// the same journal. The lock is the process's own (fcntl): nothing else here may open and close this file.
Result<void> lock(int file, const std::string& path) {
    struct flock wanted{};
    wanted.l_type = F_WRLCK;
    wanted.l_whence = SEEK_SET;
    if (::fcntl(file, F_SETLK, &wanted) == 0) {
        return {};
    }
    if (errno != EACCES && errno != EAGAIN) {
        return fail(system_error(errno, "store.head", "lock the journal", path));
    }
    struct flock holder = wanted;
    const bool is_known = ::fcntl(file, F_GETLK, &holder) == 0 && holder.l_type != F_UNLCK;
    const std::string pid = is_known ? std::to_string(holder.l_pid) : "";
    return fail(Error(ErrorKind::connection, "journal.in_use",
                      "another process" + (is_known ? ", pid " + pid + "," : std::string()) +
                          " has this journal open, and two must never write to it")
                    .attempting("open the journal")
                    .on(path)
                    .advise(is_known ? "it is a core that has lost its lock: end it, which loses nothing that was "
                                       "acknowledged, and try again: kill -9 " +
                                           pid
                                     : "try again"));
}

} // namespace

Result<JournalHead> JournalHead::open(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        Error error = system_error(errno, "store.head", "open the file that tells how far the journal is", path);
        error.kind = ErrorKind::config;
        return fail(std::move(error).advise("it must be yours to read and write: chmod 600 " + path));
    }
    JournalHead head(file);
    if (Result<void> locked = lock(file, path); !locked) {
        return fail(std::move(locked.error()));
    }
    for (std::size_t i = 0; i < 2; ++i) {
        Slot slot{};
        const ssize_t got = ::pread(file, slot.data(), slot.size(), static_cast<off_t>(i * slot_size));
        const std::optional<Position> position =
            got == static_cast<ssize_t>(slot.size()) ? from_slot(slot) : std::nullopt;
        head.whole_ = head.whole_ && (position || got == 0); // the second slot is absent at first
        if (position && (!head.last_ || position->seq > head.last_->seq)) {
            head.last_ = position;
            head.next_slot_ = 1 - i; // the newest one stays whole while the other is written
        }
    }
    head.whole_ = head.whole_ && head.last_;
    return head;
}

JournalHead::JournalHead(JournalHead&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      last_(other.last_),
      whole_(other.whole_),
      next_slot_(other.next_slot_) {}

JournalHead::~JournalHead() {
    if (file_ >= 0) {
        ::close(file_);
    }
}

void JournalHead::note(const Position& position) {
    const Slot slot = to_slot(position);
    const ssize_t written = ::pwrite(file_, slot.data(), slot.size(), static_cast<off_t>(next_slot_ * slot_size));
    if (written == static_cast<ssize_t>(slot.size())) {
        last_ = position;
        next_slot_ = 1 - next_slot_;
    }
}

} // namespace tradesh::store
