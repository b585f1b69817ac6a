#include "core/engine/option_desk.hpp"

#include "core/engine/bars_wanted.hpp"
#include "core/engine/side_by_side.hpp"
#include "core/runtime/event.hpp"
#include "core/runtime/task_scope.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <ranges>
#include <set>
#include <stop_token>
#include <tuple>

namespace tradesh::engine {

using runtime::Task;
using runtime::TaskInfo;
using std::chrono::days;
using Days = store::VolatilityStore::Days;

namespace {

/// Expiries that tell the volatility of a month, whatever the others are wanted for.
constexpr days month_from{7};
constexpr days month_to{66};
/// As many calendar days as surely hold the trading days of a standing.
constexpr days lookback{400};

/// The last trading days before `end`.
Result<std::vector<TradingDate>> trading_days_before(const Instrument& instrument, TradingDate end) {
    const Result<SessionCalendar> calendar = SessionCalendar::of(instrument);
    if (!calendar) {
        return fail(calendar.error());
    }
    const Result<std::vector<Session>> sessions = calendar->sessions(end - lookback, end, Hours::regular);
    if (!sessions) {
        return fail(sessions.error());
    }
    std::set<TradingDate> dates;
    std::ranges::transform(*sessions, std::inserter(dates, dates.end()), &Session::date);
    const std::size_t extra = dates.size() - std::min(dates.size(), scan::standing_days);
    return std::vector<TradingDate>(std::next(dates.begin(), static_cast<std::ptrdiff_t>(extra)), dates.end());
}

std::vector<double> values_of(const Days& known) {
    std::vector<double> values;
    std::ranges::copy(known | std::views::values, std::back_inserter(values));
    return values;
}

/// Of each expiry the strikes nearest to the spot.
void keep_near(std::vector<OptionQuote>& quotes, Decimal spot, std::size_t count) {
    std::map<std::chrono::year_month_day, std::vector<Decimal>> strikes;
    for (const OptionQuote& quote : quotes) {
        strikes[quote.option.expiry].push_back(quote.option.strike);
    }
    const auto distance = [spot](Decimal strike) { return strike < spot ? spot - strike : strike - spot; };
    for (std::vector<Decimal>& all : strikes | std::views::values) {
        std::ranges::sort(all,
                          [&](Decimal a, Decimal b) { return std::pair(distance(a), a) < std::pair(distance(b), b); });
        all.erase(std::unique(all.begin(), all.end()), all.end());
        all.resize(std::min(all.size(), count));
    }
    std::erase_if(quotes, [&](const OptionQuote& quote) {
        return std::ranges::find(strikes[quote.option.expiry], quote.option.strike) ==
               strikes[quote.option.expiry].end();
    });
}

bool wants(const OptionsWanted& wanted, const Option& option) {
    return (!wanted.right || option.right == *wanted.right) &&
           (!wanted.strike_least || option.strike >= *wanted.strike_least) &&
           (!wanted.strike_most || option.strike <= *wanted.strike_most);
}

std::vector<ListedOption> listed_options(const OptionChain& chain, const OptionsWanted& wanted) {
    std::vector<OptionQuote> quotes;
    std::ranges::copy_if(chain.options, std::back_inserter(quotes),
                         [&](const OptionQuote& quote) { return wants(wanted, quote.option); });
    if (wanted.strikes_near) {
        keep_near(quotes, chain.spot, *wanted.strikes_near);
    }
    std::ranges::sort(quotes, {}, [](const OptionQuote& quote) {
        return std::tuple(quote.option.expiry, quote.option.strike, quote.option.right);
    });
    std::vector<ListedOption> all;
    for (OptionQuote& quote : quotes) {
        ListedOption listed{.quote = std::move(quote)};
        listed.days_to_expiry = days_to_expiry(listed.quote, chain);
        std::optional<scan::OptionLeg> leg = scan::read_leg(listed.quote, chain);
        if (leg && scan::model_leg(*leg, chain)) {
            listed.volatility = leg->volatility;
            listed.greeks = leg->greeks;
        }
        all.push_back(std::move(listed));
    }
    return all;
}

std::string date_text(TradingDate date) { return to_date_text(Instant(date)); }

std::string range_text(const std::optional<std::string>& least, const std::optional<std::string>& most) {
    return least == most ? least.value_or("") : least.value_or("") + ".." + most.value_or("");
}

/// The listed one nearest to what lies between two ends; of two that are as near the first.
template <class Value>
std::optional<Value> nearest(const std::vector<Value>& listed, std::optional<Value> least, std::optional<Value> most) {
    const auto distance = [&](Value value) {
        const auto none = value - value;
        return least && value < *least ? *least - value : most && value > *most ? value - *most : none;
    };
    const auto found = std::ranges::min_element(listed, {}, distance);
    return found == listed.end() ? std::nullopt : std::optional(*found);
}

Error no_expiry(const OptionsWanted& wanted, const ChainFacts& facts) {
    std::optional<TradingDate> from = wanted.expiry_from;
    std::optional<TradingDate> to = wanted.expiry_to;
    if (wanted.days_to_expiry) {
        from = facts.today + days(wanted.days_to_expiry->first);
        to = facts.today + days(wanted.days_to_expiry->second);
    }
    Error error(ErrorKind::not_found, "options.no_expiry",
                "no option expires " + std::string(from == to ? "on " : "within ") +
                    range_text(from.transform(date_text), to.transform(date_text)));
    const std::optional<TradingDate> near = nearest(facts.expiries, from, to);
    return near ? std::move(error).advise("the nearest expiry is " + date_text(*near) + ", " +
                                          std::to_string((*near - facts.today).count()) + " days ahead")
                : error;
}

/// Why nothing of a chain was left: what was asked for, and what is listed next to it.
Error no_match(const OptionsWanted& wanted, const ChainFacts& facts, const OptionChain& chain) {
    std::vector<Decimal> strikes;
    std::ranges::transform(chain.options, std::back_inserter(strikes),
                           [](const OptionQuote& quote) { return quote.option.strike; });
    const std::optional<Decimal> near = nearest(strikes, wanted.strike_least, wanted.strike_most);
    if (!near) {
        return no_expiry(wanted, facts);
    }
    const auto text = [](Decimal strike) { return strike.to_string(); };
    return Error(ErrorKind::not_found, "options.no_match",
                 "no option with a strike of " +
                     range_text(wanted.strike_least.transform(text), wanted.strike_most.transform(text)) + " is listed")
        .advise("the nearest strike is " + text(*near));
}

std::vector<TradingDate> expiries_of(const OptionChain& chain) {
    std::set<TradingDate> expiries;
    for (const OptionQuote& quote : chain.options) {
        expiries.insert(quote.option.expiry);
    }
    return {expiries.begin(), expiries.end()};
}

} // namespace

bool OptionDesk::ExpiriesWanted::hold(const OptionQuote& quote, const OptionChain& chain) const {
    const TradingDate expiry{quote.option.expiry};
    const int ahead = days_to_expiry(quote, chain);
    return (!from || expiry >= *from) && (!to || expiry <= *to) &&
           (!days || (ahead >= days->first && ahead <= days->second));
}

Task<Result<OptionDesk::Fetched>> OptionDesk::fetch(std::string symbol, std::string exchange, ExpiriesWanted expiries) {
    venue::OptionChains* chains = parts_.venue.option_chains();
    if (chains == nullptr) {
        co_return fail(Error(ErrorKind::config, "options.none",
                             "the venue '" + std::string(parts_.venue.name()) + "' lists no options")
                           .attempting("read the option chain")
                           .on(symbol)
                           .advise("to try it with simulated options: tradesh --profile demo"));
    }
    Result<Instrument> found = co_await parts_.instruments.find(symbol);
    if (!found) {
        co_return fail(std::move(found.error()));
    }
    Result<Instrument> instrument = on_exchange(std::move(*found), exchange);
    if (!instrument) {
        co_return fail(std::move(instrument.error()));
    }
    const TradingDate today = std::chrono::floor<days>(parts_.loop.clock().now());
    venue::ChainWanted wanted{.underlying = *instrument, .expiry_from = expiries.from, .expiry_to = expiries.to};
    if (expiries.days) { // a day more on either side: it may be another day where the underlying trades
        wanted.expiry_from = today + days(expiries.days->first - 1);
        wanted.expiry_to = today + days(expiries.days->second + 1);
    }
    if (wanted.expiry_from) {
        wanted.expiry_from = std::min(*wanted.expiry_from, today + month_from);
    }
    if (wanted.expiry_to) {
        wanted.expiry_to = std::max(*wanted.expiry_to, today + month_to);
    }
    Result<OptionChain> chain = co_await chains->chain(std::move(wanted));
    if (!chain) {
        co_return fail(std::move(chain.error()));
    }
    ChainFacts facts{.instrument = std::move(*instrument),
                     .spot = chain->spot,
                     .time = chain->time,
                     .kind = chain->kind,
                     .rate = chain->rate,
                     .dividend_yield = chain->dividend_yield,
                     .expiries = expiries_of(*chain),
                     .today = chain->today,
                     .standing = {}};
    co_await add_standing(facts, *chain);
    std::erase_if(chain->options, [&](const OptionQuote& quote) { return !expiries.hold(quote, *chain); });
    co_return Fetched{.facts = std::move(facts), .chain = std::make_shared<const OptionChain>(std::move(*chain))};
}

/// A standing that cannot be told is no error: the chain is worth seeing without it.
Task<void> OptionDesk::add_standing(ChainFacts& facts, const OptionChain& chain) {
    const Result<std::vector<double>> past = co_await past_volatilities(facts);
    auto compare = [&] {
        return scan::standing_among(scan::at_the_money_volatility(chain),
                                    past ? std::span<const double>(*past) : std::span<const double>());
    };
    const scan::VolatilityStanding standing = co_await parts_.workers.run(compare);
    facts.standing = standing;
    const std::string unknown = "IV rank and percentile of " + facts.instrument.symbol + " are unknown: ";
    if (!past) {
        facts.notes.push_back(unknown + past.error().describe() +
                              (past.error().hint.empty() ? "" : "; " + past.error().hint));
    } else if (!facts.standing.current) {
        facts.notes.push_back(
            unknown + "no two strikes around its price are quoted well enough on both sides to tell a volatility");
    } else if (past->size() < scan::standing_days_min) {
        facts.notes.push_back(unknown + std::to_string(past->size()) + " days of implied volatility are known, and " +
                              std::to_string(scan::standing_days_min) + " are needed");
    }
}

Task<Result<std::vector<double>>> OptionDesk::past_volatilities(ChainFacts& facts) {
    const Instrument& instrument = facts.instrument;
    const TradingDate end = facts.today;
    auto list_days = [&] { return trading_days_before(instrument, end); };
    const Result<std::vector<TradingDate>> expected = co_await parts_.workers.run(list_days);
    if (!expected) {
        co_return fail(expected.error());
    }
    if (expected->empty()) {
        co_return std::vector<double>();
    }
    const std::string source(parts_.venue.name());
    const TradingDate begin = expected->front();
    auto read = [&](store::MarketFile& file) { return file.volatilities.read(instrument.id, source, begin, end); };
    Result<Days> known = co_await parts_.store.read(read);
    if (!known) {
        co_return fail(std::move(known.error()));
    }
    std::vector<TradingDate> missing;
    std::ranges::copy_if(*expected, std::back_inserter(missing),
                         [&](TradingDate day) { return !known->contains(day); });
    if (missing.empty()) {
        co_return values_of(*known);
    }
    const Result<std::vector<venue::DailyVolatility>> told = co_await parts_.venue.option_chains()->volatility_history(
        instrument, missing.front(), missing.back() + days(1));
    if (!told) {
        co_return fail(told.error());
    }
    Days added;
    for (const venue::DailyVolatility& day : *told) {
        added.emplace(day.date, day.volatility);
    }
    // What is made up never enters a file that other profiles read.
    if (facts.kind != QuoteKind::simulated || parts_.own_market) {
        auto write = [&](store::MarketFile& file) { return file.volatilities.put(instrument.id, source, added); };
        const Result<void> stored = co_await parts_.store.write(write);
        if (!stored) {
            co_return fail(stored.error());
        }
    } else {
        facts.notes.push_back("past volatilities are simulated and were not stored");
    }
    known->merge(added);
    co_return values_of(*known);
}

Task<Result<OptionsFound>> OptionDesk::list(OptionsWanted wanted) {
    const ExpiriesWanted expiries{.from = wanted.expiry_from, .to = wanted.expiry_to, .days = wanted.days_to_expiry};
    Result<Fetched> fetched = co_await fetch(wanted.symbol, wanted.exchange, expiries);
    if (!fetched) {
        co_return fail(std::move(fetched.error()).attempting("read the option chain").on(wanted.symbol));
    }
    auto work = [&] { return listed_options(*fetched->chain, wanted); };
    std::vector<ListedOption> options = co_await parts_.workers.run(work);
    if (options.empty()) {
        co_return fail(
            no_match(wanted, fetched->facts, *fetched->chain).attempting("read the option chain").on(wanted.symbol));
    }
    co_return OptionsFound{.facts = std::move(fetched->facts), .options = std::move(options)};
}

/// On a worker, which the caller's cancellation stops.
Task<Result<scan::SpreadScanResult>> OptionDesk::search(std::shared_ptr<const OptionChain> chain,
                                                        scan::SpreadScanRequest request) {
    std::stop_source stop;
    runtime::Event searched(parts_.loop);
    std::optional<scan::SpreadScanResult> result;
    runtime::TaskScope scope(parts_.loop);
    scope.spawn("spread search", [&](TaskInfo&) -> Task<void> {
        auto work = [&] { return scan::scan_spreads(*chain, request, stop.get_token()); };
        result = co_await parts_.workers.run(work);
        searched.set();
    });
    const runtime::Wake wake = co_await searched.wait();
    if (wake == runtime::Wake::cancelled) {
        stop.request_stop();
    }
    co_await scope.join();
    if (wake == runtime::Wake::cancelled) {
        co_return fail(ErrorKind::cancelled, "scan.cancelled", "stopped");
    }
    co_return std::move(*result);
}

Task<Result<SpreadsFound>> OptionDesk::spreads_of(const std::string& symbol, const SpreadsWanted& wanted) {
    ExpiriesWanted expiries{.from = {}, .to = {}, .days = {}};
    for (const scan::SpreadFilter& filter : wanted.request.filters) {
        if (filter.measure == scan::find_spread_measure("dte")) {
            constexpr double days_max = 36'500;
            const auto whole = [&](double days) { return static_cast<int>(std::clamp(days, 0.0, days_max)); };
            expiries.days = {whole(filter.range.least), whole(filter.range.most)};
        }
    }
    Result<Fetched> fetched = co_await fetch(symbol, wanted.exchange, expiries);
    if (!fetched) {
        co_return fail(std::move(fetched.error()));
    }
    scan::SpreadScanRequest request = wanted.request;
    request.standing = fetched->facts.standing;
    Result<scan::SpreadScanResult> result = co_await search(fetched->chain, std::move(request));
    if (!result) {
        co_return fail(std::move(result.error()));
    }
    co_return SpreadsFound{
        .facts = std::move(fetched->facts), .chain = std::move(fetched->chain), .result = std::move(*result)};
}

Task<Result<SpreadsBatch>> OptionDesk::find_spreads(SpreadsWanted wanted) {
    const std::size_t count = wanted.symbols.size();
    std::vector<std::optional<SpreadsOutcome>> outcomes(count);
    const SideBody body = [&](std::size_t index, TaskInfo& task) -> Task<void> {
        const std::string& symbol = wanted.symbols[index];
        task.awaits = "the option chain of " + symbol;
        Result<SpreadsFound> found = co_await spreads_of(symbol, wanted);
        if (!found) {
            found = fail(std::move(found.error()).attempting("look for spreads").on(symbol));
        }
        outcomes[index].emplace(SpreadsOutcome{.symbol = symbol, .found = std::move(found)});
    };
    const std::size_t begun =
        co_await run_side_by_side(parts_.loop, "spread lane", count, wanted.symbols_at_a_time, body);
    SpreadsBatch batch{.outcomes = {}, .not_reached = count - begun};
    for (std::size_t i = 0; i < begun; ++i) {
        if (!outcomes[i]->found && outcomes[i]->found.error().kind == ErrorKind::cancelled) {
            ++batch.not_reached;
        } else {
            batch.outcomes.push_back(std::move(*outcomes[i]));
        }
    }
    co_return batch;
}

} // namespace tradesh::engine
