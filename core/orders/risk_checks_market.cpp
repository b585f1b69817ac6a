// The checks of the order itself and of the market that it meets: 1 to 7.

#include "core/base/overloaded.hpp"
#include "core/orders/risk_checks.hpp"
#include "core/orders/risk_exposure.hpp"
#include "core/orders/risk_judging.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::orders {
namespace {

using namespace std::chrono_literals;

/// Cut-offs of orders for the opening and the closing auction, as brokers state them for the US exchanges (Alpaca,
/// "orders at Alpaca": 9:28 and 15:50 in New York).
constexpr Duration opening_cut_off = 2min;
constexpr Duration closing_cut_off = 10min;
/// How far ahead the next session is looked for.
constexpr std::chrono::days session_ahead{10};

std::vector<Decimal> prices_of(const PriceRule& rule) {
    return std::visit(Overloaded{
                          [](const MarketPrice&) { return std::vector<Decimal>(); },
                          [](const LimitPrice& limit) { return std::vector<Decimal>{limit.limit}; },
                          [](const StopPrice& stop) {
                              return stop.limit ? std::vector<Decimal>{stop.stop, *stop.limit}
                                                : std::vector<Decimal>{stop.stop};
                          },
                          [](const TrailingStop& trail) { return std::vector<Decimal>{trail.distance}; },
                      },
                      rule);
}

/// The first thing about prices that no venue would take; empty when there is none.
std::string wrong_price(const OrderRequest& request, const Instrument& instrument) {
    const auto* trail = std::get_if<TrailingStop>(&request.price);
    const bool may_be_below_zero = std::holds_alternative<Combo>(instrument.kind) && trail == nullptr;
    for (const Decimal price : prices_of(request.price)) {
        if (!price.is_positive() && !may_be_below_zero) {
            return "the price " + plain(price) + " is not above zero";
        }
        const bool is_percent = trail != nullptr && trail->percent;
        if (!is_percent && !price.is_multiple_of(instrument.tick)) {
            return "the price " + plain(price) + " is no multiple of the tick " + plain(instrument.tick);
        }
    }
    return "";
}

std::string wrong_form(const RiskQuestion& question) {
    const OrderRequest& request = question.asked.request;
    const Instrument& instrument = question.asked.instrument;
    const venue::Capabilities& venue = question.asked.capabilities;
    if (!request.quantity.is_positive() || !request.quantity.is_multiple_of(instrument.lot)) {
        return "the quantity " + plain(request.quantity) + " is no positive multiple of the lot " +
               plain(instrument.lot);
    }
    if (std::string wrong = wrong_price(request, instrument); !wrong.empty()) {
        return wrong;
    }
    const Currency held = question.asked.account.currency;
    if (venue.one_currency && held.is_set() && instrument.currency != held) {
        return instrument.symbol + " trades in " + std::string(instrument.currency.code()) +
               ", and the account holds " + std::string(held.code()) + ": this venue converts nothing";
    }
    const std::string rule(name_of(request.price));
    if (!venue.price_rules.empty() && std::ranges::find(venue.price_rules, rule) == venue.price_rules.end()) {
        return "the venue takes no " + rule + " orders";
    }
    if (!venue.times_in_force.empty() &&
        std::ranges::find(venue.times_in_force, request.time_in_force) == venue.times_in_force.end()) {
        return "the venue takes no orders with tif " + std::string(name_of(request.time_in_force));
    }
    if (request.valid_until && *request.valid_until <= question.now) {
        return "the order would have ended at " + to_rfc3339(*request.valid_until);
    }
    return "";
}

bool looks_like(const OrderRequest& a, const OrderRequest& b) {
    return a.symbol == b.symbol && a.side == b.side && a.quantity == b.quantity && a.price == b.price;
}

bool went_out(const Order& order) {
    return order.state != OrderState::denied && order.state != OrderState::not_sent &&
           order.state != OrderState::rejected;
}

std::string why_untradable(const RiskQuestion& question) {
    const Instrument& instrument = question.asked.instrument;
    if (std::holds_alternative<Index>(instrument.kind)) {
        return instrument.symbol + " is an index: it is quoted, never traded";
    }
    const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(question.now));
    const auto expired = [&](const auto& kind) -> std::string {
        if constexpr (requires { kind.expiry; }) {
            if (kind.expiry < today) {
                return instrument.symbol + " expired on " + to_date_text(std::chrono::sys_days(kind.expiry));
            }
        }
        return "";
    };
    return std::visit(expired, instrument.kind);
}

