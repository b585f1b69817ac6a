#include "cli/commands/account.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/commands/data.hpp"
#include "cli/commands/help.hpp"
#include "cli/commands/live.hpp"
#include "cli/commands/log.hpp"
#include "cli/commands/order.hpp"
#include "cli/commands/order_group.hpp"
#include "cli/commands/order_lookup.hpp"
#include "cli/commands/order_modify.hpp"
#include "cli/commands/order_submit.hpp"
#include "cli/commands/preset.hpp"
#include "cli/commands/risk.hpp"
#include "cli/commands/risk_halt.hpp"
#include "cli/commands/scan.hpp"
#include "cli/commands/scan_spreads.hpp"
#include "cli/commands/schedule.hpp"
#include "cli/commands/serve.hpp"
#include "cli/commands/session.hpp"
#include "cli/commands/status.hpp"
#include "cli/commands/watchlist.hpp"
#include "cli/commands/webhook.hpp"
#include "cli/commands/webhook_lookup.hpp"
#include "cli/commands/when.hpp"

#include <iterator>
#include <utility>

namespace tradesh::cli {

// The one list of families, in the order in which help shows them.
CommandTable all_commands() {
    std::vector<CommandSpec> all;
    for (const auto family :
         {data_commands,           scan_commands,         scan_spreads_commands, preset_commands,
          watchlist_commands,      order_effect_commands, order_modify_commands, order_group_commands,
          order_submit_commands,   order_lookup_commands, account_commands,      risk_commands,
          risk_halt_commands,      log_commands,          when_commands,         schedule_commands,
          webhook_lookup_commands, webhook_commands,      live_commands,         status_commands,
          serve_commands,          session_commands,      help_commands}) {
        std::vector<CommandSpec> commands = family();
        all.insert(all.end(), std::make_move_iterator(commands.begin()), std::make_move_iterator(commands.end()));
    }
    return CommandTable(std::move(all));
}

} // namespace tradesh::cli
