#pragma once

#include "core/base/error.hpp"

#include <string>
#include <string_view>

namespace tradesh::orders {

/// Whether messages may be sent there: https, to any host that is not written as a private address; with
/// `private_allowed` also to private addresses, and then http as well, but only to "localhost" or to a private address
/// written as a number, so that nothing travels in the clear beyond. What a name stands for is checked when the
/// connection is made. Errors: usage, "webhook.url"; refused, "webhook.private_address" and "webhook.plain_http".
Result<void> check_webhook_url(std::string_view url, bool private_allowed);

/// "https://example.com": without the path, which may hold a secret.
std::string host_of_webhook(std::string_view url);

} // namespace tradesh::orders
