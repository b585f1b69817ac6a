#pragma once

#include "cli/commands/command.hpp"
#include "core/engine/trading_desk.hpp"

namespace tradesh::cli {

/// `--exit-after SPAN`.
OptionSpec exit_after_option();

/// Places the order; with --exit-after an exit that closes what it fills stands armed before it is sent, so that no
/// fill is without it. Errors besides those of placing: usage "exit.reduces" for a sale that opens nothing, those of
/// arming.
runtime::Task<Result<orders::Placed>> place_with_exit(CommandContext& context, orders::OrderForm form,
                                                      orders::PlaceOptions options, engine::Permission permission);

} // namespace tradesh::cli
