#pragma once

#include "core/market/instrument.hpp"

#include <string>
#include <string_view>

namespace tradesh::orders {

/// In bytes; what is made of a key, "eod:KO", stays within what the journal keeps (256).
inline constexpr std::size_t key_size_max = 128;

/// Usage error, "key.form", unless the key can be told from others and from an order's id: 1 to 128 characters, none of
/// them a control character, no blank at either end, and not the form of an id such as k4x9-3-12.
Result<void> check_key_form(std::string_view key);

/// True when the key has a part in braces.
bool has_key_words(std::string_view key);

/// Puts dates in place of the words in braces: `{session}` is the trading date of the instrument's exchange, or the UTC
/// date where its venue trades around the clock (`trades_always`); `{date}` the UTC date, `{date:America/New_York}`
/// that of a zone. Usage error, "key.word", for any other word or a brace without its partner. Reads tzdata, which does
/// not belong on the loop.
Result<std::string> expand_key(std::string_view key, const Instrument& instrument, bool trades_always, Instant now);

/// True for keys that the core gives by itself, to the orders of triggers and exits: exit-5, exit-5.1, when-3, sched-2,
/// sched-2@2026-11-21, and those of several orders under one of them. Nobody else may use them.
bool is_core_key(std::string_view key);

/// The key of one order of several that share `key`: "eod:KO"; empty when there is none.
std::string child_key(std::string_view key, std::string_view part);

} // namespace tradesh::orders
