// The half of RiskDesk that works behind the commands: it withdraws orders after a halt and watches prices, the day and
// the feed.

#include "core/engine/risk_desk.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace tradesh::engine {
namespace {

using namespace std::chrono_literals;
using orders::Limit;
using runtime::LogLevel;
using runtime::Task;
using runtime::TaskInfo;
using runtime::Wake;

/// How long one round of cancels goes on before what is left is looked at anew.
constexpr Duration withdraw_round = 30s;
/// How often positions and the feed are looked at, while a limit asks for it.
constexpr Duration sample_pause = 5s;
/// How long an order waits for quotes of what else is held.
constexpr Duration price_wait = 2s;
/// Some milliseconds of the journal's thread.
constexpr std::int64_t rows_verified_at_a_time = 1'000;

} // namespace

// Withdrawing --------------------------------------------------------------------------------------------------------

/// Everything but what closes positions after this very halt. No clock decides: clocks are set back.
bool RiskDesk::is_to_be_withdrawn(const orders::Order& order) const {
    const orders::TradingStanding& standing = parts_.book.standing();
    const bool flattens = order.flattens != 0 && order.flattens >= standing.halts;
    return standing.state == orders::TradingState::halted && !flattens;
}

void RiskDesk::choose_for_withdrawal() {
    withdrawing_.clear();
    for (const orders::Order* order : parts_.manager.ledger().open()) {
        if (is_to_be_withdrawn(*order)) {
            withdrawing_.insert(order->request.id);
            chosen_.insert(order->request.id);
        }
    }
}

void RiskDesk::begin_withdrawal() {
    choose_for_withdrawal();
    withdrawn_.reset();
    if (!withdrawal_runs_) {
        withdrawal_runs_ = true;
        tasks_.spawn("withdraw open orders", [this](TaskInfo& info) { return withdraw(info); });
    }
}

/// The first settlement may find orders at the venue that the journal does not know.
Task<void> RiskDesk::follow_settlement(TaskInfo& info) {
    info.awaits = "the first settlement";
    bool is_settled = false;
    while (!is_settled) {
        const Wake wake = co_await parts_.manager.wait_settled(1h);
        if (wake == Wake::cancelled) {
            co_return;
        }
        is_settled = wake == Wake::signalled;
    }
    if (parts_.book.standing().state == orders::TradingState::halted) {
        begin_withdrawal();
    }
}

Task<void> RiskDesk::withdraw(TaskInfo& info) {
    const orders::OrderFilter passes = [this](const orders::Order& order) {
        if (is_to_be_withdrawn(order)) {
            chosen_.insert(order.request.id); // also what only the venue knew of
            return true;
        }
        return false;
    };
    do {
        info.awaits = "the venue's word on " + std::to_string(withdrawing_.size()) + " cancels";
        const orders::PlaceOptions options;
        const std::string reason = "trading is halted: " + parts_.book.standing().reason;
        const orders::Withdrawal round = co_await parts_.manager.withdraw(passes, reason, options, withdraw_round);
        static_cast<void>(round); // the ledger tells
        if (stopping_) {
            co_return;
        }
        choose_for_withdrawal();
    } while (!withdrawing_.empty() || !parts_.manager.link_up()); // a venue out of reach confirms nothing
    withdrawal_runs_ = false;
    withdrawn_.set();
}

// Watching -----------------------------------------------------------------------------------------------------------

/// True while some limit in force can only be watched by looking at the market.
bool RiskDesk::is_watched() const {
    const orders::RiskLimits& limits = parts_.book.limits();
    return std::ranges::any_of(std::array{Limit::daily_loss_max, Limit::drawdown_max_pct, Limit::halt_feed_stale_s},
                               [&](Limit limit) { return !limits.in_force(limit, parts_.book.account(), "").empty(); });
}

