#pragma once

#include "cli/commands/command.hpp"
#include "cli/commands/order_words.hpp"
#include "core/engine/trading_desk.hpp"

/// What every command that sends orders does before it sends one.
namespace tradesh::cli {

/// How long an answer of the venue is waited for unless --timeout says otherwise.
inline constexpr Duration order_answer_limit = std::chrono::seconds(5);

/// The options of the line, and the words' own key where they have one. Words in a key must be expanded before.
orders::PlaceOptions place_options(CommandContext& context, const OrderWords& words);
/// Leave to trade as this client has it now; sending keeps its arming alive.
engine::Permission permission(CommandContext& context, bool size_has_unit);

/// A key that is ignored is a trap: an empty one, or two that differ, is a usage error.
Result<void> check_key(const CommandContext& context, const std::string& own_key);
/// The key of the line or of the words with dates in place of its words; empty when there is none.
runtime::Task<Result<std::string>> expanded_key(CommandContext& context, std::string own_key, std::string symbol);
/// A time of day without a zone is that of --tz, where it is given.
void apply_zone(const CommandContext& context, orders::OrderForm& form);

} // namespace tradesh::cli
