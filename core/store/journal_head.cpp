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

} // namespace

Result<JournalHead> JournalHead::open(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return fail(system_error(errno, "store.head", "open the file that tells how far the journal is", path));
    }
    JournalHead head(file);
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
