#include "core/engine/risk_desk.hpp"

#include "core/base/suggestion.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::engine {
namespace {

using orders::Limit;
using orders::LimitScope;
using orders::LimitSetting;
using orders::LimitUnit;
using orders::LimitValue;
using orders::TradingStanding;
using orders::TradingState;
using runtime::LogLevel;
using runtime::Task;
using runtime::TaskInfo;

/// Between two attempts to record a halt that the journal did not take.
constexpr Duration record_pause = std::chrono::seconds(1);

std::string plain(Decimal number) { return number.normalized().to_string(); }

} // namespace

RiskDesk::RiskDesk(Parts parts)
    : parts_(std::move(parts)),
      tasks_(parts_.loop),
      withdrawn_(parts_.loop),
      watch_wanted_(parts_.loop),
      priced_(parts_.loop) {
    withdrawn_.set();
    priced_.set();
}

RiskDesk::~RiskDesk() = default;

Task<Result<void>> RiskDesk::load() {
    const Instant now = parts_.loop.clock().now();
    auto load = [now](store::JournalFile& file) { return orders::load_risk(file, now); };
    Result<orders::RiskHistory> history = co_await parts_.journal.with_file(load);
    if (!history) {
        co_return fail(std::move(history.error()).attempting("take up limits and trading state"));
    }
    orders::RiskBook& book = parts_.book;
    book.stand(history->standing);
    book.use_settings(history->settings);
    if (history->day && book.day_result().restore(*history->day)) {
        day_kept_ = *history->day;
    }
    for (const Fill& fill : history->fills) {
        book.day_result().filled(fill);
    }
    book.on_halt = [this](const orders::Halt& halt) { tripped(halt); };
    tasks_.on_failure = [this](const TaskInfo& info, const std::string& what) {
        parts_.log.write(LogLevel::error, "risk", "task.failed", "", {{"task", info.name}, {"what", what}});
    };
    co_return Result<void>();
}

void RiskDesk::begin() {
    TradingStanding standing = parts_.book.standing();
    for (const orders::Order* order : parts_.manager.ledger().open()) {
        standing.halts = std::max(standing.halts, order->flattens); // a halt that could not be recorded
    }
    parts_.book.stand(std::move(standing));
    tasks_.spawn("watch the risk", [this](TaskInfo& info) { return watch(info); });
    tasks_.spawn("verify the journal", [this](TaskInfo& info) { return verify_journal(info); });
    if (parts_.book.standing().state == TradingState::halted) {
        begin_withdrawal();
        tasks_.spawn("withdraw what the settlement finds", [this](TaskInfo& info) { return follow_settlement(info); });
    }
}

Task<void> RiskDesk::stop() {
    parts_.book.on_halt = [](const orders::Halt&) {};
    stopping_ = true;
    const bool begun = !tasks_.empty();
    tasks_.cancel();
    co_await tasks_.join();
    if (begun) { // else the day may not have been read, and is not to be written over
        co_await keep_day();
    }
}

// Trading state ------------------------------------------------------------------------------------------------------

Task<Result<void>> RiskDesk::record(store::JournalEvent row, std::string correlation) {
    row.venue = parts_.venue.name();
    row.account = parts_.book.account();
    row.correlation = std::move(correlation);
    std::vector<store::JournalEvent> rows{std::move(row)};
    const Result<std::int64_t> written =
        co_await parts_.journal.append(std::move(rows), store::Journal::Urgency::essential);
    co_return written ? Result<void>() : fail(written.error());
}

Task<Result<void>> RiskDesk::halt(std::string reason, std::string correlation) {
    const TradingStanding standing{.state = TradingState::halted,
                                   .since = parts_.loop.clock().now(),
                                   .reason = std::move(reason),
                                   .cause = "user",
                                   .halts = parts_.book.standing().halts + 1};
    chosen_.clear();
    parts_.book.stand(standing); // first: nothing goes out while the journal writes
    begin_withdrawal();
    parts_.notify("trading is HALTED: " + standing.reason + "; " + without_protection() +
                  "'risk resume REASON' ends it");
    Result<void> recorded = co_await record(orders::encode(standing), std::move(correlation));
    if (!recorded) {
        keep_recording(standing);
        Error error = std::move(recorded.error());
        error.hint =
            "trading is halted, but a restart would not know of it yet: make room on the journal's disk, it is "
            "tried again every second for as long as this core lives, and 'status' tells";
        co_return fail(std::move(error).attempting("record the halt"));
    }
    co_return Result<void>();
}

