#pragma once

#include "core/market/session_calendar.hpp"
#include "core/market/zone.hpp"
#include "core/orders/cost_basis.hpp"

#include <compare>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>

namespace tradesh::orders {

/// What trades in an instrument are worth.
struct ContractTerms {
    Currency currency{};
    Decimal multiplier = 1;
    std::optional<Zone> zone{}; ///< of its exchange's clock, which dates its trades; none: UTC
};

/// What was realised and paid, in one currency.
struct Profit {
    Decimal realised; ///< of what was closed, fees not included
    Decimal fees;     ///< > 0: paid
    std::int64_t fills = 0;

    Decimal net() const { return realised - fees; }
    Profit& operator+=(const Profit& other);
    bool operator==(const Profit&) const = default;
};
/// Currencies are never added up: that needs a rate, and a rate needs a date.
using ProfitByCurrency = std::map<Currency, Profit>;

/// How fine the lines of a ProfitAndLoss are, and which fills they are of. What is before `from` still makes the
/// positions; the memory is that of the lines.
struct ProfitGrouping {
    bool by_day = true;
    bool by_symbol = true;
    Instant from = Instant::min();
    Instant to = Instant::max(); ///< exclusive
};

/// What a line is of: a day that does not matter is the epoch, a symbol that does not matter is empty.
struct ProfitLine {
    TradingDate day{};
    std::string symbol{};
    Currency currency{};
    auto operator<=>(const ProfitLine&) const = default;
};

struct HeldAtCost {
    CostBasis basis;
    ContractTerms terms;
};

/// Positions at average cost, and the profit and loss of what was closed: a fold over fills in the order in which they
/// traded, each once. A correction of what was folded already needs a new fold: FillReader gives what counts now.
class ProfitAndLoss {
public:
    explicit ProfitAndLoss(ProfitGrouping grouping = {}) : grouping_(grouping) {}

    void fold(const Fill& fill, const ContractTerms& terms);

    /// Every symbol that traded, the flat ones too.
    const std::map<std::string, HeldAtCost, std::less<>>& positions() const { return positions_; }
    const std::map<ProfitLine, Profit>& lines() const { return lines_; }
    /// Over all lines.
    const ProfitByCurrency& totals() const { return totals_; }

    /// Of the fills since that moment, which counts as the quarter of an hour that it lies in (days begin on one
    /// everywhere). Looks back `looks_back` from the newest fill, whatever the grouping.
    ProfitByCurrency realised_since(Instant since) const;
    static constexpr Duration looks_back = std::chrono::hours(24 * 8);

private:
    void book(const ProfitLine& line, const Profit& profit, Instant time);

    ProfitGrouping grouping_;
    std::map<std::string, HeldAtCost, std::less<>> positions_;
    std::map<ProfitLine, Profit> lines_;
    ProfitByCurrency totals_;
    std::map<Instant, ProfitByCurrency> recent_; ///< by quarter of an hour
};

/// The trading date of a moment on the clock of `zone`; in UTC without one.
TradingDate trading_date(Instant time, const std::optional<Zone>& zone);

} // namespace tradesh::orders
