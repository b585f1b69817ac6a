#include "core/venue/history_simulator/simulated_listing.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tradesh::venue::history_simulator {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::minutes;

/// A night session may lead into a trading day that lies behind a long holiday.
constexpr days holiday_max(14);

} // namespace

SimulatedListing::SimulatedListing(SimulatedInstrument what, HistorySimulationOptions options, SessionCalendar calendar,
                                   std::vector<AppliedAction> actions)
    : what_(std::move(what)),
      options_(std::move(options)),
      calendar_(std::move(calendar)),
      actions_(std::move(actions)),
      prices_(what_, options_) {}

Result<SimulatedListing> SimulatedListing::make(SimulatedInstrument what, const HistorySimulationOptions& options) {
    Result<SessionCalendar> calendar = SessionCalendar::of(what.instrument);
    if (!calendar) {
        return fail(std::move(calendar.error()));
    }
    Result<std::vector<AppliedAction>> actions = apply_actions(what, *calendar, options);
    if (!actions) {
        return fail(std::move(actions.error()));
    }
    return SimulatedListing(std::move(what), options, std::move(*calendar), std::move(*actions));
}

Instant SimulatedListing::since(Timeframe timeframe) const {
    const Instant wanted = is_daily_or_longer(timeframe) ? options_.daily_bars_since : options_.minute_bars_since;
    return std::max(wanted, Instant(calendar_.first_date()));
}

AdjustmentFactor SimulatedListing::factor(PriceBasis basis, TradingDate date, Instant now) const {
    // Adjusted prices know what has happened until now, and at the latest what the bar itself knows.
    const TradingDate known = basis == PriceBasis::raw ? date : std::max(date, floor<days>(now));
    AdjustmentFactor product;
    for (const AppliedAction& applied : actions_) {
        if (applied.action.ex_date > known) {
            break;
        }
        product.price *= applied.factor.price;
        product.volume *= applied.factor.volume;
    }
    return product;
}

Result<std::vector<Session>> SimulatedListing::sessions_of(const std::vector<Slot>& slots, Hours hours) const {
    if (slots.empty()) {
        return std::vector<Session>();
    }
    const TradingDate from = std::max(floor<days>(slots.front().begin) - days(2), calendar_.first_date());
    const TradingDate to = std::min(floor<days>(slots.back().end) + holiday_max, calendar_.last_date() + days(1));
    return calendar_.sessions(from, to, hours);
}

std::optional<TradedBar> SimulatedListing::trades_of(const Slot& slot, std::span<const Session> sessions,
                                                     PriceBasis basis, Instant now, SimulatedPrices& prices) const {
    std::optional<TradedBar> traded;
    for (const Session& session : sessions) {
        if (session.open >= slot.end) {
            break;
        }
        const AdjustmentFactor factors = factor(basis, session.date, now);
        const Instant end = std::min(session.close, slot.end);
        for (Instant open_time = std::max(session.open, slot.begin); open_time < end; open_time += minutes(1)) {
            const std::optional<TradedBar> next = prices.minute(open_time, session, factors);
            if (next && traded) {
                traded->append(*next);
            } else if (next) {
                traded = next;
            }
        }
    }
    return traded;
}

Bar SimulatedListing::to_bar(Instant open_time, const TradedBar& traded) const {
    const auto price = [this](std::int64_t ticks) { return Decimal(ticks) * what_.instrument.tick; };
    return Bar{.open_time = open_time,
               .open = price(traded.open),
               .high = price(traded.high),
               .low = price(traded.low),
               .close = price(traded.close),
               .volume = Decimal(traded.volume) * what_.instrument.lot};
}

Result<HistoryAnswer> SimulatedListing::bars(const HistoryRequest& request, Instant now) const {
    const Instant from = std::max(request.from, since(request.timeframe));
    const Instant horizon = std::min({request.to, now, Instant(calendar_.last_date())});
    HistoryAnswer answer{.bars = {}, .complete_before = std::clamp(horizon, request.from, request.to)};
    if (from >= horizon) {
        return answer;
    }
    const Result<std::vector<Slot>> slots = calendar_.slots(request.timeframe, from, horizon, request.hours);
    if (!slots) {
        return fail(slots.error());
    }
    const Result<std::vector<Session>> sessions = sessions_of(*slots, request.hours);
    if (!sessions) {
        return fail(sessions.error());
    }
    SimulatedPrices prices = prices_;
    auto first = sessions->begin();
    for (const Slot& slot : *slots) {
        if (slot.end > now - options_.publish_delay || answer.bars.size() >= options_.bars_per_request_max) {
            answer.complete_before = slot.open_time;
            break;
        }
        first =
            std::find_if(first, sessions->end(), [&](const Session& session) { return session.close > slot.begin; });
        const auto traded = trades_of(slot, {first, sessions->end()}, request.basis, now, prices);
        if (!traded) {
            continue;
        }
        if (Result<void> added = answer.bars.push_back(to_bar(slot.open_time, *traded)); !added) {
            return fail(std::move(added.error()));
        }
    }
    return answer;
}

Result<std::optional<Instant>> SimulatedListing::head(Timeframe timeframe, Instant now) const {
    constexpr days step(62); // one month of 1M fits in
    for (Instant from = since(timeframe); from < now; from += step) {
        const HistoryRequest request{.instrument = what_.instrument,
                                     .timeframe = timeframe,
                                     .basis = PriceBasis::raw,
                                     .hours = Hours::all,
                                     .from = from,
                                     .to = from + step};
        const Result<HistoryAnswer> answer = bars(request, now);
        if (!answer) {
            return fail(answer.error());
        }
        if (!answer->bars.empty()) {
            return answer->bars.open_time.front();
        }
    }
    return std::nullopt;
}

std::vector<CorporateAction> SimulatedListing::actions(TradingDate from, TradingDate to, Instant now) const {
    std::vector<CorporateAction> found;
    for (const AppliedAction& applied : actions_) {
        const TradingDate date = applied.action.ex_date;
        if (date >= from && date < to && date <= floor<days>(now)) {
            found.push_back(applied.action);
        }
    }
    return found;
}

} // namespace tradesh::venue::history_simulator
