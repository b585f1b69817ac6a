// The part of OrderManager that places orders: from the form to what goes out.

#include "core/orders/order_manager.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tradesh::orders {
namespace {

using runtime::Task;

} // namespace

/// An id that no order has: not those of ours, nor any that a settlement found at the venue.
ClientOrderId OrderManager::next_id() {
    for (;;) {
        ClientOrderId id(id_prefix_ + std::to_string(next_number_++));
        if (ledger_.find(id) == nullptr) {
            return id;
        }
    }
}

/// Of a stop a quote tells whether the market has reached it; nobody has to have one.
OrderManager::QuoteWish OrderManager::quote_wish(const OrderForm& form) {
    const bool stops = std::holds_alternative<StopForm>(form.price) ||
                       (form.alternative && std::holds_alternative<StopForm>(*form.alternative));
    return needs_quote(form) ? QuoteWish::needed : stops || form.protect ? QuoteWish::wanted : QuoteWish::if_checked;
}

Task<Result<MarketView>> OrderManager::view_market(QuoteWish wish, const Instrument& instrument) {
    MarketView view;
    view.now = parts_.loop.clock().now();
    // Orders of our own in the symbol: only a quote tells whether the new one can reach them.
    const bool has_own = !ledger_.open_of(instrument.symbol).empty();
    if (wish != QuoteWish::if_checked || has_own || parts_.risk.wants_quote(instrument.symbol)) {
        const Result<Quote> quote = co_await parts_.venue.market_data().quote(instrument);
        if (quote) {
            view.quote = *quote;
            parts_.risk.quoted(*quote);
        } else if (wish == QuoteWish::needed) { // otherwise the checks say what they miss
            co_return fail(quote.error());
        }
    }
    view.account_asked = parts_.loop.clock().elapsed();
    const Result<venue::TradingSnapshot> snapshot = co_await parts_.venue.trading().snapshot(parts_.loop.clock().now());
    if (!snapshot) {
        co_return fail(snapshot.error());
    }
    view.account = snapshot->account;
    if (view.quote) {
        view.quote_age = age_of(*view.quote, parts_.loop.clock());
    }
    const std::optional<LimitValue> spread =
        parts_.risk.limits().find(Limit::spread_max_pct, parts_.account, instrument.symbol);
    if (spread && spread->source != "default") { // the defaults of price words know options from stocks
        view.quote_spread_max_percent = spread->number;
    }
    co_return view;
}

/// Everything from here to the ledger entry happens in one turn of the loop, so two orders never count on the same
/// position or limit.
Result<OrderManager::Prepared> OrderManager::prepare(const OrderForm& form, const Instrument& instrument,
                                                     MarketView& view, const PlaceOptions& options,
                                                     const OrderLedger& beside) const {
    view.rates = &parts_.risk.rates();
    view.rates_age_max = parts_.risk.rates_age_max();
    const HeldPositions& positions = parts_.risk.positions();
    if (const auto held = positions.find(form.symbol); held != positions.end()) {
        view.position_quantity = held->second.quantity;
        const Side reducing = view.position_quantity.is_positive() ? Side::sell : Side::buy;
        view.open_reducing_quantity = beside.open_quantity(form.symbol, reducing);
    }
    view.open_quantity = beside.open_quantity(form.symbol, Side::buy) + beside.open_quantity(form.symbol, Side::sell);
    Result<OrderRequest> request = orders::resolve(form, instrument, view);
    if (!request) {
        return fail(std::move(request.error()));
    }
    if (const Result<void> all = check_closes_all(form, request->quantity, view); !all && !options.flattens) {
        return fail(all.error());
    }
    Result<std::vector<OrderRequest>> exits = resolve_exits(form, *request, instrument, view);
    if (!exits) {
        return fail(std::move(exits.error()));
    }
    Prepared prepared{
        .request = std::move(*request), .exits = std::move(*exits), .notional = std::nullopt, .checks = {}};
    prepared.notional = notional_of(prepared.request, instrument, view.quote);
    const RiskPurpose closing = form.closes ? RiskPurpose::reduce : RiskPurpose::open;
    const RiskPurpose purpose = options.flattens ? RiskPurpose::flatten : closing;
    Judgement judgement = judge(prepared.request, instrument, view, options, purpose, nullptr, beside);
    prepared.checks = std::move(judgement.checks);
    prepared.only_reduces = judgement.only_reduces;
    if (form.alternative) { // either of the two may be the one that fills
        const Judgement other = judge(prepared.exits.front(), instrument, view, options, closing, nullptr, beside);
        prepared.only_reduces &= other.only_reduces;
        std::ranges::copy_if(other.checks, std::back_inserter(prepared.checks),
                             [](const RiskCheck& one) { return one.verdict == Verdict::deny; });
    }
    return prepared;
}