/// An automatic halt; the book has changed its state already.
void RiskDesk::tripped(const orders::Halt& halt) {
    parts_.log.write(LogLevel::error, "risk", "risk.halted", "", {{"cause", halt.cause}, {"reason", halt.reason}});
    parts_.notify("trading is HALTED (" + halt.cause + "): " + halt.reason +
                  "; open orders are withdrawn, 'risk show' tells; " + without_protection() +
                  "'risk resume REASON' ends it");
    begin_withdrawal();
    tasks_.spawn("record the halt", [this, standing = parts_.book.standing()](TaskInfo& info) {
        info.awaits = "the journal";
        return record_halt(standing);
    });
}

Task<void> RiskDesk::record_halt(TradingStanding standing) {
    const Result<void> recorded = co_await record(orders::encode(standing), "");
    if (!recorded) {
        parts_.log.error("risk", "journal.failed", recorded.error());
        parts_.notify("trading is halted, but that could not be recorded: " + recorded.error().describe() +
                      "; it is tried again every second");
        keep_recording(std::move(standing));
    }
}

void RiskDesk::keep_recording(TradingStanding standing) {
    unrecorded_ = std::move(standing);
    if (!std::exchange(records_again_, true)) {
        tasks_.spawn("record the halt again", [this](TaskInfo& info) { return record_again(info); });
    }
}

/// Until the journal takes it, or another standing is in force.
Task<void> RiskDesk::record_again(TaskInfo& info) {
    while (unrecorded_) {
        info.awaits = "room in the journal";
        const bool slept = co_await runtime::sleep_for(parts_.loop, record_pause);
        if (*unrecorded_ != parts_.book.standing()) {
            unrecorded_.reset(); // resumed, which the journal has
            break;
        }
        const TradingStanding standing = *unrecorded_;
        const Result<void> recorded = co_await record(orders::encode(standing), "");
        if (recorded) {
            parts_.notify("the halt is recorded now: " + standing.reason);
            unrecorded_.reset();
        }
        if (!slept || stopping_) {
            break; // that was the last attempt: the core leaves
        }
    }
    records_again_ = false;
}

Task<Result<void>> RiskDesk::change_state(TradingState state, std::string reason, std::string correlation) {
    const TradingStanding before = parts_.book.standing();
    const TradingStanding standing{.state = state,
                                   .since = parts_.loop.clock().now(),
                                   .reason = std::move(reason),
                                   .cause = "user",
                                   .halts = before.halts};
    Result<void> recorded = co_await record(orders::encode(standing), std::move(correlation));
    if (!recorded) {
        co_return fail(std::move(recorded.error()).attempting("record the trading state"));
    }
    if (parts_.book.standing() != before) { // halted meanwhile: that holds
        co_return fail(Error(ErrorKind::refused, "risk.halted_meanwhile",
                             "trading was halted meanwhile: " + parts_.book.standing().reason)
                           .attempting("change the trading state"));
    }
    parts_.book.stand(standing);
    parts_.notify("trading is " + std::string(name_of(state)) + ": " + standing.reason);
    co_return Result<void>();
}

Task<Result<void>> RiskDesk::reduce(std::string reason, std::string correlation) {
    if (parts_.book.standing().state == TradingState::halted) {
        co_return fail(Error(ErrorKind::refused, "risk.halted", "trading is HALTED, which is stricter")
                           .attempting("let only reducing orders out")
                           .advise("'risk resume REASON' first, then 'risk reduce'"));
    }
    Result<void> changed = co_await change_state(TradingState::reducing, std::move(reason), std::move(correlation));
    co_return changed;
}

