// The checks of what the order would do to the account: 8 to 16.

#include "core/orders/combo_loss.hpp"
#include "core/orders/risk_checks.hpp"
#include "core/orders/risk_exposure.hpp"
#include "core/orders/risk_judging.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tradesh::orders {
namespace {

void append(std::vector<RiskCheck>& parts, std::vector<RiskCheck> more) {
    std::ranges::move(more, std::back_inserter(parts));
}

const std::string no_price = "there is no price to measure by";

/// What is held on the order's side once everything on it has filled; zero when that only takes away.
Decimal built_up(const AskedOrder& asked) {
    const Decimal after = Decimal(sign_of(asked.request.side)) * position_after(asked);
    return std::max(after, Decimal(0));
}

/// True for an order at work on the other side.
bool works_against(const Order& order, const AskedOrder& asked) {
    return order.request.side != asked.request.side && order.state != OrderState::held &&
           (asked.replaces == nullptr || order.request.id != asked.replaces->request.id);
}

/// True when an order of the side trades at `price` before, or as soon as, at `other`.
bool is_no_further(Side side, Decimal price, Decimal other) {
    return side == Side::buy ? price <= other : price >= other;
}

/// From the best price of the other side to the furthest that the order can trade at as it arrives.
struct Reach {
    std::optional<Decimal> best;     ///< nullopt: not known, or the order does not trade at once
    std::optional<Decimal> furthest; ///< nullopt: any price
};

/// A market order that is larger than what is shown walks the book, as far as the spread limit lets it meet one.
Decimal market_reach(const RiskQuestion& question, Decimal best) {
    const std::optional<LimitValue> collar = limit_of(question, Limit::spread_max_pct);
    const Decimal percent = collar ? *collar->number : Decimal(0);
    const Decimal walk = Decimal::divide(best.abs() * percent, 100, 8, Rounding::up);
    return question.asked.request.side == Side::buy ? best + walk : best - walk;
}

/// Nothing for orders that wait for a trigger of their own.
std::optional<Reach> reach_of(const RiskQuestion& question) {
    const AskedOrder& asked = question.asked;
    const Side side = asked.request.side;
    const auto* limit = std::get_if<LimitPrice>(&asked.request.price);
    if (limit == nullptr && !std::holds_alternative<MarketPrice>(asked.request.price)) {
        return std::nullopt;
    }
    Reach reach{.best = std::nullopt, .furthest = limit == nullptr ? std::nullopt : std::optional(limit->limit)};
    const Verdict quote = check_reference_price(question).verdict;
    if (!asked.quote || (quote != Verdict::pass && quote != Verdict::not_limited)) {
        return reach; // no fresh quote: as far as the order may go
    }
    const std::optional<Decimal>& best = side == Side::buy ? asked.quote->ask : asked.quote->bid;
    if (!best || (limit != nullptr && !is_no_further(side, *best, limit->limit))) {
        return reach; // it rests, at its limit
    }
    reach.best = best;
    const std::optional<Decimal>& shown = side == Side::buy ? asked.quote->ask_size : asked.quote->bid_size;
    if (shown && remaining_of(asked) <= *shown) {
        reach.furthest = best;
    } else if (limit == nullptr) {
        reach.furthest = market_reach(question, *best);
    }
    return reach;
}

/// A stop of ours counts where the asked order trades through it, as what it then becomes.
bool reaches(Side side, const Reach& reach, const PriceRule& ours) {
    if (const auto* limit = std::get_if<LimitPrice>(&ours)) {
        return !reach.furthest || is_no_further(side, limit->limit, *reach.furthest);
    }
    const auto* stop = std::get_if<StopPrice>(&ours);
    const bool is_triggered = stop != nullptr && reach.best && is_no_further(side, *reach.best, stop->stop);
    return is_triggered && (!stop->limit || !reach.furthest || is_no_further(side, *stop->limit, *reach.furthest));
}

/// What the order takes of the buying power, less what the order that it replaces takes.
std::optional<Money> needed_for(const AskedOrder& asked) {
    OrderRequest rest = asked.request;
    rest.quantity = remaining_of(asked);
    std::optional<Money> needed = cost_of(asked, rest);
    if (needed && asked.replaces != nullptr) {
        OrderRequest before = asked.replaces->request;
        before.quantity = asked.replaces->remaining();
        const std::optional<Money> freed = cost_of(asked, before);
        needed->amount = std::max(needed->amount - (freed ? freed->amount : Decimal(0)), Decimal(0));
    }
    return needed;
}

RiskCheck if_short_is_allowed(const RiskQuestion& question, std::string what) {
    const std::optional<LimitValue> allowed = limit_of(question, Limit::short_selling);
    const bool may = allowed && !allowed->number->is_zero();
    return RiskCheck{.name = "short_selling",
                     .verdict = may ? Verdict::pass : Verdict::deny,
                     .value = std::move(what),
                     .limit = may ? "yes" : "no",
                     .source = allowed ? allowed->source : ""};
}

std::string with_commas(const std::vector<std::string>& symbols) {
    std::string text;
    for (const std::string& symbol : symbols) {
        text += (text.empty() ? "" : ", ") + symbol;
    }
    return text;
}

/// Of a combo: a call that nothing covers is a short sale, and may lose without end.
RiskCheck judge_sold_legs(const RiskQuestion& question) {
    const AskedOrder& asked = question.asked;
    OrderRequest rest = asked.request;
    rest.quantity = remaining_of(asked);
    const ComboLoss loss = combo_loss(rest, counted_as(asked.instrument), asked.positions);
    if (loss.sold.empty()) {
        return in_words("short_selling", Verdict::pass, "the order opens no short position");
    }
    if (!loss.at_expiry.bounded) {
        return if_short_is_allowed(question, "it sells " + with_commas(loss.sold_calls) +
                                                 " uncovered, and what that can lose has no bound");
    }
    const Money most{.amount = loss.at_expiry.amount, .currency = asked.instrument.currency};
    return in_words("short_selling", Verdict::pass,
                    with_commas(loss.sold) + " is sold covered: at expiry it costs " + plain(most) + " at most");
}

} // namespace