OrderManager::Judgement OrderManager::judge(const OrderRequest& request, const Instrument& instrument,
                                            const MarketView& view, const PlaceOptions& options, RiskPurpose purpose,
                                            const Order* replaces, const OrderLedger& beside) const {
    const venue::Capabilities capabilities = parts_.venue.capabilities();
    const AskedOrder asked{.request = request,
                           .instrument = instrument,
                           .purpose = purpose,
                           .keyed = !options.key.empty(),
                           .replaces = replaces,
                           .quote = view.quote,
                           .quote_age = view.quote_age,
                           .account = view.account,
                           .account_asked = view.account_asked,
                           .positions = parts_.risk.positions(),
                           .ledger = beside,
                           .capabilities = capabilities};
    return {.checks = parts_.risk.check(asked), .only_reduces = only_reduces(asked)};
}

/// The order that the key already stands for; null when the key is free.
Result<const Order*> OrderManager::find_replay(const PlaceOptions& options, const std::string& form) const {
    const Order* first = options.key.empty() ? nullptr : ledger_.find_by_key(options.key);
    if (first == nullptr) {
        return nullptr;
    }
    if (first->key != options.key || first->form != form) {
        const std::string stands_for = first->key == options.key ? "another order: " + first->form
                                                                 : "a change of order " + first->request.id.value;
        return fail(
            Error(ErrorKind::refused, "order.key_used", "key '" + options.key + "' already stands for " + stands_for)
                .attempting("place the order")
                .on(form)
                .advise("use a new key for a new order"));
    }
    const Result<void> same_day = check_replay_day(*first, options, form);
    return same_day ? Result<const Order*>(first) : fail(same_day.error());
}

/// A first outcome from an earlier trading day is no answer to what is asked today.
Result<void> OrderManager::check_replay_day(const Order& first, const PlaceOptions& options,
                                            const std::string& form) const {
    using std::chrono::days;
    const bool same_day =
        std::chrono::floor<days>(first.created) == std::chrono::floor<days>(parts_.loop.clock().now());
    if (!same_day && !options.replay_old) {
        return fail(
            Error(ErrorKind::refused, "order.key_old",
                  "key '" + options.key + "' was used on an earlier trading day, at " + to_rfc3339(first.created))
                .attempting("place the order")
                .on(form)
                .advise("put the date into the key, or add --replay-old to see the first outcome again"));
    }
    return {};
}

Task<Result<Rehearsal>> OrderManager::rehearse(OrderForm form, Instrument instrument, PlaceOptions options) {
    const Result<void> ready = co_await wait_ready();
    if (!ready) {
        co_return fail(ready.error());
    }
    const OrderLedger::Hold kept = ledger_.hold(options.key);
    Result<void> recalled = co_await recall_key(options.key);
    if (!recalled) {
        co_return fail(std::move(recalled.error()).attempting("look up the key of the order").on(options.key));
    }
    const Result<const Order*> first = find_replay(options, to_text(form));
    if (!first) {
        co_return fail(first.error());
    }
    if (*first != nullptr) {
        co_return Rehearsal{.request = (*first)->request,
                            .notional = notional_of((*first)->request, instrument, std::nullopt),
                            .quote = std::nullopt,
                            .checks = (*first)->checks,
                            .replays = **first};
    }
    Result<MarketView> view = co_await view_market(quote_wish(form), instrument);
    if (!view) {
        co_return fail(std::move(view.error()));
    }
    const std::set<ClientOrderId> in_way = in_the_way(form, options);
    const OrderLedger beside = ledger_.without(in_way);
    Result<Prepared> prepared = prepare(form, instrument, *view, options, beside);
    if (!prepared) {
        co_return fail(std::move(prepared.error()));
    }
    Rehearsal rehearsal{.request = std::move(prepared->request),
                        .notional = prepared->notional,
                        .quote = view->quote,
                        .checks = std::move(prepared->checks),
                        .exits = std::move(prepared->exits),
                        .withdraws = orders_of(in_way)};
    if (Result<void> allowed = verdict_of(rehearsal.checks, rehearsal.request); !allowed) {
        rehearsal.refusal = std::move(allowed.error());
    }
    co_return rehearsal;
}