Task<Result<void>> RiskDesk::resume(std::string reason, std::string correlation) {
    if (parts_.book.standing().state == TradingState::active) {
        co_return fail(Error(ErrorKind::not_found, "risk.active", "trading is ACTIVE: there is nothing to resume")
                           .attempting("resume trading"));
    }
    if (const std::optional<orders::Halt> cause = parts_.book.standing_cause(); cause && cause->cause == "daily_loss") {
        co_return fail(
            Error(ErrorKind::refused, "risk.cause_stands", "trading would halt again at once: " + cause->reason)
                .attempting("resume trading")
                .advise("wait for the next day (UTC), or raise the limit on purpose: 'risk set "
                        "daily_loss_max_usd AMOUNT REASON'"));
    }
    Result<void> changed = co_await change_state(TradingState::active, std::move(reason), std::move(correlation));
    if (changed) {
        parts_.book.begin_anew();
        withdrawing_.clear();
        withdrawn_.set();
    }
    co_return changed;
}

// Withdrawing --------------------------------------------------------------------------------------------------------

Task<orders::Withdrawal> RiskDesk::await_withdrawal(Duration limit) {
    co_await withdrawn_.wait_for(limit);
    const std::set<ClientOrderId> asked = chosen_;
    orders::Withdrawal withdrawal;
    for (const ClientOrderId& id : asked) {
        Result<orders::Order> order = co_await parts_.manager.find(id);
        if (order) {
            (is_final(order->state) ? withdrawal.ended : withdrawal.still_open).push_back(std::move(*order));
        }
    }
    co_return withdrawal;
}

// Flattening ---------------------------------------------------------------------------------------------------------

Task<Result<std::vector<Flattened>>> RiskDesk::flatten(orders::PlaceOptions options) {
    const Result<venue::TradingSnapshot> snapshot = co_await parts_.venue.trading().snapshot(parts_.loop.clock().now());
    if (!snapshot) {
        co_return fail(Error(snapshot.error()).attempting("ask for the positions to close"));
    }
    options.flattens = true;
    options.wait = orders::WaitFor::filled;
    std::vector<Flattened> flattened;
    for (const Position& position : snapshot->positions) {
        if (position.quantity.is_zero()) {
            continue;
        }
        const Result<Instrument> instrument = co_await parts_.instruments.find_traded(position.symbol);
        orders::OrderForm form;
        form.side = position.quantity.is_positive() ? Side::sell : Side::buy;
        form.symbol = position.symbol;
        form.size = orders::SizeAll{};
        form.closes = true;
        Result<orders::Placed> placed = fail(instrument ? Error(ErrorKind::failed, "", "") : instrument.error());
        if (instrument) {
            placed = co_await parts_.manager.place(form, *instrument, options);
        }
        flattened.push_back({.symbol = position.symbol, .quantity = position.quantity, .outcome = std::move(placed)});
    }
    co_return flattened;
}

// Limits -------------------------------------------------------------------------------------------------------------

Task<Result<void>> RiskDesk::check_scope(LimitScope scope) {
    if (!scope.symbol.empty()) {
        const Result<Instrument> known = co_await parts_.instruments.find_traded(scope.symbol);
        co_return known ? Result<void>() : fail(Error(known.error()).attempting("set the limit"));
    }
    const std::string account = parts_.book.account();
    if (!scope.account.empty() && scope.account != account) {
        const std::vector<std::string_view> known{account};
        const std::string nearest = did_you_mean(scope.account, known);
        co_return fail(Error(ErrorKind::not_found, "risk.unknown_account",
                             "profile '" + parts_.profile.name + "' does not trade account '" + scope.account + "'")
                           .attempting("set the limit")
                           .on(scope.account)
                           .advise(nearest.empty() ? "its account is '" + account + "'" : nearest));
    }
    co_return Result<void>();
}

Result<LimitChange> RiskDesk::plan_limit(orders::NamedLimit name, std::string_view value, LimitScope scope,
                                         std::string reason) const {
    const orders::LimitSpec& spec = orders::spec_of(name.limit);
    if (!scope.symbol.empty() && !spec.per_symbol) {
        return fail(
            Error(ErrorKind::usage, "risk.limit_scope", std::string(spec.name) + " cannot be set for one symbol")
                .advise("set it without --symbol"));
    }
    const Instant now = parts_.loop.clock().now();
    Result<LimitValue> parsed = orders::parse_limit_value(name, value, orders::source_of_setting(now, reason));
    if (!parsed) {
        return fail(std::move(parsed.error()));
    }
    const orders::RiskLimits& limits = parts_.book.limits();
    if (Result<void> allowed = orders::check_switched_off(name.limit, *parsed, limits.live_rules()); !allowed) {
        return fail(std::move(allowed.error()).attempting("set the limit"));
    }
    LimitChange change;
    const std::string& account = scope.account.empty() ? parts_.book.account() : scope.account;
    change.before = limits.in_force(name.limit, account, scope.symbol);
    orders::RiskLimits after = limits;
    after.set(name.limit, scope, *parsed);
    change.after = after.in_force(name.limit, account, scope.symbol);
    change.loosens = orders::loosens(name.limit, change.before, change.after);
    change.setting =
        LimitSetting{.limit = name.limit,
                     .scope = scope,
                     .value = *parsed,
                     .reason = std::move(reason),
                     .configured = orders::configured_text(parts_.profile.limits, name.limit, scope, parsed->currency),
                     .time = now};
    return change;
}

