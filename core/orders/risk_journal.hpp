#pragma once

#include "core/market/order.hpp"
#include "core/orders/risk_limits.hpp"
#include "core/orders/trading_state.hpp"
#include "core/store/journal_file.hpp"

#include <optional>
#include <string>
#include <vector>

/// Risk as the journal keeps it: rows "risk.halted", "risk.reducing", "risk.resumed" and "risk.limit_set", with their
/// reasons in the payload. Fields may be added to a payload, never renamed or given another meaning.
namespace tradesh::orders {

/// A limit that was set while the core ran.
struct LimitSetting {
    Limit limit{};
    LimitScope scope;
    LimitValue value; ///< with "risk set, 2026-11-21 09:31 UTC: reason" as its source
    std::string reason;
    /// What the configuration said in the same scope then, as text; empty for nothing. When it says something else
    /// now, it was edited since and holds.
    std::string configured;
    Instant time;
};

store::JournalEvent encode(const TradingStanding& standing);
store::JournalEvent encode(const LimitSetting& setting);

/// "risk set, 2026-11-21 09:31 UTC: reason"
std::string source_of_setting(Instant time, std::string_view reason);

/// What the journal says of risk.
struct RiskHistory {
    TradingStanding standing;
    std::vector<LimitSetting> settings; ///< in the order in which they were made
    std::optional<std::string> day;     ///< DayResult::to_json, as last kept
    std::vector<Fill> fills;            ///< of the day that `now` belongs to, each execution once
};

/// Synchronous: for the journal's own thread. Errors: those of the journal, and "journal.unreadable".
Result<RiskHistory> load_risk(store::JournalFile& file, Instant now);

Result<void> keep_day(store::JournalFile& file, std::string_view day);

/// Settings whose configuration is still the one that they were made under, on top of it.
void apply_settings(const std::vector<LimitSetting>& settings, RiskLimits& limits);

/// What `limits` says in exactly this scope, as `LimitSetting::configured` has it.
std::string configured_text(const RiskLimits& limits, Limit limit, const LimitScope& scope, Currency currency);

} // namespace tradesh::orders