RiskCheck check_order_size(const RiskQuestion& question) {
    const AskedOrder& asked = question.asked;
    std::vector<RiskCheck> parts{
        compare(question, Limit::order_quantity_max, "order_quantity", asked.request.quantity)};
    std::optional<Money> notional = cost_of(asked, asked.request);
    if (!notional) {
        notional = value_of(asked, asked.request.quantity);
    }
    if (notional) {
        notional->amount = notional->amount.abs();
    }
    append(parts, compare_money(question, Limit::order_notional_max, "order_notional", notional, no_price));
    std::vector<RiskCheck> least =
        compare_money(question, Limit::order_notional_min, "order_notional_least", notional, no_price);
    std::erase_if(least, [](const RiskCheck& part) { return part.verdict == Verdict::not_limited; });
    append(parts, std::move(least));
    return join("order_size", parts);
}

RiskCheck check_position(const RiskQuestion& question) {
    const AskedOrder& asked = question.asked;
    const Decimal after = built_up(asked);
    std::vector<RiskCheck> parts{compare(question, Limit::position_quantity_max, "position_quantity", after)};
    append(parts, compare_money(question, Limit::position_notional_max, "position_notional", value_of(asked, after),
                                no_price));
    const std::string symbol = asked.request.symbol;
    for (const LimitValue& in_force : question.limits.in_force(Limit::gross_exposure_max, question.account, symbol)) {
        const Result<Money> exposure = gross_exposure(question, in_force.currency);
        append(parts, compare_money(question, Limit::gross_exposure_max, "gross_exposure",
                                    exposure ? std::optional(*exposure) : std::nullopt,
                                    exposure ? "" : exposure.error().message, exposure ? "" : exposure.error().hint));
    }
    return join("position", parts);
}

RiskCheck check_short_selling(const RiskQuestion& question) {
    const AskedOrder& asked = question.asked;
    if (std::holds_alternative<Combo>(asked.instrument.kind)) {
        return judge_sold_legs(question);
    }
    const Decimal after = position_after(asked);
    if (asked.request.side == Side::buy || !after.is_negative()) {
        return in_words("short_selling", Verdict::pass, "the order opens no short position");
    }
    const std::string what = "the position would be " + plain(after);
    if (!asked.request.may_open_short) {
        return in_words("short_selling", Verdict::deny, what + ", and the order does not say --short");
    }
    return if_short_is_allowed(question, what);
}

RiskCheck check_self_match(const RiskQuestion& question) {
    const std::optional<Reach> reach = reach_of(question);
    for (const Order* order : question.asked.ledger.open_of(question.asked.request.symbol)) {
        if (reach && works_against(*order, question.asked) &&
            reaches(question.asked.request.side, *reach, order->request.price)) {
            return in_words("self_match", question.limits.live_rules() ? Verdict::deny : Verdict::warn,
                            "it would trade against our own order " + order->request.id.value + " (" +
                                describe(order->request) + ")");
        }
    }
    return in_words("self_match", Verdict::pass, "no order of ours rests there");
}

