#include "core/orders/halt_watch.hpp"

#include "core/base/overloaded.hpp"

#include <utility>

namespace tradesh::orders {
namespace {

std::string plain(Decimal number) { return number.normalized().to_string(); }

std::string set_in(Limit limit, const LimitValue& value) {
    return name_of(limit, value.currency) + " " + to_text(limit, value) + " (" + value.source + ")";
}

/// Counts one more, and tells when the count passes the limit within its window.
bool bursts(std::deque<Duration>& times, const HaltRules::Burst& burst, Duration elapsed) {
    times.push_back(elapsed);
    while (times.front() <= elapsed - burst.window) {
        times.pop_front();
    }
    return Decimal(static_cast<std::int64_t>(times.size())) > *burst.count.number;
}

std::optional<Halt> burst_halt(std::deque<Duration>& times, const std::optional<HaltRules::Burst>& rule, Limit limit,
                               std::string cause, std::string_view what_happened, const std::string& last,
                               Duration elapsed) {
    if (!rule || !bursts(times, *rule, elapsed)) {
        return std::nullopt;
    }
    return Halt{.cause = std::move(cause),
                .reason = std::to_string(times.size()) + " orders " + std::string(what_happened) + " within " +
                          tradesh::to_text(rule->window) + ", over " + set_in(limit, rule->count) +
                          "; the last: " + last};
}

std::optional<Halt> measured_halt(const HaltRules& rules, const DayMeasured& day) {
    if (rules.loss_max && day.loss && day.loss->amount > *rules.loss_max->number) {
        return Halt{.cause = "daily_loss",
                    .reason = "the day's loss is " + plain(day.loss->amount) + " " +
                              std::string(day.loss->currency.code()) + ", over " +
                              set_in(Limit::daily_loss_max, *rules.loss_max)};
    }
    if (rules.drawdown_max_pct && day.drawdown_pct && *day.drawdown_pct > *rules.drawdown_max_pct->number) {
        return Halt{.cause = "drawdown",
                    .reason = "net liquidation is " + plain(*day.drawdown_pct) + " % below its highest, over " +
                              set_in(Limit::drawdown_max_pct, *rules.drawdown_max_pct)};
    }
    return std::nullopt;
}

std::optional<Halt> aged_halt(const HaltRules& rules, const QuoteAged& aged) {
    const bool is_stale = rules.stale_s && aged.age > std::chrono::seconds(rules.stale_s->number->to_whole());
    if (!is_stale) {
        return std::nullopt;
    }
    return Halt{.cause = "stale_feed",
                .reason = "there are open orders in " + aged.symbol + " and its quote is " + to_human(aged.age) +
                          " old, over " + set_in(Limit::halt_feed_stale_s, *rules.stale_s)};
}

std::optional<Halt> differing_halt(const HaltRules& rules, const PositionDiffers& gap) {
    if (!rules.mismatch) {
        return std::nullopt;
    }
    return Halt{.cause = "mismatch",
                .reason = "the venue has " + plain(gap.theirs) + " " + gap.symbol + " and the journal " +
                          plain(gap.ours) + "; " + set_in(Limit::halt_on_mismatch, *rules.mismatch)};
}

} // namespace

std::optional<Halt> HaltWatch::observe(const HaltRules& rules, const HaltEvent& event, Duration elapsed) {
    return std::visit(Overloaded{
                          [&](const SendFailed& failed) {
                              return burst_halt(errors_, rules.errors, Limit::halt_errors_max, "error_burst",
                                                "were not sent or are unknown", failed.what, elapsed);
                          },
                          [&](const VenueRejected& rejected) {
                              return burst_halt(rejects_, rules.rejects, Limit::halt_rejects_max, "reject_burst",
                                                "were rejected by the venue", rejected.what, elapsed);
                          },
                          [&](const DayMeasured& day) { return measured_halt(rules, day); },
                          [&](const QuoteAged& aged) { return aged_halt(rules, aged); },
                          [&](const PositionDiffers& gap) { return differing_halt(rules, gap); },
                      },
                      event);
}

void HaltWatch::forget() {
    errors_.clear();
    rejects_.clear();
}

} // namespace tradesh::orders
