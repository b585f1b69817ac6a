#pragma once

#include "core/base/error.hpp"
#include "core/base/money.hpp"
#include "core/base/place.hpp"
#include "core/base/time.hpp"
#include "core/market/currency_rates.hpp"
#include "core/orders/risk_limits.hpp"
#include "core/runtime/log.hpp"
#include "core/venue/history_simulation_options.hpp"

#include <string>

namespace tradesh::engine {

/// What one profile is, from `config.toml` in the configuration directory:
///
///     [core]
///     linger_s = 30              # how long a core stays after its last client
///     log_level = "info"
///     workers = 2                # threads for scans and files
///
///     [profiles.paper]           # exists by default
///     venue = "paper"
///     cash_usd = "100000"        # of the paper account, when it is first opened
///     seed = 1                   # of the paper market's prices
///
///     [profiles.demo]            # exists by default as well: paper money and made-up history, nothing to sign up for
///     history = "simulated"      # where `data load` gets bars from: "none" elsewhere; with a market.db of its own
///
///     [profiles.demo.history_simulation]  # see HistorySimulationOptions
///     seed = 1
///     latency_ms = 40
///     requests_max = 20          # within requests_window_s
///     requests_window_s = 1
///     in_flight_max = 8
///     bars_per_request_max = 2000
///     publish_delay_s = 5
///     no_trade_pct = 1
///     error_pct = 0
///     minute_bars_since = "2024-01-01"
///     daily_bars_since = "2000-01-01"
///
///     [profiles.practice]
///     venue = "paper"
///     rehearse = "live"          # play money, but every rule of live trading
///
///     [profiles.practice.risk]
///     order_notional_max_usd = "25000"   # see core/engine/risk_config.hpp, also for [rates]
///     order_quantity_max = "1000"
///     open_orders_max = 20
///
/// Numbers that are money or quantities may be written as strings, so that they stay exact. An unknown key is an error,
/// because a misspelt limit would be no limit.
struct Profile {
    std::string name;
    std::string venue = "paper";
    bool live = false;     ///< trades real money
    bool rehearse = false; ///< paper money under the rules of live trading
    Money cash{.amount = 100'000, .currency = Currency("USD")};
    std::uint64_t seed = 1;
    bool simulated_history = false; ///< bars to load are made up; they live in the profile's own market.db
    venue::HistorySimulationOptions history_simulation;
    Duration linger = std::chrono::seconds(30);
    runtime::LogLevel log_level = runtime::LogLevel::info;
    std::size_t workers = 2;
    orders::RiskLimits limits;
    CurrencyRates rates; ///< of [rates] and rates.csv

    bool live_rules() const { return live || rehearse; }
    /// "paper", "live", or "rehearsal": never mistaken for one another, in the prompt and in every JSON object.
    std::string_view mode() const { return live ? "live" : rehearse ? "rehearsal" : "paper"; }
};

/// Reads the profile; a missing file means the defaults, and then only the profiles `paper` and `demo` exist.
/// Errors (kind config) name the file, the line where known, the key and what fits there.
Result<Profile> load_profile(const Place& place);

/// Adds the rates of rates.csv beside config.toml; nothing when there is no such file.
Result<void> load_rates(const Place& place, CurrencyRates& rates);

/// The same from text; `file` is for messages.
Result<Profile> parse_profile(std::string_view name, std::string_view toml_text, const std::string& file);

} // namespace tradesh::engine