RiskCheck check_open_orders(const RiskQuestion& question) {
    const AskedOrder& asked = question.asked;
    std::int64_t all = 1;
    std::int64_t in_symbol = 1;
    for (const Order* order : asked.ledger.open()) {
        if (asked.replaces == nullptr || order->request.id != asked.replaces->request.id) {
            ++all;
            in_symbol += order->request.symbol == asked.request.symbol ? 1 : 0;
        }
    }
    return join("open_orders",
                {compare(question, Limit::open_orders_max, "open_orders", Decimal(all)),
                 compare(question, Limit::open_orders_per_symbol_max, "open_orders_in_symbol", Decimal(in_symbol))});
}

RiskCheck check_order_rate(const RiskQuestion& question) {
    return join(
        "order_rate",
        {compare(question, Limit::orders_per_second_max, "orders_per_second", Decimal(question.sent.last_second + 1)),
         compare(question, Limit::orders_per_minute_max, "orders_per_minute", Decimal(question.sent.last_minute + 1))});
}

RiskCheck check_day_loss(const RiskQuestion& question) {
    std::optional<Money> loss = question.day.profit;
    if (loss) {
        loss->amount = -loss->amount;
    }
    const std::string unknown = question.day.unknown.empty() ? "nothing was measured yet" : question.day.unknown;
    std::vector<RiskCheck> parts = compare_money(question, Limit::daily_loss_max, "daily_loss", loss, unknown);
    // The account is worth what it is worth: without a word of the venue nothing has fallen yet.
    parts.push_back(
        compare(question, Limit::drawdown_max_pct, "drawdown", question.day.drawdown_pct.value_or(Decimal(0))));
    return join("day_loss", parts);
}

RiskCheck check_buying_power(const RiskQuestion& question) {
    const AskedOrder& asked = question.asked;
    const AccountSummary& account = asked.account;
    const std::optional<Money> needed = needed_for(asked);
    const bool is_combo = std::holds_alternative<Combo>(asked.instrument.kind);
    const bool takes = is_combo || asked.request.side == Side::buy || position_after(asked).is_negative();
    if (!takes || !needed) {
        const bool unmeasured = takes && needs_quote(question.limits, question.account, asked.request.symbol);
        return in_words("buying_power",
                        !takes       ? Verdict::pass
                        : unmeasured ? Verdict::deny
                                     : Verdict::not_limited,
                        takes ? no_price + "; the venue checks it" : "a sale of what is held takes none");
    }
    const Currency currency = account.currency.is_set() ? account.currency : needed->currency;
    const Result<Money> cost = in_currency(question, *needed, currency);
    RiskCheck check{.name = "buying_power",
                    .verdict = Verdict::deny,
                    .value = cost ? plain(*cost) : plain(*needed) + ": " + cost.error().message,
                    .limit = plain(Money{.amount = account.buying_power - question.reserved, .currency = currency}),
                    .source = "the account" + (question.reserved.is_zero() ? std::string()
                                                                           : ", less " + plain(question.reserved) +
                                                                                 " for orders on their way")};
    if (!cost || !question.reserved_unknown.empty()) { // not a number over a limit
        const std::string why = cost ? "what orders on their way take: " + question.reserved_unknown : check.value;
        check.value = "it cannot be compared with " + check.limit + " of the account: " + why;
        check.limit.clear();
        check.cure = cost ? "" : cost.error().hint;
    } else if (cost && cost->amount <= account.buying_power - question.reserved) {
        check.verdict = Verdict::pass;
    }
    return check;
}

RiskCheck check_concentration(const RiskQuestion& question) {
    const AskedOrder& asked = question.asked;
    const Currency currency = asked.account.currency.is_set() ? asked.account.currency : asked.instrument.currency;
    std::optional<Decimal> percent;
    std::string unknown = no_price;
    std::string cure;
    if (const std::optional<Money> value = value_of(asked, built_up(asked))) {
        const Result<Money> worth = in_currency(question, *value, currency);
        if (!worth) {
            unknown = worth.error().message;
            cure = worth.error().hint;
        } else if (!asked.account.net_liquidation.is_positive()) {
            unknown = "net liquidation is " + plain(asked.account.net_liquidation);
        } else {
            percent = Decimal::divide(worth->amount * 100, asked.account.net_liquidation, 6, Rounding::up);
        }
    }
    return join("concentration",
                {compare(question, Limit::concentration_max_pct, "concentration", percent, unknown, cure)});
}

} // namespace tradesh::orders
