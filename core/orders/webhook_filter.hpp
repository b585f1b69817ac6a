#pragma once

#include "core/base/error.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::orders {

/// Which messages an endpoint wants: types ("risk.halted"), families ("order.*") or "*" for all.
class WebhookFilter {
public:
    /// "order.*,risk.halted". Errors: usage, "webhook.events", for what matches no type there is.
    static Result<WebhookFilter> parse(std::string_view text);

    bool wants(std::string_view type) const;
    /// Whether it may want what a row of the journal becomes; what exactly that is shows when the message is made.
    bool wants_any(std::span<const std::string_view> types) const;
    /// As `parse` reads it.
    std::string to_text() const;

private:
    std::vector<std::string> patterns_;
};

} // namespace tradesh::orders