/// The symbols that an order in the instrument is about: its own, and those under it.
std::vector<std::string> symbols_of(const Instrument& instrument) {
    std::vector<std::string> symbols{instrument.symbol};
    if (const auto* option = std::get_if<Option>(&instrument.kind)) {
        symbols.push_back(option->underlying);
    } else if (const auto* combo = std::get_if<Combo>(&instrument.kind)) {
        for (const ComboLeg& leg : combo->legs) {
            symbols.push_back(leg.symbol);
        }
    }
    return symbols;
}

/// Regular sessions that are under way or still to come.
Result<std::vector<Session>> sessions_ahead(const SessionCalendar& calendar, Instant now) {
    const TradingDate today = std::chrono::floor<std::chrono::days>(now);
    Result<std::vector<Session>> sessions =
        calendar.sessions(today - std::chrono::days(1), today + session_ahead, Hours::regular);
    if (sessions) {
        std::erase_if(*sessions, [now](const Session& session) { return session.close <= now; });
    }
    return sessions;
}

RiskCheck judge_session(const OrderRequest& request, const Session& next, Instant now) {
    const bool is_open = next.open <= now;
    const std::string when = is_open ? "open until " + to_rfc3339(next.close) : "closed until " + to_rfc3339(next.open);
    if (request.time_in_force == TimeInForce::opg && !is_open && now > next.open - opening_cut_off) {
        return in_words("session", Verdict::deny,
                        "orders for the opening of " + to_rfc3339(next.open) + " are taken until 2 minutes before it");
    }
    if (request.time_in_force == TimeInForce::cls && is_open && now > next.close - closing_cut_off) {
        return in_words("session", Verdict::deny,
                        "orders for the close of " + to_rfc3339(next.close) + " are taken until 10 minutes before it");
    }
    const bool can_wait = request.time_in_force == TimeInForce::opg || request.time_in_force == TimeInForce::cls;
    if (is_open || can_wait) {
        return in_words("session", Verdict::pass, when);
    }
    const bool needs_market = std::holds_alternative<MarketPrice>(request.price) ||
                              request.time_in_force == TimeInForce::ioc || request.time_in_force == TimeInForce::fok;
    return in_words("session", needs_market ? Verdict::deny : Verdict::warn,
                    when + (needs_market ? ", and the order needs an open market" : "; the order waits for it"));
}

/// The first thing that makes a quote unfit to measure by; empty when it is fit.
std::string unfit(const Quote& quote, bool simulated) {
    if (quote.kind == QuoteKind::delayed || quote.kind == QuoteKind::frozen ||
        (quote.kind == QuoteKind::simulated && !simulated)) {
        return "the quote is " + std::string(name_of(quote.kind));
    }
    if (!quote.bid || !quote.ask) {
        return std::string("the quote has no ") + (quote.bid ? "ask" : "bid");
    }
    return *quote.bid > *quote.ask ? "the quote is crossed: bid " + plain(*quote.bid) + ", ask " + plain(*quote.ask)
                                   : "";
}

/// A stop that the market has reached already is a market or limit order that does not say so. Venues look at the last
/// trade, at the bid or at the ask: whichever is reached first counts.
std::string why_triggered(const StopPrice& stop, Side side, const Quote& quote) {
    const bool buys = side == Side::buy;
    const Decimal shown = buys ? *quote.ask : *quote.bid;
    const Decimal last = quote.last.value_or(shown);
    const Decimal reached = buys ? std::max(shown, last) : std::min(shown, last);
    if (buys ? stop.stop > reached : stop.stop < reached) {
        return "";
    }
    const std::string_view what = reached != shown ? "the last trade at " : buys ? "the ask of " : "the bid of ";
    return "the " + std::string(name_of(side)) + " stop at " + plain(stop.stop) + " is not " +
           (buys ? "above " : "below ") + std::string(what) + plain(reached) +
           ": it would trigger at once; for that, order at the market or with a limit";
}

