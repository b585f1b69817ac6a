#pragma once

#include "core/market/currency_rates.hpp"
#include "core/orders/risk_limits.hpp"

#include <string>

#include <toml++/toml.h>

/// The parts of config.toml that limit risk. See core/orders/risk_limits.hpp for names, units and defaults.
///
///     [profiles.live.risk]
///     order_notional_max_usd = "25000"
///     price_band_pct = "2.5"
///     short_selling = "no"
///     restricted_symbols = ["GME"]         # never traded, options on them neither
///     allowed_symbols = ["GOOG", "AAPL"]   # when given, nothing else is traded
///
///     [profiles.live.risk.symbols.GOOG]    # tightens, never loosens
///     order_quantity_max = "100"
///
///     [profiles.live.risk.accounts.DU12]
///     open_orders_max = 5
///
///     [rates]                              # what currencies are worth in the base; also in rates.csv beside it
///     base = "USD"
///     EUR = { date = "2026-11-20", rate = "1.0842" }
namespace tradesh::engine {

/// Reads the table `name` ("profiles.live.risk") into the limits. Errors as of bad_config.
Result<void> read_risk_limits(const toml::node& node, const std::string& file, const std::string& name,
                              orders::RiskLimits& limits);

Result<void> read_rates(const toml::node& node, const std::string& file, CurrencyRates& rates);

} // namespace tradesh::engine
