#pragma once

#include "core/market/currency_rates.hpp"
#include "core/market/instrument.hpp"
#include "core/market/order.hpp"
#include "core/market/quote.hpp"
#include "core/market/session_calendar.hpp"
#include "core/orders/order_ledger.hpp"
#include "core/orders/risk_limits.hpp"
#include "core/orders/trading_state.hpp"
#include "core/venue/venue.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// All that the risk checks know, of one moment. Whoever places an order says what only he knows (AskedOrder); the
/// RiskBook adds the rest.
namespace tradesh::orders {

enum class RiskPurpose : std::uint8_t {
    open,    ///< an order like any other; it counts as reducing when it can only reduce
    reduce,  ///< a `close` or an exit: limits may keep nobody in a position
    flatten, ///< of `panic --flatten`: passes HALTED too, and is stopped only by what could not be sent anyway
};

/// A position as it counts in the checks.
struct HeldPosition {
    Decimal quantity; ///< signed
    Decimal average_price;
    Currency currency;
    Decimal multiplier = 1;
};
using HeldPositions = std::map<std::string, HeldPosition, std::less<>>;
/// "GOOG 10, PEP -5"; empty when nothing is held.
std::string to_text(const HeldPositions& positions);

struct AskedOrder {
    const OrderRequest& request; ///< with its id, or without one while it is only rehearsed
    const Instrument& instrument;
    RiskPurpose purpose = RiskPurpose::open;
    bool keyed = false;              ///< has an idempotency key: then it was meant, even if it looks like another
    const Order* replaces = nullptr; ///< modify: the order as it stands; only what is new counts
    std::optional<Quote> quote{};    ///< of the instrument
    Duration quote_age{0};
    AccountSummary account{};       ///< as the venue said
    Duration account_asked{0};      ///< Clock::elapsed() when that was asked for
    const HeldPositions& positions; ///< now
    const OrderLedger& ledger;
    const venue::Capabilities& capabilities;
};

/// How many orders were sent lately.
struct SentCounts {
    std::int64_t last_second = 0;
    std::int64_t last_minute = 0;
};

/// Profit and loss of the day in one currency; nullopt where something could not be measured, and then why.
struct DayMeasure {
    std::optional<Money> profit; ///< negative: a loss
    std::string unknown;         ///< "no quote of GOOG", "no rate of EUR"
    std::optional<Decimal> drawdown_pct;
};

/// What prices and quantities of a symbol count in.
struct Counted {
    Currency currency;
    Decimal multiplier = 1;
    std::vector<ComboLeg> legs{}; ///< of a combo
};
Counted counted_as(const Instrument& instrument);
using CountedSymbols = std::map<std::string, Counted, std::less<>>;

/// What a symbol was last worth, for those that are not being ordered.
struct Mark {
    Decimal price;
    Duration elapsed{0}; ///< Clock::elapsed() when it was seen
};
using Marks = std::map<std::string, Mark, std::less<>>;

struct RiskQuestion {
    const AskedOrder& asked;
    const RiskLimits& limits;
    const CurrencyRates& rates;
    const TradingStanding& standing;
    const Marks& marks;
    const CountedSymbols& counted;
    std::string account; ///< whose limits hold
    SentCounts sent;
    DayMeasure day;
    Decimal reserved; ///< of buying power, by orders that `asked.account` does not know of yet; in its currency
    std::string reserved_unknown; ///< not empty: a reservation that cannot be counted in the account's currency
    bool simulated = true;        ///< play money: its market is always open, and made-up quotes count
    std::optional<SessionCalendar> calendar;
    Instant now;
};

} // namespace tradesh::orders
