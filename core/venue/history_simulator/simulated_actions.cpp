#include "core/venue/history_simulator/simulated_actions.hpp"

#include "core/base/overloaded.hpp"
#include "core/venue/history_simulator/draw.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

namespace tradesh::venue::history_simulator {
namespace {

using namespace std::chrono;

constexpr int first_year = 2000;

/// The first trading date at or after a date; nullopt past the end of the calendar.
std::optional<TradingDate> trading_date_from(TradingDate date, std::span<const Session> sessions) {
    const auto session = std::ranges::lower_bound(sessions, date, {}, &Session::date);
    return session == sessions.end() ? std::nullopt : std::optional(session->date);
}

void add_dividends(const SimulatedInstrument& what, std::uint64_t stream, std::span<const Session> sessions,
                   std::vector<CorporateAction>& actions) {
    constexpr double share_that_pays = 0.7;
    if (draw(stream, "pays dividends") >= share_that_pays) {
        return;
    }
    // A quarter of 0.2 to 0.6 % of the usual price; whole yen where prices are in yen.
    const int scale = what.instrument.tick.scale();
    const double amount = what.level * (0.002 + 0.004 * draw(stream, "dividend"));
    const Decimal cash = std::max(Decimal::from_double(amount, scale), Decimal::of(1, scale));
    const auto first_month = static_cast<unsigned>(1 + 3 * draw(stream, "dividend month"));
    const auto day_of_month = static_cast<unsigned>(1 + 27 * draw(stream, "dividend day"));
    const sys_days last = sessions.back().date;
    for (year_month month = year(first_year) / std::chrono::month(first_month); sys_days(month / 1) <= last;
         month += months(3)) {
        if (const auto date = trading_date_from(month / day(day_of_month), sessions)) {
            actions.push_back({.ex_date = *date, .what = Dividend{Money{cash, what.instrument.currency}}});
        }
    }
}

void add_split(std::uint64_t stream, std::span<const Session> sessions, std::vector<CorporateAction>& actions) {
    constexpr double share_that_splits = 0.5;
    if (draw(stream, "splits") >= share_that_splits) {
        return;
    }
    constexpr std::array<Split, 4> ratios{{{2, 1}, {3, 1}, {3, 2}, {1, 4}}};
    const Split split = ratios[static_cast<std::size_t>(ratios.size() * draw(stream, "split ratio"))];
    const auto wait = days(static_cast<int>(365.25 * 25 * draw(stream, "split date")));
    if (const auto date = trading_date_from(sys_days(year(first_year) / January / 10) + wait, sessions)) {
        actions.push_back({.ex_date = *date, .what = split});
    }
}

std::vector<CorporateAction> actions_of(const SimulatedInstrument& what, const HistorySimulationOptions& options,
                                        std::span<const Session> sessions) {
    std::vector<CorporateAction> actions;
    if (const auto given = options.actions.find(what.instrument.symbol); given != options.actions.end()) {
        actions = given->second;
    } else if (!sessions.empty()) {
        const std::uint64_t stream = stream_of(options.seed, what.instrument.symbol);
        add_dividends(what, stream, sessions, actions);
        add_split(stream, sessions, actions);
    }
    std::ranges::sort(actions, {}, &CorporateAction::ex_date);
    return actions;
}

/// The last traded price of the regular sessions before `date`, in ticks.
std::optional<std::int64_t> close_before(TradingDate date, SimulatedPrices& prices, std::span<const Session> sessions,
                                         AdjustmentFactor factor) {
    const auto end = std::ranges::lower_bound(sessions, date, {}, &Session::date);
    for (auto session = std::make_reverse_iterator(end); session != sessions.rend(); ++session) {
        for (Instant open_time = session->close - minutes(1); open_time >= session->open; open_time -= minutes(1)) {
            if (const auto bar = prices.minute(open_time, *session, factor)) {
                return bar->close;
            }
        }
    }
    return std::nullopt;
}

} // namespace

Result<std::vector<AppliedAction>> apply_actions(const SimulatedInstrument& what, const SessionCalendar& calendar,
                                                 const HistorySimulationOptions& options) {
    if (!std::holds_alternative<Stock>(what.instrument.kind)) {
        return std::vector<AppliedAction>();
    }
    const TradingDate first = std::max(calendar.first_date(), TradingDate(year(first_year - 1) / December / 1));
    const Result<std::vector<Session>> sessions = calendar.sessions(first, calendar.last_date(), Hours::regular);
    if (!sessions) {
        return fail(sessions.error());
    }
    SimulatedPrices prices(what, options);
    std::vector<AppliedAction> applied;
    AdjustmentFactor so_far;
    for (CorporateAction& action : actions_of(what, options, *sessions)) {
        AdjustmentFactor factor;
        if (const Split* split = std::get_if<Split>(&action.what)) {
            factor.volume = split->new_shares.to_double() / split->old_shares.to_double();
            factor.price = 1 / factor.volume;
        } else if (const auto close = close_before(action.ex_date, prices, *sessions, so_far)) {
            const Decimal cash = std::get<Dividend>(action.what).amount.amount;
            const double cash_ticks = cash.to_double() / what.instrument.tick.to_double();
            factor.price = std::max(0.01, 1 - cash_ticks / static_cast<double>(*close));
        }
        so_far.price *= factor.price;
        so_far.volume *= factor.volume;
        applied.push_back({.action = std::move(action), .factor = factor});
    }
    return applied;
}

} // namespace tradesh::venue::history_simulator
