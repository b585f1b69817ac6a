#include "core/orders/ledger_snapshot.hpp"

#include "core/orders/order_event_codec.hpp"
#include "core/orders/order_json.hpp"

#include <sodium.h>

#include <array>
#include <span>
#include <utility>

namespace tradesh::orders {
namespace {

constexpr std::string_view snapshot_setting = "ledger.snapshot";

std::string hex(std::span<const std::byte> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : bytes) {
        text += digits[std::to_integer<std::size_t>(byte >> 4)];
        text += digits[std::to_integer<std::size_t>(byte & std::byte{15})];
    }
    return text;
}

/// BLAKE2b-256, in front of the text that it seals.
std::string seal_of(std::string_view text) {
    std::array<std::byte, 32> seal{};
    crypto_generichash(reinterpret_cast<unsigned char*>(seal.data()), seal.size(),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr, 0);
    return hex(seal);
}

/// The text behind the seal; empty when they do not fit.
std::string_view unsealed(std::string_view sealed) {
    const std::size_t size = sealed.find(' ');
    if (size == std::string_view::npos) {
        return {};
    }
    const std::string_view text = sealed.substr(size + 1);
    return seal_of(text) == sealed.substr(0, size) ? text : std::string_view();
}

template <class Sums>
Json to_json(const Sums& sums) {
    Json json = Json::object();
    for (const auto& [symbol, sum] : sums) {
        json[symbol] = sum.to_string();
    }
    return json;
}

template <class Sums>
void read_sums(const Json& json, Sums& sums) {
    for (const auto& [symbol, sum] : json.items()) {
        sums[symbol] = required(Decimal::parse(sum.get<std::string>()));
    }
}

/// One order, folded from its rows.
Result<std::optional<Order>> fold(store::JournalFile& file, const Json& rows) {
    std::optional<Order> order;
    for (const Json& seq : rows) {
        const Result<std::optional<store::JournalRow>> row = file.row(seq.get<std::int64_t>());
        if (!row) {
            return fail(row.error());
        }
        if (!*row) {
            return std::nullopt;
        }
        const Result<OrderEvent> event = decode((*row)->event);
        if (!event) {
            return fail(event.error());
        }
        if (order) {
            apply(*order, *event);
        } else if (begins_order(event->fact)) {
            order = begin_order(*event);
        }
    }
    return order;
}

/// Throws what json throws.
Result<std::optional<FoldedLedger>> unfold(store::JournalFile& file, const Json& json, std::size_t ended_kept) {
    const auto seq = json.at("seq").get<std::int64_t>();
    if (json.at("ended_kept").get<std::size_t>() != ended_kept || seq > file.last_seq()) {
        return std::nullopt;
    }
    const Result<store::ChainChecksum> checksum = file.checksum_at(seq);
    if (!checksum) {
        return fail(checksum.error());
    }
    if (hex(*checksum) != text_at(json, "chain")) {
        return std::nullopt;
    }
    FoldedLedger folded{.ledger = OrderLedger(ended_kept), .gaps = {}, .seq = seq};
    for (const Json& rows : json.at("orders")) {
        Result<std::optional<Order>> order = fold(file, rows);
        if (!order || !*order) {
            return order ? Result<std::optional<FoldedLedger>>() : fail(std::move(order.error()));
        }
        folded.ledger.restore(std::move(**order));
    }
    OrderLedger::Past past{.count = json.at("count").get<std::size_t>(),
                           .traded = {},
                           .last_fill_time = Instant(Duration(json.at("last_fill_ns").get<std::int64_t>())),
                           .ended = {}};
    read_sums(json.at("traded"), past.traded);
    read_sums(json.at("gaps"), folded.gaps);
    for (const Json& id : json.at("ended")) {
        past.ended.emplace_back(id.get<std::string>());
    }
    folded.ledger.resume(std::move(past));
    return folded;
}

} // namespace

Result<std::optional<FoldedLedger>> read_snapshot(store::JournalFile& file, std::size_t ended_kept) {
    const Result<std::optional<std::string>> sealed = file.setting(snapshot_setting);
    if (!sealed) {
        return fail(sealed.error());
    }
    const std::string_view text = *sealed ? unsealed(**sealed) : std::string_view();
    if (text.empty()) {
        return std::nullopt;
    }
    try {
        return unfold(file, Json::parse(text), ended_kept);
    } catch (const std::exception&) {
        return std::nullopt; // of another version
    }
}

Result<void> keep_snapshot(store::JournalFile& file, const FoldedLedger& folded, std::size_t ended_kept) {
    const Result<store::ChainChecksum> checksum = file.checksum_at(folded.seq);
    if (!checksum) {
        return fail(checksum.error());
    }
    Json orders = Json::array();
    for (const Order* order : folded.ledger.all()) {
        const Result<std::vector<store::JournalRow>> rows = file.events_of_order(order->request.id.value);
        if (!rows) {
            return fail(rows.error());
        }
        Json seqs = Json::array();
        for (const store::JournalRow& row : *rows) {
            if (row.seq <= folded.seq && is_order_event(row.event)) {
                seqs.push_back(row.seq);
            }
        }
        orders.push_back(std::move(seqs));
    }
    const OrderLedger::Past past = folded.ledger.past();
    Json ended = Json::array();
    for (const ClientOrderId& id : past.ended) {
        ended.push_back(id.value);
    }
    const std::string text = Json{
        {"seq", folded.seq},
        {"chain", hex(*checksum)},
        {"ended_kept", ended_kept},
        {"count", past.count},
        {"last_fill_ns", past.last_fill_time.time_since_epoch().count()},
        {"traded", to_json(past.traded)},
        {"gaps", to_json(folded.gaps)},
        {"orders", std::move(orders)},
        {"ended",
         std::move(ended)}}.dump(-1, ' ', false, Json::error_handler_t::replace);
    return file.set_setting(snapshot_setting, seal_of(text) + " " + text);
}

} // namespace tradesh::orders
