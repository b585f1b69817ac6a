#include "core/orders/webhook_filter.hpp"

#include "core/base/suggestion.hpp"
#include "core/orders/webhook_type.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::orders {
namespace {

bool fits(std::string_view pattern, std::string_view type) {
    if (pattern == "*") {
        return true;
    }
    return pattern.ends_with(".*") ? type.starts_with(pattern.substr(0, pattern.size() - 1)) : type == pattern;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(' ');
    return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

} // namespace

Result<WebhookFilter> WebhookFilter::parse(std::string_view text) {
    WebhookFilter filter;
    while (true) {
        const std::size_t comma = text.find(',');
        const std::string_view pattern = trimmed(text.substr(0, comma));
        const auto known = webhook_types();
        if (std::ranges::none_of(known, [&](std::string_view type) { return fits(pattern, type); })) {
            const std::string hint = did_you_mean(pattern, known);
            return fail(
                Error(ErrorKind::usage, "webhook.events",
                      "no message has the type '" + std::string(pattern) + "'" + (hint.empty() ? "" : ": " + hint))
                    .advise("types are listed by: help webhook add; order.* means every one of orders"));
        }
        filter.patterns_.emplace_back(pattern);
        if (comma == std::string_view::npos) {
            return filter;
        }
        text.remove_prefix(comma + 1);
    }
}

bool WebhookFilter::wants(std::string_view type) const {
    return std::ranges::any_of(patterns_, [&](const std::string& pattern) { return fits(pattern, type); });
}

bool WebhookFilter::wants_any(std::span<const std::string_view> types) const {
    return std::ranges::any_of(types, [&](std::string_view type) { return wants(type); });
}

std::string WebhookFilter::to_text() const {
    std::string text;
    for (const std::string& pattern : patterns_) {
        text += (text.empty() ? "" : ",") + pattern;
    }
    return text;
}

} // namespace tradesh::orders