/// 100 * |a - b| / |b|
std::optional<Decimal> percent_apart(Decimal a, Decimal b) {
    if (b.is_zero()) {
        return std::nullopt;
    }
    return Decimal::divide((a - b).abs() * 100, b.abs(), 8, Rounding::up);
}

} // namespace

RiskCheck check_form(const RiskQuestion& question) {
    const std::string wrong = wrong_form(question);
    return wrong.empty() ? in_words("form", Verdict::pass, describe(question.asked.request))
                         : in_words("form", Verdict::deny, wrong);
}

RiskCheck check_trading_state(const RiskQuestion& question) {
    const TradingStanding& standing = question.standing;
    const std::string state(name_of(standing.state));
    const bool passes =
        standing.state == TradingState::active ||
        (standing.state == TradingState::reducing && (only_reduces(question.asked) || only_shrinks(question.asked))) ||
        question.asked.purpose == RiskPurpose::flatten;
    if (passes) {
        return in_words("trading_state", Verdict::pass, state);
    }
    const bool halted = standing.state == TradingState::halted;
    const std::string only = halted ? "only cancels" : "only orders that reduce";
    const std::string held = halted && only_reduces(question.asked) ? to_text(question.asked.positions) : "";
    const std::string bare =
        held.empty() ? "" : "; held without protection: " + held + "; 'panic --flatten' closes that at the market";
    return in_words("trading_state", Verdict::deny,
                    state + " since " + to_rfc3339(standing.since) + " (" + standing.reason + "): " + only +
                        " go out; 'risk resume REASON' ends it" + bare);
}

RiskCheck check_duplicate(const RiskQuestion& question) {
    const AskedOrder& asked = question.asked;
    if (!asked.request.id.value.empty() && asked.replaces == nullptr &&
        asked.ledger.find(asked.request.id) != nullptr) {
        return in_words("duplicate", Verdict::deny, "there is an order " + asked.request.id.value + " already");
    }
    const std::optional<LimitValue> window = limit_of(question, Limit::duplicate_window_s);
    if (asked.keyed || asked.replaces != nullptr || !window) {
        const Verdict verdict = window ? Verdict::pass : Verdict::not_limited;
        return in_words("duplicate", verdict, asked.keyed ? "keyed: meant as it is" : "a change of an order");
    }
    const Instant since = question.now - std::chrono::seconds(window->number->to_whole());
    for (const Order* order : asked.ledger.all()) {
        if (order->created > since && went_out(*order) && !order->external &&
            looks_like(order->request, asked.request)) {
            return RiskCheck{.name = "duplicate",
                             .verdict = question.limits.live_rules() ? Verdict::deny : Verdict::warn,
                             .value = "the same as order " + order->request.id.value + " of " +
                                      to_human(question.now - order->created) +
                                      " ago; a key would say that it is meant",
                             .limit = {},
                             .source = window->source};
        }
    }
    return RiskCheck{.name = "duplicate",
                     .verdict = Verdict::pass,
                     .value = "no such order",
                     .limit = "within " + to_text(Limit::duplicate_window_s, *window),
                     .source = window->source};
}

RiskCheck check_instrument(const RiskQuestion& question) {
    if (std::string why = why_untradable(question); !why.empty()) {
        return in_words("instrument", Verdict::deny, why);
    }
    const RiskLimits& limits = question.limits;
    const bool reduces = only_reduces(question.asked) || only_shrinks(question.asked);
    for (const std::string& symbol : symbols_of(question.asked.instrument)) {
        const auto restricted = limits.restricted_symbols.find(symbol);
        const bool is_restricted = restricted != limits.restricted_symbols.end();
        if (is_restricted || (limits.allowed_symbols && !limits.allowed_symbols->contains(symbol))) {
            return RiskCheck{.name = "instrument",
                             .verdict = reduces ? Verdict::warn : Verdict::deny,
                             .value = symbol + (is_restricted ? " is restricted" : " is not among the allowed symbols"),
                             .limit = {},
                             .source = is_restricted ? restricted->second : limits.allowed_symbols_source};
        }
    }
    return in_words("instrument", Verdict::pass,
                    question.asked.instrument.symbol + ", " + std::string(name_of(question.asked.instrument.kind)));
}