Task<Result<Placed>> OrderManager::place(OrderForm form, Instrument instrument, PlaceOptions options) {
    const Duration received = parts_.loop.clock().elapsed();
    const std::string text = to_text(form);
    const Result<void> ready = co_await wait_ready();
    if (!ready) {
        co_return fail(ready.error());
    }
    const OrderLedger::Hold kept = ledger_.hold(options.key); // whoever uses the key meanwhile stays in sight
    Result<void> recalled = co_await recall_key(options.key);
    if (!recalled) {
        co_return fail(std::move(recalled.error()).attempting("look up the key of the order").on(options.key));
    }
    Result<void> session = co_await keep_session();
    if (!session) {
        co_return fail(std::move(session.error()).attempting("record the order before sending it").on(options.key));
    }
    Result<const Order*> replay = find_replay(options, text);
    std::optional<MarketView> view;
    if (replay && *replay == nullptr) {
        Result<MarketView> seen = co_await view_market(quote_wish(form), instrument);
        if (!seen) {
            co_return fail(std::move(seen.error()));
        }
        view = std::move(*seen);
        replay = find_replay(options, text); // somebody may have used the key meanwhile
    }
    if (!replay) {
        co_return fail(std::move(replay.error()));
    }
    if (*replay != nullptr) {
        Result<Placed> replayed = co_await this->replay((*replay)->request.id, options);
        co_return replayed;
    }
    Result<Placed> placed = fail(ErrorKind::failed, "order.not_placed", "nothing was placed");
    if (in_the_way(form, options).empty()) {
        placed = co_await place_now(std::move(form), std::move(instrument), std::move(*view), options, received);
    } else {
        placed = co_await clear_and_place(std::move(form), std::move(instrument), std::move(*view), options, received);
    }
    co_return placed;
}

Task<Result<Placed>> OrderManager::place_now(OrderForm form, Instrument instrument, MarketView view,
                                             PlaceOptions options, Duration received) {
    const std::string text = to_text(form);
    Result<Prepared> prepared = prepare(form, instrument, view, options, ledger_);
    if (!prepared) {
        co_return fail(std::move(prepared.error()));
    }
    give_ids(*prepared);
    Result<void> allowed = verdict_of(prepared->checks, prepared->request);
    if (!allowed) {
        Error why = co_await deny(std::move(*prepared), options, text, std::move(allowed.error()));
        co_return fail(std::move(why));
    }
    const ClientOrderId id = prepared->request.id;
    std::vector<RiskCheck> warnings;
    std::ranges::copy_if(prepared->checks, std::back_inserter(warnings),
                         [](const RiskCheck& one) { return one.verdict == Verdict::warn; });
    parts_.risk.sent(prepared->request, instrument, prepared->notional);
    times_.check.record(parts_.loop.clock().elapsed() - received);
    const SendState state = begin_send(std::move(*prepared), options, text, received);
    Result<Placed> placed = co_await await_outcome(id, options, state);
    if (placed) {
        placed->warnings = std::move(warnings);
        const auto held = parts_.risk.positions().find(form.symbol);
        if (closes_all(form) && held != parts_.risk.positions().end()) {
            placed->still_held = held->second.quantity;
        }
    }
    co_return placed;
}

Task<Result<Placed>> OrderManager::replay(ClientOrderId first, PlaceOptions options) {
    const auto sending = being_sent_.find(first);
    const SendState state = sending == being_sent_.end() ? nullptr : sending->second;
    Result<Placed> placed = co_await await_outcome(first, options, state);
    if (placed) {
        placed->replayed = true;
    } else if (placed.error().kind == ErrorKind::rejected) {
        placed.error().message = "replayed: " + placed.error().message + " when key '" + options.key +
                                 "' was used first; nothing was sent now";
    }
    co_return placed;
}

void OrderManager::give_ids(Prepared& prepared) {
    prepared.request.id = next_id();
    for (OrderRequest& exit : prepared.exits) {
        exit.id = next_id();
    }
    link_exits(prepared.request, prepared.exits);
}

/// Puts a refusal on record, with every number that led to it. What cannot be recorded is refused all the same.
Task<Error> OrderManager::deny(Prepared prepared, PlaceOptions options, std::string form, Error why) {
    const ClientOrderId id = prepared.request.id;
    const std::string text = describe(prepared.request);
    const std::vector<OrderEvent> event{{.time = parts_.loop.clock().now(),
                                         .source = FactSource::user,
                                         .fact = OrderDenied{{.request = std::move(prepared.request),
                                                              .key = options.key,
                                                              .form = std::move(form),
                                                              .checks = std::move(prepared.checks),
                                                              .group = options.group,
                                                              .leg = options.leg},
                                                             why.code,
                                                             why.message}}};
    const Result<void> recorded = co_await record(event, options.correlation, store::Journal::Urgency::ordinary);
    if (!recorded) {
        parts_.log.error("orders", "journal.failed", recorded.error());
        co_return why;
    }
    why.subject = text + ", on record as order " + id.value;
    co_return why;
}

} // namespace tradesh::orders