Task<void> RiskDesk::watch(TaskInfo& info) {
    while (!stopping_) {
        watch_wanted_.reset();
        if (!is_watched()) {
            info.awaits = "a limit that needs watching";
            const Wake wake = co_await watch_wanted_.wait();
            if (wake == Wake::cancelled) {
                co_return;
            }
            continue;
        }
        info.awaits = "the venue's word on account and quotes";
        co_await sample();
        if (stopping_) {
            co_return;
        }
        info.awaits = "the next look at account and quotes";
        const bool slept = co_await runtime::sleep_for(parts_.loop, sample_pause);
        if (!slept) {
            co_return;
        }
    }
}

/// What is held, was traded today or is on order; true for what has open orders.
std::map<std::string, bool> RiskDesk::followed() const {
    std::map<std::string, bool> symbols;
    for (const std::string& symbol : parts_.book.day_result().symbols()) {
        symbols.emplace(symbol, false);
    }
    for (const auto& [symbol, held] : parts_.book.positions()) {
        symbols.emplace(symbol, false);
    }
    for (const orders::Order* order : parts_.manager.ledger().open()) {
        symbols.insert_or_assign(order->request.symbol, true);
    }
    return symbols;
}

/// The account's worth, and a quote of every symbol that is held or has open orders.
Task<void> RiskDesk::sample() {
    const Result<venue::TradingSnapshot> snapshot = co_await parts_.venue.trading().snapshot(parts_.loop.clock().now());
    if (snapshot) {
        parts_.book.valued(snapshot->account);
    }
    const std::map<std::string, bool> symbols = followed();
    std::erase_if(seen_, [&](const auto& entry) { return !symbols.contains(entry.first); });
    for (const auto& [symbol, has_orders] : symbols) {
        if (stopping_) {
            co_return;
        }
        co_await sample_quote(symbol, has_orders);
    }
    co_await keep_day();
}

Task<void> RiskDesk::sample_quote(std::string symbol, bool has_orders) {
    const Result<Instrument> instrument = co_await parts_.instruments.find_traded(symbol);
    Duration seen = seen_.try_emplace(symbol, parts_.loop.clock().elapsed()).first->second;
    if (instrument) {
        parts_.book.learn(*instrument);
        const Result<Quote> quote = co_await parts_.venue.market_data().quote(*instrument);
        if (quote) {
            seen = std::max(seen, quote->received_elapsed);
            seen_.insert_or_assign(symbol, seen);
            parts_.book.quoted(*quote);
        }
    }
    const Duration age = parts_.loop.clock().elapsed() - seen;
    if (has_orders && age > Duration(0)) {
        parts_.book.stale(symbol, age);
    }
}

/// What the day began with, and the highest that the account was worth, where a restart finds them.
Task<void> RiskDesk::keep_day() {
    std::string day = parts_.book.day_result().to_json();
    if (day == day_kept_) {
        co_return;
    }
    auto keep = [&day](store::JournalFile& file) { return orders::keep_day(file, day); };
    const Result<void> kept = co_await parts_.journal.with_file(keep);
    if (kept) {
        day_kept_ = std::move(day);
    } else {
        parts_.log.error("risk", "day.not_kept", kept.error());
    }
}

// The journal --------------------------------------------------------------------------------------------------------

/// The rows that the start has left, a few at a time: commits go in between.
Task<void> RiskDesk::verify_journal(TaskInfo& info) {
    std::int64_t left = 1;
    while (left > 0 && !stopping_) {
        info.awaits = "the verification of the journal's older rows";
        auto verify = [](store::JournalFile& file) { return file.verify_more(rows_verified_at_a_time); };
        const Result<std::int64_t> more = co_await parts_.journal.with_file(verify);
        if (!more && more.error().code == "journal.closed") {
            co_return;
        }
        if (!more) {
            journal_is_broken(more.error());
            co_return;
        }
        left = *more;
    }
}

