#pragma once

#include "core/orders/day_result.hpp"
#include "core/orders/halt_watch.hpp"
#include "core/orders/risk_checks.hpp"
#include "core/orders/risk_journal.hpp"

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tradesh::orders {

/// What the risk checks have to remember of one account: limits, trading state, how fast orders go out, what they will
/// take of the buying power, and how the day goes. Lives on the loop thread and waits for nothing: the journal is
/// written and orders are withdrawn by whoever set `on_halt`.
///
/// Decision and reservation are one turn of the loop: `check`, then `sent` before anything is awaited.
class RiskBook {
public:
    struct Parts {
        const Clock& clock;
        RiskLimits limits;
        std::string account{};
        bool simulated = true; ///< play money
        CurrencyRates rates{};
    };
    explicit RiskBook(Parts parts);

    // Deciding -------------------------------------------------------------------------------------------------------

    std::vector<RiskCheck> check(const AskedOrder& asked) const;
    /// True when a quote is needed before an order in the symbol can be checked.
    bool wants_quote(std::string_view symbol) const;
    /// The order is about to be sent: it counts in the rates, and what it can cost is taken off the buying power until
    /// the venue knows of it.
    void sent(const OrderRequest& request, const Instrument& instrument, const std::optional<Money>& notional);

    // Being told -----------------------------------------------------------------------------------------------------

    /// Every order event that changed its order, once it is durable. `replaced` is the execution that a correction
    /// takes back.
    void recorded(const OrderEvent& event, const Fill* replaced = nullptr);
    /// A fill that the positions do not hold yet.
    void moved(const Fill& fill);
    /// The venue's positions and account, at a settlement.
    void held(const std::vector<Position>& positions, const AccountSummary& account);
    /// What the account is worth, whenever it was asked for.
    void valued(const AccountSummary& account);
    /// A position that the venue has otherwise than the journal says, found by a settlement.
    void mismatch(const std::string& symbol, Decimal ours, Decimal theirs);
    /// A two-sided quote becomes what the symbol is worth; any quote shows that its feed lives.
    void quoted(const Quote& quote);
    /// The newest quote of a symbol with open orders is this old.
    void stale(const std::string& symbol, Duration age);
    void learn(const Instrument& instrument);
    void use_rates(CurrencyRates rates) { rates_ = std::move(rates); }
    void use_calendar(std::string exchange, SessionCalendar calendar);
    /// Once the venue has said which account it is.
    void use_account(std::string account, bool simulated);

    // State ----------------------------------------------------------------------------------------------------------

    const TradingStanding& standing() const { return standing_; }
    void stand(TradingStanding standing) { standing_ = std::move(standing); }
    const RiskLimits& limits() const { return limits_; }
    void set_limit(Limit limit, LimitScope scope, LimitValue value);
    /// Limits set while earlier cores ran.
    void use_settings(const std::vector<LimitSetting>& settings) { apply_settings(settings, limits_); }
    const CurrencyRates& rates() const { return rates_; }
    /// How old a rate may be; and the account's own currency, into which others are converted.
    std::chrono::days rates_age_max() const;
    Currency base_currency() const;
    const std::string& account() const { return account_; }
    bool simulated() const { return simulated_; }
    const AccountSummary& summary() const { return summary_; }
    const HeldPositions& positions() const { return positions_; }
    const Marks& marks() const { return marks_; }
    bool knows(std::string_view symbol) const { return counted_.contains(symbol); }
    bool knows_calendar(std::string_view exchange) const { return calendars_.contains(exchange); }
    SentCounts sent_counts() const;
    DayMeasure day() const;
    DayResult& day_result() { return day_; }
    /// Why trading would halt again at once; nothing when it would not.
    std::optional<Halt> standing_cause();
    /// Bursts are over, and the drawdown is counted from here.
    void begin_anew();

    /// Told once, in the turn in which something tripped, after the state has become HALTED.
    std::function<void(const Halt&)> on_halt = [](const Halt&) {};

private:
    /// Taken by an order that the venue had answered at that moment, Clock::elapsed().
    struct AnsweredReservation {
        Money amount;
        Duration answered;
    };

    void observe(const HaltEvent& event);
    void roll_day();
    void measure();
    DayMeasured day_measured() const;
    HaltRules halt_rules() const;
    std::optional<HaltRules::Burst> burst_rule(Limit count, Limit window) const;
    /// Taken by orders that a snapshot asked for at that moment does not know of.
    Result<Decimal> reserved(Currency currency, Duration account_asked) const;
    void release(const ClientOrderId& id, bool took_effect);

    const Clock& clock_;
    RiskLimits limits_;
    std::string account_;
    bool simulated_;
    CurrencyRates rates_;
    TradingStanding standing_;
    HaltWatch watch_;
    DayResult day_;
    Marks marks_;
    CountedSymbols counted_;
    AccountSummary summary_;
    HeldPositions positions_;                               ///< the venue's, and fills since
    std::deque<Duration> sent_;                             ///< Clock::elapsed() of the orders of the last minute
    std::map<ClientOrderId, Money> reservations_;           ///< of orders that the venue has not answered yet
    std::deque<AnsweredReservation> answered_reservations_; ///< the newest at the back
    std::map<std::string, SessionCalendar, std::less<>> calendars_;
};

} // namespace tradesh::orders
