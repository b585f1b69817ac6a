#include "core/store/journal_event.hpp"

#include <sodium.h>

#include <array>
#include <string_view>
#include <utility>

namespace tradesh::store {
namespace {

using Text = std::pair<std::string_view, const std::string*>;

/// The texts of an event in the order of the columns and of the checksum.
std::array<Text, 12> texts_of(const JournalEvent& event) {
    return {{{"kind", &event.kind},
             {"client order id", &event.client_order_id},
             {"venue", &event.venue},
             {"account", &event.account},
             {"venue order id", &event.venue_order_id},
             {"parent", &event.parent},
             {"group", &event.group},
             {"key", &event.key},
             {"request hash", &event.request_hash},
             {"currency", &event.currency},
             {"correlation", &event.correlation},
             {"payload", &event.payload}}};
}

class Hasher {
public:
    Hasher() { crypto_generichash_init(&state_, nullptr, 0, std::tuple_size_v<ChainChecksum>); }

    void bytes(const void* data, std::size_t size) {
        crypto_generichash_update(&state_, static_cast<const unsigned char*>(data), size);
    }
    template <std::size_t Width>
    void number(std::uint64_t value) {
        std::array<unsigned char, Width> encoded{};
        for (unsigned char& byte : encoded) {
            byte = static_cast<unsigned char>(value & 0xff);
            value >>= 8;
        }
        bytes(encoded.data(), encoded.size());
    }
    ChainChecksum finish() {
        ChainChecksum checksum{};
        crypto_generichash_final(&state_, reinterpret_cast<unsigned char*>(checksum.data()), checksum.size());
        return checksum;
    }

private:
    crypto_generichash_state state_{};
};

} // namespace

ChainChecksum chain_checksum(const ChainChecksum& before, std::int64_t seq, const JournalEvent& event) {
    Hasher hasher;
    hasher.bytes(before.data(), before.size());
    for (const std::int64_t number : {seq, event.time.time_since_epoch().count(), event.session, event.leg}) {
        hasher.number<8>(static_cast<std::uint64_t>(number));
    }
    for (const auto& [name, text] : texts_of(event)) {
        hasher.number<4>(text->size());
        hasher.bytes(text->data(), text->size());
    }
    return hasher.finish();
}

Result<void> check_journal_event(const JournalEvent& event) {
    constexpr std::size_t payload_size_max = 1U << 20U;
    constexpr std::size_t text_size_max = 256;
    const auto invalid = [](std::string message) {
        return fail(Error(ErrorKind::usage, "journal.event_invalid", std::move(message)).attempting("record an event"));
    };
    if (event.kind.empty()) {
        return invalid("an event needs a kind");
    }
    for (const auto& [name, text] : texts_of(event)) {
        const std::size_t limit = text == &event.payload ? payload_size_max : text_size_max;
        if (text->size() > limit) {
            return invalid("the " + std::string(name) + " has " + std::to_string(text->size()) + " bytes, at most " +
                           std::to_string(limit) + " are kept");
        }
        if (text->find('\0') != std::string::npos) {
            return invalid("the " + std::string(name) + " contains a zero byte");
        }
    }
    return {};
}

} // namespace tradesh::store