/// Orders that rest on such a journal are not to be trusted; what is open is withdrawn, and a person looks after it.
void RiskDesk::journal_is_broken(const Error& error) {
    const std::string what = error.describe() + (error.hint.empty() ? "" : "; " + error.hint);
    parts_.log.error("risk", "journal.broken", error);
    parts_.warn(what);
    if (parts_.book.standing().state == orders::TradingState::halted) {
        parts_.notify(what);
        return;
    }
    parts_.book.stand({.state = orders::TradingState::halted,
                       .since = parts_.loop.clock().now(),
                       .reason = what,
                       .cause = "journal",
                       .halts = parts_.book.standing().halts + 1});
    tripped({.cause = "journal", .reason = what});
}

// Looking up ---------------------------------------------------------------------------------------------------------

/// Limits on the whole account are measured by the prices of everything in it; the ordered symbol is quoted anyway.
std::vector<std::string> RiskDesk::unpriced() const {
    const orders::RiskBook& book = parts_.book;
    const bool is_needed =
        std::ranges::any_of(std::array{Limit::daily_loss_max, Limit::gross_exposure_max},
                            [&](Limit limit) { return !book.limits().in_force(limit, book.account(), "").empty(); });
    std::vector<std::string> symbols;
    if (is_needed) {
        for (const auto& [symbol, has_orders] : followed()) {
            if (!book.marks().contains(symbol) || !book.knows(symbol)) {
                symbols.push_back(symbol);
            }
        }
    }
    return symbols;
}

Task<void> RiskDesk::price_held() {
    co_await parts_.manager.wait_settled(price_wait); // before that nobody knows what is held
    const std::vector<std::string> symbols = unpriced();
    if (symbols.empty() || stopping_) {
        co_return;
    }
    for (const std::string& symbol : symbols) {
        if (being_priced_.insert(symbol).second) { // one question a symbol, however many orders wait for it
            priced_.reset();
            tasks_.spawn("price " + symbol, [this, symbol](TaskInfo& info) {
                info.awaits = "a quote of " + symbol;
                return price(symbol);
            });
        }
    }
    co_await priced_.wait_for(price_wait);
}

Task<void> RiskDesk::price(std::string symbol) {
    const Result<Instrument> instrument = co_await parts_.instruments.find_traded(symbol);
    if (instrument) {
        parts_.book.learn(*instrument);
        const Result<Quote> quote = co_await parts_.venue.market_data().quote(*instrument);
        if (quote) {
            parts_.book.quoted(*quote);
        }
    }
    being_priced_.erase(symbol);
    if (being_priced_.empty()) {
        priced_.set();
    }
}

Task<void> RiskDesk::look_up(Instrument instrument) {
    parts_.book.learn(instrument);
    const Currency currency = parts_.book.summary().currency;
    if (currency.is_set() && instrument.currency != currency) {
        auto read = [place = parts_.place, rates = parts_.profile.rates]() mutable -> Result<CurrencyRates> {
            const Result<void> loaded = load_rates(place, rates);
            return loaded ? Result<CurrencyRates>(std::move(rates)) : fail(loaded.error());
        };
        Result<CurrencyRates> rates = co_await parts_.workers.run(std::move(read));
        if (rates) {
            parts_.book.use_rates(std::move(*rates));
        } else {
            parts_.log.error("risk", "rates.unreadable", rates.error());
        }
    }
    const bool has_hours = !parts_.book.simulated() && !instrument.exchange.empty();
    if (has_hours && !parts_.book.knows_calendar(instrument.exchange)) {
        const std::string exchange = instrument.exchange;
        auto find = [instrument] { return SessionCalendar::of(instrument); };
        const Result<SessionCalendar> calendar = co_await parts_.workers.run(find);
        if (calendar) {
            parts_.book.use_calendar(exchange, *calendar);
        }
    }
}

/// Exits are withdrawn like every order: a halt says what then stands without them.
std::string RiskDesk::without_protection() const {
    const std::string held = to_text(parts_.book.positions());
    return held.empty() ? "" : "held without protection: " + held + ", 'panic --flatten' closes that at the market; ";
}

} // namespace tradesh::engine
