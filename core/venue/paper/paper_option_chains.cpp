#include "core/venue/paper/paper_option_chains.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace tradesh::venue::paper {

using runtime::Task;

namespace {

Result<void> check_listed(const Instrument& underlying) {
    if (std::holds_alternative<Stock>(underlying.kind) || std::holds_alternative<Index>(underlying.kind)) {
        return {};
    }
    return fail(Error(ErrorKind::not_found, "options.none_listed",
                      "the paper venue lists options on stocks and indices, and this is of the kind '" +
                          std::string(name_of(underlying.kind)) + "'")
                    .attempting("read the option chain")
                    .on(underlying.symbol)
                    .advise("name a stock or an index; what is stored and of which kind: data list"));
}

/// The last price, or what lies between bid and ask.
std::optional<Decimal> spot_of(const Quote& quote) {
    if (quote.last) {
        return quote.last;
    }
    return quote.bid && quote.ask ? std::optional((*quote.bid + *quote.ask) * Decimal::of(5, 1)) : std::nullopt;
}

bool wants(const ChainWanted& wanted, TradingDate expiry) {
    return (!wanted.expiry_from || expiry >= *wanted.expiry_from) && (!wanted.expiry_to || expiry <= *wanted.expiry_to);
}

Result<std::vector<TradingDate>> trading_dates(const SessionCalendar& calendar, TradingDate from, TradingDate to) {
    const Result<std::vector<Session>> sessions = calendar.sessions(from, to, Hours::regular);
    if (!sessions) {
        return fail(sessions.error());
    }
    std::vector<TradingDate> dates;
    for (const Session& session : *sessions) {
        if (dates.empty() || dates.back() != session.date) {
            dates.push_back(session.date);
        }
    }
    return dates;
}

} // namespace

Result<SessionCalendar> expiry_calendar(const Instrument& underlying) {
    Result<SessionCalendar> own = SessionCalendar::of(underlying);
    return own ? std::move(own) : SessionCalendar::find("NYSE");
}

Task<Result<OptionChain>> PaperOptionChains::chain(ChainWanted wanted) {
    if (Result<void> listed = check_listed(wanted.underlying); !listed) {
        co_return fail(std::move(listed.error()));
    }
    const Result<Quote> quote = co_await quotes_.quote(wanted.underlying);
    if (!quote) {
        co_return fail(quote.error());
    }
    const std::optional<Decimal> spot = spot_of(*quote);
    if (!spot || !spot->is_positive()) {
        co_return fail(Error(ErrorKind::not_found, "options.no_spot", "the underlying has no price")
                           .attempting("read the option chain")
                           .on(wanted.underlying.symbol));
    }
    auto make = [this, &wanted, spot = *spot, now = clock_.now()]() -> Result<OptionChain> {
        const Result<SessionCalendar> calendar = expiry_calendar(wanted.underlying);
        if (!calendar) {
            return fail(calendar.error());
        }
        OptionChain chain = model_.chain(wanted.underlying, spot, now, *calendar);
        std::erase_if(chain.options, [&](const OptionQuote& option) { return !wants(wanted, option.option.expiry); });
        return chain;
    };
    Result<OptionChain> chain = co_await workers_.run(make);
    if (chain && chain->options.empty()) {
        co_return fail(Error(ErrorKind::not_found, "options.no_expiry", "no option expires within those dates")
                           .attempting("read the option chain")
                           .on(wanted.underlying.symbol)
                           .advise("see what is listed: data chain " + wanted.underlying.symbol));
    }
    co_return chain;
}

Task<Result<std::vector<DailyVolatility>>> PaperOptionChains::volatility_history(Instrument underlying,
                                                                                 TradingDate from, TradingDate to) {
    using History = std::vector<DailyVolatility>;
    auto make = [&]() -> Result<History> {
        if (Result<void> listed = check_listed(underlying); !listed) {
            return fail(std::move(listed.error()));
        }
        const Result<SessionCalendar> calendar = SessionCalendar::of(underlying);
        if (!calendar) {
            return fail(calendar.error());
        }
        const TradingDate today{
            std::chrono::floor<std::chrono::days>(calendar->zone().to_local(clock_.now())).time_since_epoch()};
        const Result<std::vector<TradingDate>> dates = trading_dates(*calendar, from, std::min(to, today));
        if (!dates) {
            return fail(dates.error());
        }
        History history;
        for (const TradingDate date : *dates) {
            history.push_back({.date = date, .volatility = model_.level(underlying, date)});
        }
        return history;
    };
    Result<History> history = co_await workers_.run(make);
    co_return history;
}

} // namespace tradesh::venue::paper
