// The part of OrderManager that changes working orders: intent to disk, then the wire, then the outcome to disk.

#include "core/orders/order_manager.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

namespace tradesh::orders {
namespace {

using runtime::Task;
using runtime::Wake;

Error about(const Order& order, Error error) {
    return std::move(error).attempting("change order " + order.request.id.value).on(describe(order.request));
}

Error refusal(const Order& order, std::string_view code, std::string message, std::string_view advice) {
    return about(order, Error(ErrorKind::refused, code, std::move(message)).advise(advice));
}

/// Why the order cannot be changed now; nothing when it can.
Result<void> check_replaceable(const Order& order, const ReplaceWish& wish) {
    const std::string& id = order.request.id.value;
    if (is_final(order.state)) {
        return fail(
            refusal(order, "order.final", "order " + id + " is already " + std::string(name_of(order.state)), ""));
    }
    if (order.cancel_pending || order.replacement() != nullptr) {
        return fail(refusal(order, "order.being_changed",
                            std::string(order.cancel_pending ? "a cancel" : "another change") + " of order " + id +
                                " is under way",
                            "wait until it is settled: 'order show " + id + "'"));
    }
    if (is_unanswered(order)) {
        return fail(refusal(order, "order.unknown", "it is not known whether order " + id + " reached the venue",
                            "the venue is being asked; change it once 'order show " + id + "' says that it works"));
    }
    if (!wish.quantity.is_positive() || wish.quantity <= order.filled) {
        return fail(refusal(order, "modify.below_filled",
                            "order " + id + " has already filled " + order.filled.to_string() + "; a quantity of " +
                                wish.quantity.to_string() + " leaves nothing to work",
                            "cancel it to give up the rest"));
    }
    return {};
}

bool has_open_exits(const OrderLedger& ledger, const ClientOrderId& entry) {
    return std::ranges::any_of(ledger.open(), [&](const Order* order) { return order->request.parent == entry; });
}

const Revision* revision_of(const Order& order, const std::string& key) {
    const auto found = std::ranges::find_if(order.revisions, [&](const Revision& revision) {
        return revision.key == key && revision.outcome != RevisionOutcome::not_sent;
    });
    return found == order.revisions.end() ? nullptr : &*found;
}

} // namespace

Task<Result<std::optional<Order>>> OrderManager::replayed_change(ClientOrderId id, std::string form,
                                                                 PlaceOptions options) {
    const OrderLedger::Hold kept = ledger_.hold(options.key);
    const Result<void> recalled = co_await recall_key(options.key);
    if (!recalled) {
        co_return fail(recalled.error());
    }
    const Order* first = options.key.empty() ? nullptr : ledger_.find_by_key(options.key);
    if (first == nullptr) {
        co_return std::optional<Order>();
    }
    const Revision* revision = revision_of(*first, options.key);
    if (first->request.id != id || revision == nullptr || revision->form != form) {
        co_return fail(Error(ErrorKind::refused, "order.key_used",
                             "key '" + options.key + "' already stands for something else: " +
                                 (revision == nullptr ? first->form : revision->form) + " (order " +
                                 first->request.id.value + ")")
                           .attempting("change order " + id.value)
                           .on(form)
                           .advise("use a new key for a new change"));
    }
    const auto place = static_cast<std::size_t>(revision - first->revisions.data());
    Result<Order> outcome = co_await await_replacement(id, place, options.timeout);
    if (!outcome) {
        co_return fail(std::move(outcome.error()));
    }
    co_return std::optional<Order>(std::move(*outcome));
}

Task<Result<Order>> OrderManager::replace(ClientOrderId id, Instrument instrument, ReplaceWish wish,
                                          PlaceOptions options) {
    if (wish.form.empty()) {
        wish.form = "modify " + id.value + " " + wish.quantity.to_string() + " " + tradesh::to_text(wish.price);
    }
    const Result<Holds> kept = co_await recall_when_ready(id);
    if (!kept) {
        co_return fail(kept.error());
    }
    Result<std::optional<Order>> replayed = co_await replayed_change(id, wish.form, options);
    if (!replayed) {
        co_return fail(std::move(replayed.error()));
    }
    if (*replayed) {
        co_return std::move(**replayed);
    }
    const Result<void> replaceable = co_await wait_replaceable(id, wish, options.timeout);
    if (!replaceable) {
        co_return fail(replaceable.error());
    }
    Result<Rehearsal> checked = co_await check_replacement(id, instrument, wish, options);
    if (!checked || checked->refusal) {
        co_return fail(checked ? std::move(*checked->refusal) : std::move(checked.error()));
    }
    std::ranges::for_each(checked->checks |
                              std::views::filter([](const RiskCheck& one) { return one.verdict == Verdict::warn; }),
                          options.warn);
    // From here to the entry in `in_hand_` nothing is awaited: two changes never both pass.
    const Order* order = ledger_.find(id);
    const Result<void> still = check_replaceable(*order, wish);
    if (!still || in_hand_.contains(id)) {
        co_return still
            ? fail(refusal(*order, "order.being_changed", "order " + id.value + " is being changed", "try again"))
            : fail(still.error());
    }
    in_hand_.insert(id);
    Result<Order> changed = co_await send_replacement(id, std::move(wish), options);
    release(id);
    if (changed || !changed.error().unknown_effect()) {
        options.settle_effect();
    } else {
        settle_wanted_.set();
    }
    co_return changed;
}

Task<Result<Rehearsal>> OrderManager::rehearse_replacement(ClientOrderId id, Instrument instrument, ReplaceWish wish,
                                                           PlaceOptions options) {
    const Result<Holds> kept = co_await recall_when_ready(id);
    if (!kept) {
        co_return fail(kept.error());
    }
    const Result<void> replaceable = co_await wait_replaceable(id, wish, options.timeout);
    if (!replaceable) {
        co_return fail(replaceable.error());
    }
    Result<Rehearsal> checked = co_await check_replacement(id, instrument, wish, options);
    co_return checked;
}

Task<Result<void>> OrderManager::wait_replaceable(ClientOrderId id, const ReplaceWish& wish, Duration limit) {
    const Order* order = ledger_.find(id);
    if (order == nullptr) {
        co_return fail(only_match(id.value, {}).error());
    }
    if (!parts_.venue.capabilities().replace) {
        co_return fail(refusal(*order, "venue.no_replace",
                               std::string(parts_.venue.name()) + " cannot change a working order",
                               "cancel it and place a new one: 'cancel " + id.value + "'"));
    }
    if (wish.quantity != order->request.quantity && !parts_.venue.capabilities().resizes_exits &&
        has_open_exits(ledger_, id)) {
        co_return fail(
            refusal(*order, "modify.exits_stay",
                    std::string(parts_.venue.name()) + " would leave the exits of the order at the quantity they have",
                    "cancel it and place a new one with its exits: 'cancel " + id.value + "'"));
    }
    co_await await_answer(id, limit); // a change must not overtake its order
    order = ledger_.find(id);
    if (order == nullptr) {
        co_return fail(only_match(id.value, {}).error());
    }
    const Result<void> replaceable = check_replaceable(*order, wish);
    co_return replaceable;
}

/// The checks of the order as it would then be; what is new of it counts.
Task<Result<Rehearsal>> OrderManager::check_replacement(ClientOrderId id, const Instrument& instrument,
                                                        const ReplaceWish& wish, PlaceOptions options) {
    const Result<MarketView> view = co_await view_market(QuoteWish::if_checked, instrument);
    if (!view) {
        co_return fail(view.error());
    }
    const Order& order = *ledger_.find(id);
    OrderRequest wanted = order.request;
    wanted.quantity = wish.quantity;
    wanted.price = wish.price;
    const bool is_exit = !wanted.parent.value.empty();
    Judgement judgement =
        judge(wanted, instrument, *view, options, is_exit ? RiskPurpose::reduce : RiskPurpose::open, &order, ledger_);
    Rehearsal rehearsal{.request = wanted,
                        .notional = notional_of(wanted, instrument, view->quote),
                        .quote = view->quote,
                        .checks = std::move(judgement.checks)};
    if (Result<void> allowed = verdict_of(rehearsal.checks, wanted); !allowed) {
        Error& refusal = rehearsal.refusal.emplace(about(order, std::move(allowed.error())));
        if (const std::size_t at = refusal.hint.find(order_not_sent); at != std::string::npos) {
            refusal.hint.replace(at, order_not_sent.size(), "the change was not sent, and the order stays as it is");
        }
    }
    co_return rehearsal;
}

Task<Result<Order>> OrderManager::send_replacement(ClientOrderId id, ReplaceWish wish, PlaceOptions options) {
    const std::vector<OrderEvent> intent{
        {.time = parts_.loop.clock().now(),
         .source = FactSource::user,
         .fact = ReplaceIntended{id, wish.quantity, wish.price, options.key, std::move(wish.form)}}};
    Result<void> durable = co_await record(intent, options.correlation);
    if (!durable) {
        co_return fail(std::move(durable.error()).attempting("record the change before sending it").on(id.value));
    }
    const Order* order = ledger_.find(id);
    if (order->replacement() == nullptr) { // the venue ended it while the disk was at work
        const Result<void> why = check_replaceable(*order, wish);
        co_return why
            ? fail(refusal(*order, "order.being_changed", "order " + id.value + " changed meanwhile", "try again"))
            : fail(why.error());
    }
    const std::size_t revision = order->revisions.size() - 1;
    options.announce_effect("the change of order " + id.value + " may be at the venue: look with 'order show " +
                            id.value + "'");
    Result<void> sent = co_await parts_.venue.trading().replace(id, wish.quantity, wish.price);
    if (!sent) {
        if (!sent.error().unknown_effect()) {
            std::vector<OrderFact> facts{venue::ReplaceRejected{id, sent.error().code, sent.error().message}};
            co_await note(std::move(facts), FactSource::user, options.correlation);
        }
        co_return fail(about(*ledger_.find(id), std::move(sent.error())));
    }
    Result<Order> outcome = co_await await_replacement(id, revision, options.timeout);
    co_return outcome;
}

/// The order once the venue has answered the change.
Task<Result<Order>> OrderManager::await_replacement(ClientOrderId id, std::size_t revision, Duration limit) {
    const OrderLedger::Hold kept = ledger_.hold(id.value);
    const Duration end = parts_.loop.clock().elapsed() + limit;
    Wake wake = Wake::signalled;
    while (wake == Wake::signalled && ledger_.find(id)->revisions[revision].outcome == RevisionOutcome::pending) {
        wake = co_await await_change(id, end - parts_.loop.clock().elapsed());
    }
    const Order& order = *ledger_.find(id);
    const Revision& asked = order.revisions[revision];
    switch (asked.outcome) {
    case RevisionOutcome::made: co_return order;
    case RevisionOutcome::pending:
        co_return fail(about(order, Error(ErrorKind::unknown, "order.replace_unknown",
                                          "the venue has not answered the change of order " + id.value)
                                        .advise("it works with the old or the new terms; 'order show " + id.value +
                                                "' tells once the venue has been asked")));
    case RevisionOutcome::not_sent:
        co_return fail(about(
            order,
            Error(ErrorKind::connection, asked.code, asked.message).advise("the order works on unchanged; try again")));
    case RevisionOutcome::refused: break;
    }
    const std::string ended =
        is_final(order.state)
            ? "order " + id.value + " was " + std::string(name_of(order.state)) + " before the change arrived"
            : "the venue refused to change order " + id.value;
    co_return fail(about(order, Error(ErrorKind::rejected, "order.replace_rejected", ended))
                       .from_venue(asked.code, asked.message));
}

} // namespace tradesh::orders
