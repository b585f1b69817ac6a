#pragma once

#include "cli/commands/command.hpp"
#include "cli/commands/order_words.hpp"

#include <string>
#include <vector>

namespace tradesh::cli {

/// Orders collected between `begin` and `commit`. It belongs to one client and is gone with it.
struct OrderGroup {
    std::string name;
    std::string key; ///< of the whole group; each leg's is KEY:LEG
    std::vector<OrderWords> legs;
    bool rehearsed = false; ///< as it stands: then it may be left behind
};

inline constexpr std::size_t group_legs_max = 20;

/// Adds an order to the client's open group, and says so: nothing is sent before `commit`.
runtime::Task<Result<void>> add_to_group(CommandContext& context, OrderWords words);

/// What a client is told that leaves with a group open.
Error group_dropped(const OrderGroup& group);

/// `order begin`, `order commit`, `order abort`
std::vector<CommandSpec> order_group_commands();

} // namespace tradesh::cli
