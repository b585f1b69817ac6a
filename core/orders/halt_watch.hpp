#pragma once

#include "core/base/decimal.hpp"
#include "core/base/money.hpp"
#include "core/base/time.hpp"
#include "core/orders/risk_limits.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What stops trading by itself. Pure: events in, perhaps a halt out.
namespace tradesh::orders {

/// Why trading stops, with the numbers.
struct Halt {
    std::string cause;  ///< stable: "user", "daily_loss", "drawdown", "error_burst", "reject_burst", "stale_feed",
                        ///< "mismatch", "journal"
    std::string reason; ///< one sentence
};

/// When trading stops; nullopt: never for that.
struct HaltRules {
    struct Burst {
        LimitValue count;
        Duration window{0};
    };
    std::optional<Burst> errors;
    std::optional<Burst> rejects;
    std::optional<LimitValue> loss_max; ///< money, in the currency of DayMeasured::loss
    std::optional<LimitValue> drawdown_max_pct;
    std::optional<LimitValue> stale_s;
    std::optional<LimitValue> mismatch;
};

/// An order did not get out, or its fate is unknown.
struct SendFailed {
    std::string what;
};
struct VenueRejected {
    std::string what;
};
struct DayMeasured {
    std::optional<Money> loss; ///< positive when money was lost
    std::optional<Decimal> drawdown_pct;
};
/// The newest quote of a symbol with open orders has this age.
struct QuoteAged {
    std::string symbol;
    Duration age{0};
};
struct PositionDiffers {
    std::string symbol;
    Decimal ours;
    Decimal theirs;
};
using HaltEvent = std::variant<SendFailed, VenueRejected, DayMeasured, QuoteAged, PositionDiffers>;

/// A value equal to its limit does not halt; a burst is one event more than the limit within the window.
class HaltWatch {
public:
    std::optional<Halt> observe(const HaltRules& rules, const HaltEvent& event, Duration elapsed);
    /// After a resume: what was counted before counts no more.
    void forget();

private:
    std::deque<Duration> errors_;
    std::deque<Duration> rejects_;
};

} // namespace tradesh::orders
