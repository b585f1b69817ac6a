#pragma once

#include "core/market/quote.hpp"
#include "core/venue/venue.hpp"

#include <nlohmann/json.hpp>

#include <string>

/// The little protocol between the exchange server of the tests and the remote venue: frames of a four-byte length
/// (big-endian) and a JSON object. Requests carry `do` and `number`; answers carry `reply` (the number) and `value` or
/// `error`; everything that happens to orders comes as `event`. Malformed JSON throws: both ends are ours.
namespace tradesh::test {

using Json = nlohmann::json;
inline constexpr std::size_t frame_bytes_max = 16UL << 20;

std::string to_frame(const Json& message);
std::size_t frame_length(const unsigned char (&header)[4]);

Json to_json(const PriceRule& rule);
Json to_json(const OrderRequest& request);
Json to_json(const VenueOrder& order);
Json to_json(const venue::TradingSnapshot& snapshot);
Json to_json(const venue::TradingEvent& event);
Json to_json(const Quote& quote);

PriceRule price_rule_from(const Json& json);
OrderRequest order_request_from(const Json& json);
VenueOrder venue_order_from(const Json& json);
venue::TradingSnapshot snapshot_from(const Json& json);
venue::TradingEvent event_from(const Json& json);
Quote quote_from(const Json& json);

Decimal decimal_from(const Json& json);
Instant instant_from(const Json& json);
Json to_json(Instant instant);

} // namespace tradesh::test
