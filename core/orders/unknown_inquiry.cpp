#include "core/orders/unknown_inquiry.hpp"

#include <algorithm>
#include <array>

namespace tradesh::orders {
namespace {

using namespace std::chrono_literals;

constexpr int misses_until_absent = 3;

/// The moment after `tries` questions, counted from the first doubt.
Duration next_question(const UnknownInquiry::Case& asked, Duration now) {
    constexpr std::array<Duration, 6> offsets{500ms, 1s, 2s, 5s, 10s, 30s};
    constexpr Duration every = 30s;
    const auto tries = static_cast<std::size_t>(asked.tries);
    const Duration planned = tries <= offsets.size() ? asked.began + offsets[tries - 1] : now + every;
    return std::max(planned, now + offsets.front());
}

} // namespace

void UnknownInquiry::begin(const ClientOrderId& order, Duration now) {
    cases_.try_emplace(order, Case{.began = now, .next = now});
}

const UnknownInquiry::Case* UnknownInquiry::find(const ClientOrderId& order) const {
    const auto found = cases_.find(order);
    return found == cases_.end() ? nullptr : &found->second;
}

std::vector<ClientOrderId> UnknownInquiry::all() const {
    std::vector<ClientOrderId> orders;
    for (const auto& [order, asked] : cases_) {
        orders.push_back(order);
    }
    return orders;
}

std::optional<Duration> UnknownInquiry::next_due() const {
    std::optional<Duration> next;
    for (const auto& [order, asked] : cases_) {
        if (!asked.is_asked) {
            next = next ? std::min(*next, asked.next) : asked.next;
        }
    }
    return next;
}

std::vector<ClientOrderId> UnknownInquiry::due(Duration now) const {
    std::vector<ClientOrderId> orders;
    for (const auto& [order, asked] : cases_) {
        if (!asked.is_asked && asked.next <= now) {
            orders.push_back(order);
        }
    }
    return orders;
}

bool UnknownInquiry::ask(const ClientOrderId& order) {
    const auto asked = cases_.find(order);
    if (asked == cases_.end() || asked->second.is_asked) {
        return false;
    }
    asked->second.is_asked = true;
    asked->second.has_moved = false;
    return true;
}

void UnknownInquiry::moved(const ClientOrderId& order) {
    if (const auto asked = cases_.find(order); asked != cases_.end()) {
        asked->second.has_moved = true;
    }
}

void UnknownInquiry::failed(const ClientOrderId& order, Duration now) {
    if (const auto asked = cases_.find(order); asked != cases_.end()) {
        ++asked->second.tries;
        asked->second.is_asked = false;
        asked->second.next = next_question(asked->second, now);
    }
}

void UnknownInquiry::found(const ClientOrderId& order, Duration now) {
    failed(order, now);
    if (const auto asked = cases_.find(order); asked != cases_.end()) {
        ++asked->second.times;
    }
}

bool UnknownInquiry::missed(const ClientOrderId& order, Duration now, Duration turns_up_within) {
    found(order, now);
    const auto asked = cases_.find(order);
    if (asked == cases_.end()) {
        return false;
    }
    ++asked->second.misses;
    return asked->second.misses >= misses_until_absent && now - asked->second.began >= turns_up_within;
}

} // namespace tradesh::orders
