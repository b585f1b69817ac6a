#pragma once

#include "cli/commands/command.hpp"
#include "core/engine/trading_desk.hpp"

namespace tradesh::cli {

/// `--exit-after SPAN`.
OptionSpec exit_after_option();

/// Places the order. With --exit-after, and with target and protect where the venue cannot hold them, the core keeps
/// its exits: they stand armed before the order is sent, so that no fill is without them. Errors besides those of
/// placing: usage "exit.reduces" for a sale that opens nothing, those of arming.
runtime::Task<Result<orders::Placed>> place_with_exit(CommandContext& context, orders::OrderForm form,
                                                      orders::PlaceOptions options, engine::Permission permission);

/// Warns of every exit that stands armed while no core serves, in the commands that show what is held or open.
void warn_of_unwatched_exits(CommandContext& context);

} // namespace tradesh::cli