RiskCheck check_session(const RiskQuestion& question) {
    if (question.simulated) {
        return in_words("session", Verdict::pass, "the paper market is always open");
    }
    if (!question.calendar) {
        return in_words("session", Verdict::pass,
                        "the hours of " + question.asked.instrument.symbol + " are not known; the venue decides");
    }
    const Result<std::vector<Session>> ahead = sessions_ahead(*question.calendar, question.now);
    if (!ahead || ahead->empty()) {
        return in_words("session", Verdict::warn, ahead ? "there is no session within 10 days" : ahead.error().message);
    }
    return judge_session(question.asked.request, ahead->front(), question.now);
}

RiskCheck check_reference_price(const RiskQuestion& question) {
    const AskedOrder& asked = question.asked;
    const bool is_needed = needs_quote(question.limits, question.account, asked.request.symbol);
    if (!asked.quote) {
        return is_needed ? in_words("reference_price", Verdict::deny, "there is no quote of " + asked.request.symbol)
                         : in_words("reference_price", Verdict::not_limited, "no limit needs a quote");
    }
    const Verdict if_unfit = is_needed ? Verdict::deny : Verdict::warn;
    if (std::string why = unfit(*asked.quote, question.simulated); !why.empty()) {
        return in_words("reference_price", if_unfit, why);
    }
    const auto age_ms = std::chrono::floor<std::chrono::milliseconds>(asked.quote_age).count();
    RiskCheck check = compare(question, Limit::quote_age_max_s, "quote_age", Decimal::of(age_ms, 3));
    check.name = "reference_price";
    check.verdict = check.verdict == Verdict::deny ? if_unfit : check.verdict;
    check.value += ", " + std::string(name_of(asked.quote->kind)) + ", bid " + plain(*asked.quote->bid) + ", ask " +
                   plain(*asked.quote->ask);
    return check;
}

RiskCheck check_price_collar(const RiskQuestion& question) {
    const AskedOrder& asked = question.asked;
    const bool has_quote = asked.quote && unfit(*asked.quote, question.simulated).empty();
    const Decimal middle = has_quote ? *reference_price(asked) : Decimal(0);
    const auto from_middle = [&](Decimal price) { return has_quote ? percent_apart(price, middle) : std::nullopt; };
    const std::string unknown = "there is no fit quote to compare with";
    const RiskCheck part = std::visit(
        Overloaded{
            [&](const MarketPrice&) {
                const std::optional<Decimal> spread =
                    has_quote ? from_middle(middle + *asked.quote->ask - *asked.quote->bid) : std::nullopt;
                RiskCheck check = compare(question, Limit::spread_max_pct, "spread", spread, unknown);
                if (check.verdict == Verdict::deny && only_reduces(asked)) { // a wide market keeps nobody in
                    check = softened(std::move(check));
                    check.value += " (it only reduces)";
                }
                return check;
            },
            [&](const LimitPrice& limit) {
                return compare(question, Limit::price_band_pct, "price_distance", from_middle(limit.limit), unknown);
            },
            [&](const StopPrice& stop) {
                if (std::string why = has_quote ? why_triggered(stop, asked.request.side, *asked.quote) : std::string();
                    !why.empty()) {
                    return in_words("", Verdict::deny, std::move(why));
                }
                return stop.limit ? compare(question, Limit::price_band_pct, "limit_from_stop",
                                            percent_apart(*stop.limit, stop.stop), unknown)
                                  : in_words("", Verdict::pass, "a stop trades at the market once it is reached");
            },
            [&](const TrailingStop&) { return in_words("", Verdict::pass, "the stop follows the market"); },
        },
        asked.request.price);
    return join("price_collar", {part});
}

} // namespace tradesh::orders
