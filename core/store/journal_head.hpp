#pragma once

#include "core/store/journal_event.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace tradesh::store {

/// How far the journal had come, told by a file beside it. SQLite cannot know that its newest rows are gone when the
/// log that held them is deleted or cut, or the whole file replaced by an older one; this file can.
///
/// It is written after each commit and never flushed: it outlives the process, and after a loss of power it may be
/// behind the journal but never ahead of it.
///
/// Layout: two slots of 64 bytes, written in turn: "tsHead01", seq (8 bytes, little-endian), the row's checksum (32
/// bytes), and the first 16 bytes of the BLAKE2b-256 of all that. The valid slot with the higher seq counts.
class JournalHead {
public:
    struct Position {
        std::int64_t seq = 0;
        ChainChecksum checksum{};
    };

    /// Opens or creates the file (0600) and locks it. Errors: "store.head" (config), "journal.in_use" (connection).
    static Result<JournalHead> open(const std::string& path);
    JournalHead(JournalHead&& other) noexcept;
    JournalHead& operator=(JournalHead&&) = delete;
    ~JournalHead();

    /// False when the file is absent, empty, or holds a slot that is not whole: then it does not vouch for anything.
    bool is_whole() const { return whole_; }
    /// The last position that was noted; nullopt in a new file, or when neither slot is whole.
    const std::optional<Position>& last() const { return last_; }
    /// Notes a position that is durable in the journal. A failure is ignored: the file is then behind, as after a loss
    /// of power.
    void note(const Position& position);

private:
    explicit JournalHead(int file) : file_(file) {}

    int file_;
    std::optional<Position> last_;
    bool whole_ = true;
    std::size_t next_slot_ = 0;
};

} // namespace tradesh::store
