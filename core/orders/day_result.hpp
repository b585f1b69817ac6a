#pragma once

#include "core/market/order.hpp"
#include "core/orders/risk_question.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace tradesh::orders {

/// What a day (UTC) has brought: the worth of the positions now and the money that the day's fills moved, less the
/// worth of the positions as the day began. Fees count; transfers do not.
///
/// The first price of a position that is seen on a day is what it was worth as the day began. What the day began with
/// is kept by the caller (`to_json`), so that a restart goes on where it was: fills after `began` come from the
/// journal.
class DayResult {
public:
    std::chrono::sys_days date() const { return date_; }
    /// Fills at or before this moment are in the positions that the day began with.
    Instant began() const { return began_; }

    /// A day begins with these positions. Where the date is another than before, nothing of it is left.
    void begin(Instant now, const HeldPositions& positions);
    /// Symbols that the day began with or that were traded since.
    std::set<std::string> symbols() const;

    /// A fill of the day; those before `began` are left alone. An execution counts once, which the caller sees to.
    void filled(const Fill& fill);
    /// Takes back what an execution counted for.
    void unfilled(const Fill& fill);
    void saw_net_liquidation(Money amount);
    /// The drawdown is counted from what the account is worth now.
    void forget_highest();

    /// In `currency`. Marks give the worth now; a symbol without one cannot be measured while it is held.
    DayMeasure measure(const Marks& marks, const CountedSymbols& counted, Currency currency, const CurrencyRates& rates,
                       std::chrono::days rates_age_max) const;
    /// Remembers the first price of the day of what it began with; true when there was something to remember.
    bool see_first(const Marks& marks);

    /// What a restart needs. `restore` is false for a text that nobody can read, and then nothing changes.
    std::string to_json() const;
    bool restore(std::string_view json);

private:
    struct Begun {
        Decimal quantity;
        std::optional<Decimal> price; ///< nullopt until it was first seen
    };
    struct Flow {
        Decimal quantity; ///< bought less sold
        Decimal money;    ///< price * quantity received less paid, without the multiplier
        Decimal fees;
    };
    void add(const Fill& fill, Decimal sign);
    Result<Money> profit_of(const std::string& symbol, const Marks& marks, const CountedSymbols& counted) const;

    std::chrono::sys_days date_{};
    Instant began_{};
    std::map<std::string, Begun, std::less<>> begun_;
    std::map<std::string, Flow, std::less<>> flows_;
    std::optional<Money> highest_; ///< net liquidation
    std::optional<Money> latest_;
};

} // namespace tradesh::orders