Task<Result<void>> RiskDesk::set_limit(LimitChange change, std::string correlation) {
    const LimitSetting& setting = change.setting;
    if (!change.loosens) { // what is tighter holds at once
        parts_.book.set_limit(setting.limit, setting.scope, setting.value);
    }
    Result<void> recorded = co_await record(orders::encode(setting), std::move(correlation));
    if (!recorded) {
        co_return fail(std::move(recorded.error()).attempting("record the limit"));
    }
    parts_.book.set_limit(setting.limit, setting.scope, setting.value);
    watch_wanted_.set();
    co_return Result<void>();
}

std::string RiskDesk::worth_used(Limit limit) const {
    const orders::DayMeasure day = parts_.book.day();
    if (limit == Limit::drawdown_max_pct) {
        return day.drawdown_pct ? plain(day.drawdown_pct->rescaled(2, Rounding::half_even)) + " %" : "";
    }
    if (!day.profit) {
        return day.unknown;
    }
    const Decimal loss = day.profit->amount.is_negative() ? -day.profit->amount : Decimal(0);
    return plain(loss.rescaled(2, Rounding::half_even)) + " " + std::string(day.profit->currency.code());
}

/// What of the limit is used now, where that is a number of the whole account or symbol.
std::string RiskDesk::used_of(Limit limit, const LimitScope& scope) const {
    const std::vector<const orders::Order*> open = parts_.manager.ledger().open();
    const auto held = parts_.book.positions().find(scope.symbol);
    switch (limit) {
    case Limit::open_orders_max: return std::to_string(open.size());
    case Limit::open_orders_per_symbol_max:
        return scope.symbol.empty()
                   ? ""
                   : std::to_string(std::ranges::count(
                         open, scope.symbol, [](const orders::Order* order) { return order->request.symbol; }));
    case Limit::position_quantity_max:
        return held == parts_.book.positions().end() ? "" : plain(held->second.quantity.abs());
    case Limit::orders_per_second_max: return std::to_string(parts_.book.sent_counts().last_second);
    case Limit::orders_per_minute_max: return std::to_string(parts_.book.sent_counts().last_minute);
    case Limit::daily_loss_max:
    case Limit::drawdown_max_pct: return worth_used(limit);
    default: return "";
    }
}

std::vector<LimitStanding> RiskDesk::limits() const {
    const orders::RiskLimits& limits = parts_.book.limits();
    std::vector<LimitStanding> standings;
    for (const orders::LimitSpec& spec : orders::limit_specs()) {
        const std::vector<orders::ScopedLimit> set = limits.set_values(spec.limit);
        if (std::ranges::none_of(set, [](const orders::ScopedLimit& each) { return each.scope == LimitScope{}; })) {
            standings.push_back({.limit = spec.limit,
                                 .scope = {},
                                 .value = limits.default_of(spec.limit),
                                 .in_force = set.empty(),
                                 .used = used_of(spec.limit, {})});
        }
        for (const orders::ScopedLimit& each : set) {
            const std::string& account = each.scope.account.empty() ? parts_.book.account() : each.scope.account;
            const std::vector<LimitValue> holding = limits.in_force(spec.limit, account, each.scope.symbol);
            standings.push_back({.limit = spec.limit,
                                 .scope = each.scope,
                                 .value = each.value,
                                 .in_force = std::ranges::find(holding, each.value) != holding.end(),
                                 .used = used_of(spec.limit, each.scope)});
        }
    }
    return standings;
}

} // namespace tradesh::engine
