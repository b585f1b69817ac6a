#include "core/orders/risk_book.hpp"

#include "core/base/overloaded.hpp"
#include "core/orders/combo_loss.hpp"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <utility>

namespace tradesh::orders {
namespace {

using namespace std::chrono_literals;

/// More orders within a minute than this are counted as this many.
constexpr std::size_t sent_kept_max = 100'000;
/// How long a reservation that the venue has answered is kept for snapshots that were asked for before the answer.
constexpr Duration answered_kept = 60s;

HeldPosition held_position(const Position& position) {
    return HeldPosition{.quantity = position.quantity,
                        .average_price = position.average_price,
                        .currency = position.currency,
                        .multiplier = position.multiplier};
}

/// Adds a fill to a position; the average price moves only when the position grows.
void add_fill(HeldPosition& held, const Fill& fill) {
    const Decimal moved = Decimal(sign_of(fill.side)) * fill.quantity;
    const Decimal after = held.quantity + moved;
    const bool grows = held.quantity.is_zero() || held.quantity.is_negative() == moved.is_negative();
    if (grows && !after.is_zero()) {
        held.average_price =
            Decimal::divide(held.average_price * held.quantity + fill.price * moved, after, 12, Rounding::half_even)
                .normalized();
    } else if (!after.is_zero() && after.is_negative() != held.quantity.is_negative()) {
        held.average_price = fill.price; // turned over
    }
    held.quantity = after;
}

} // namespace

RiskBook::RiskBook(Parts parts)
    : clock_(parts.clock),
      limits_(std::move(parts.limits)),
      account_(std::move(parts.account)),
      simulated_(parts.simulated),
      rates_(std::move(parts.rates)) {}

// Deciding -----------------------------------------------------------------------------------------------------------

std::vector<RiskCheck> RiskBook::check(const AskedOrder& asked) const {
    const Currency currency = asked.account.currency.is_set() ? asked.account.currency : asked.instrument.currency;
    const Result<Decimal> taken = reserved(currency, asked.account_asked);
    const auto calendar = calendars_.find(asked.instrument.exchange);
    const RiskQuestion question{.asked = asked,
                                .limits = limits_,
                                .rates = rates_,
                                .standing = standing_,
                                .marks = marks_,
                                .counted = counted_,
                                .account = account_,
                                .sent = sent_counts(),
                                .day = day(),
                                .reserved = taken.value_or(Decimal(0)),
                                .reserved_unknown = taken ? "" : taken.error().message,
                                .simulated = simulated_,
                                .calendar =
                                    calendar == calendars_.end() ? std::nullopt : std::optional(calendar->second),
                                .now = clock_.now()};
    return check_risk(question);
}

bool RiskBook::wants_quote(std::string_view symbol) const { return needs_quote(limits_, account_, symbol); }

void RiskBook::sent(const OrderRequest& request, const Instrument& instrument, const std::optional<Money>& notional) {
    learn(instrument);
    const Duration now = clock_.elapsed();
    sent_.push_back(now);
    if (sent_.size() > sent_kept_max) {
        sent_.pop_front();
    }
    if (notional && (request.side == Side::buy || std::holds_alternative<Combo>(instrument.kind))) {
        reservations_.insert_or_assign(request.id, at_risk(*notional, request, counted_as(instrument), positions_));
    }
    while (!answered_reservations_.empty() && answered_reservations_.front().answered + answered_kept < now) {
        answered_reservations_.pop_front();
    }
}

SentCounts RiskBook::sent_counts() const {
    const Duration now = clock_.elapsed();
    const auto since = [&](Duration span) {
        return std::distance(std::ranges::upper_bound(sent_, now - span), sent_.end());
    };
    return SentCounts{.last_second = since(1s), .last_minute = since(60s)};
}

Result<Decimal> RiskBook::reserved(Currency currency, Duration account_asked) const {
    std::vector<Money> taken;
    std::ranges::copy(std::views::values(reservations_), std::back_inserter(taken));
    for (const AnsweredReservation& reservation : std::views::reverse(answered_reservations_)) {
        if (reservation.answered < account_asked) {
            break; // from here on the venue's own number has them
        }
        taken.push_back(reservation.amount);
    }
    Decimal sum;
    const auto today = std::chrono::floor<std::chrono::days>(clock_.now());
    for (const Money& each : taken) {
        const Result<Money> amount = rates_.convert(each, currency, today, rates_age_max());
        if (!amount) {
            return fail(amount.error());
        }
        sum += amount->amount;
    }
    return sum;
}

void RiskBook::release(const ClientOrderId& id, bool took_effect) {
    const auto reservation = reservations_.find(id);
    if (reservation == reservations_.end()) {
        return;
    }
    if (took_effect) {
        answered_reservations_.push_back({.amount = reservation->second, .answered = clock_.elapsed()});
    }
    reservations_.erase(reservation);
}

// Being told ---------------------------------------------------------------------------------------------------------

void RiskBook::recorded(const OrderEvent& event, const Fill* replaced) {
    roll_day();
    const auto took = [this](const ClientOrderId& id) { release(id, true); };
    const auto took_nothing = [this](const ClientOrderId& id) { release(id, false); };
    std::visit(Overloaded{
                   [&](const venue::OrderAccepted& fact) { took(fact.order); },
                   [&](const venue::OrderFilled& fact) {
                       took(fact.fill.order);
                       day_.filled(fact.fill);
                       measure();
                   },
                   [&](const venue::OrderRejected& fact) {
                       took_nothing(fact.order);
                       if (event.source == FactSource::venue) {
                           observe(VenueRejected{fact.order.value + ": " + fact.message});
                       }
                   },
                   [&](const OrderNotSent& fact) {
                       took_nothing(fact.order);
                       if (event.source == FactSource::venue) {
                           observe(SendFailed{fact.order.value + ": " + fact.message});
                       }
                   },
                   [&](const OutcomeUnknown& fact) { observe(SendFailed{fact.order.value + ": " + fact.reason}); },
                   [&](const venue::OrderCancelled& fact) { took(fact.order); },
                   [&](const venue::OrderExpired& fact) { took(fact.order); },
                   [&](const venue::ExecutionCorrected& fact) {
                       if (replaced != nullptr) {
                           day_.unfilled(*replaced);
                       }
                       if (!fact.fill.quantity.is_zero()) {
                           day_.filled(fact.fill);
                       }
                       measure();
                   },
                   [](const auto&) {},
               },
               event.fact);
}

void RiskBook::moved(const Fill& fill) {
    HeldPosition& held = positions_[fill.symbol];
    add_fill(held, fill);
    if (const auto counted = counted_.find(fill.symbol); counted != counted_.end()) {
        held.currency = counted->second.currency;
        held.multiplier = counted->second.multiplier;
    }
    if (held.quantity.is_zero()) {
        positions_.erase(fill.symbol);
    }
}

void RiskBook::held(const std::vector<Position>& positions, const AccountSummary& account) {
    positions_.clear();
    for (const Position& position : positions) {
        if (position.quantity.is_zero()) {
            continue;
        }
        positions_.emplace(position.symbol, held_position(position));
        counted_.insert_or_assign(position.symbol,
                                  Counted{.currency = position.currency, .multiplier = position.multiplier});
    }
    valued(account);
}

void RiskBook::valued(const AccountSummary& account) {
    summary_ = account;
    if (account.currency.is_set()) {
        day_.saw_net_liquidation(Money{.amount = account.net_liquidation, .currency = account.currency});
    }
    roll_day();
    measure();
}

void RiskBook::roll_day() {
    const bool has_word = summary_.currency.is_set() || !positions_.empty(); // of the venue
    if (has_word && day_.date() != std::chrono::floor<std::chrono::days>(clock_.now())) {
        day_.begin(clock_.now(), positions_);
        day_.see_first(marks_);
    }
}

void RiskBook::mismatch(const std::string& symbol, Decimal ours, Decimal theirs) {
    observe(PositionDiffers{.symbol = symbol, .ours = ours, .theirs = theirs});
}

void RiskBook::quoted(const Quote& quote) {
    if (!quote.bid || !quote.ask) {
        return;
    }
    const Decimal middle = Decimal::divide(*quote.bid + *quote.ask, 2, 8, Rounding::half_even).normalized();
    roll_day();
    marks_.insert_or_assign(quote.symbol, Mark{.price = middle, .elapsed = quote.received_elapsed});
    day_.see_first(marks_);
    measure();
}

void RiskBook::stale(const std::string& symbol, Duration age) { observe(QuoteAged{.symbol = symbol, .age = age}); }

void RiskBook::learn(const Instrument& instrument) {
    counted_.insert_or_assign(instrument.symbol, counted_as(instrument));
}

void RiskBook::use_calendar(std::string exchange, SessionCalendar calendar) {
    calendars_.insert_or_assign(std::move(exchange), calendar);
}

void RiskBook::use_account(std::string account, bool simulated) {
    account_ = std::move(account);
    simulated_ = simulated;
}

// State --------------------------------------------------------------------------------------------------------------

void RiskBook::set_limit(Limit limit, LimitScope scope, LimitValue value) {
    limits_.set(limit, std::move(scope), std::move(value));
}

Currency RiskBook::base_currency() const { return summary_.currency.is_set() ? summary_.currency : rates_.base(); }

std::chrono::days RiskBook::rates_age_max() const {
    const std::optional<LimitValue> age = limits_.find(Limit::rates_age_max_days, account_);
    return std::chrono::days(age ? age->number->to_whole() : 36'500);
}

DayMeasure RiskBook::day() const { return day_.measure(marks_, counted_, base_currency(), rates_, rates_age_max()); }

std::optional<HaltRules::Burst> RiskBook::burst_rule(Limit count, Limit window) const {
    const std::optional<LimitValue> most = limits_.find(count, account_);
    const std::optional<LimitValue> within = limits_.find(window, account_);
    if (!most || !within) {
        return std::nullopt;
    }
    return HaltRules::Burst{.count = *most, .window = std::chrono::seconds(within->number->to_whole())};
}

HaltRules RiskBook::halt_rules() const {
    HaltRules rules{.errors = burst_rule(Limit::halt_errors_max, Limit::halt_errors_window_s),
                    .rejects = burst_rule(Limit::halt_rejects_max, Limit::halt_rejects_window_s),
                    .loss_max = limits_.find(Limit::daily_loss_max, account_),
                    .drawdown_max_pct = limits_.find(Limit::drawdown_max_pct, account_),
                    .stale_s = limits_.find(Limit::halt_feed_stale_s, account_),
                    .mismatch = limits_.find(Limit::halt_on_mismatch, account_)};
    if (rules.mismatch && rules.mismatch->number->is_zero()) {
        rules.mismatch.reset();
    }
    return rules;
}

/// The day in the currency of its limit.
DayMeasured RiskBook::day_measured() const {
    const std::optional<LimitValue> limit = limits_.find(Limit::daily_loss_max, account_);
    const Currency currency = limit ? limit->currency : base_currency();
    const DayMeasure day = day_.measure(marks_, counted_, currency, rates_, rates_age_max());
    DayMeasured measured{.loss = day.profit, .drawdown_pct = day.drawdown_pct};
    if (measured.loss) {
        measured.loss->amount = -measured.loss->amount;
    }
    return measured;
}

void RiskBook::measure() { observe(day_measured()); }

void RiskBook::observe(const HaltEvent& event) {
    const std::optional<Halt> halt = watch_.observe(halt_rules(), event, clock_.elapsed());
    if (halt && standing_.state != TradingState::halted) {
        standing_ = TradingStanding{.state = TradingState::halted,
                                    .since = clock_.now(),
                                    .reason = halt->reason,
                                    .cause = halt->cause,
                                    .halts = standing_.halts + 1};
        on_halt(*halt);
    }
}

std::optional<Halt> RiskBook::standing_cause() {
    return HaltWatch().observe(halt_rules(), day_measured(), clock_.elapsed());
}

void RiskBook::begin_anew() {
    watch_.forget();
    day_.forget_highest();
}

} // namespace tradesh::orders
