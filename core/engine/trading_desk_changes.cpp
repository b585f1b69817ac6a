// The half of TradingDesk that changes working orders.

#include "core/engine/trading_desk.hpp"
#include "core/orders/order_key.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::engine {

using orders::Order;
using orders::OrderChange;
using orders::PlaceOptions;
using runtime::Task;

namespace {

std::unexpected<Error> without_exit(const Order& entry, std::string_view which) {
    return fail(Error(ErrorKind::not_found, "modify.no_exit",
                      "order " + entry.request.id.value + " has no " + std::string(which))
                    .attempting("modify its exits")
                    .on(orders::describe(entry.request))
                    .advise("'orders' lists what is open"));
}

/// The exit of that kind, an open one where there is one.
const Order* find_exit(const orders::OrderLedger& ledger, const Order& entry, bool target) {
    const Order* found = nullptr;
    for (const Order* order : ledger.all()) {
        const bool fits = order->request.parent == entry.request.id && orders::is_target(order->request) == target;
        if (fits && (found == nullptr || !is_final(order->state))) {
            found = order;
        }
    }
    return found;
}

/// The parts of a change: of the order itself, of its target, of its protecting stop.
OrderChange own_part(const OrderChange& change) {
    return {.quantity = change.quantity, .limit = change.limit, .stop = change.stop, .trail = change.trail};
}
OrderChange target_part(const OrderChange& change) { return {.target = change.target}; }
OrderChange protect_part(const OrderChange& change) {
    return {.protect = change.protect, .protect_entry = change.protect_entry};
}

/// The change of one order in words, as its key stands for it.
std::string form_of(const ClientOrderId& id, const std::string& words) { return "modify " + id.value + " " + words; }

/// A key of several changes is as many keys.
std::string key_of(const PlaceOptions& options, const ClientOrderId& id, std::size_t targets) {
    return targets == 1 ? options.key : orders::child_key(options.key, id.value);
}

} // namespace

std::vector<Order> TradingDesk::open_siblings(const Order& order) const {
    std::vector<Order> siblings;
    for (const Order* each : ledger().open_of(order.request.symbol)) {
        const bool is_other = each->request.id != order.request.id && each->request.parent == order.request.parent;
        if (is_other && !order.request.oco_group.empty() && each->request.oco_group == order.request.oco_group) {
            siblings.push_back(*each);
        }
    }
    return siblings;
}

/// The change of the order itself. Where two orders cancel one another, a quantity is that of both: as much is left to
/// fill of the one as of the other. A price named by the key of both is that of the one that has such a price.
/// `keyed`: what its key made before is found by the whole of what was asked, so nothing is left out.
void TradingDesk::add_own_targets(const std::string& name, const Order& order, const OrderChange& own, bool keyed,
                                  Change& found) const {
    std::vector<Order> siblings;
    if (order.request.parent.value.empty()) {
        siblings = open_siblings(order);
    }
    if (siblings.empty()) {
        found.targets.push_back({.order = order, .change = own, .words = to_text(own)});
        return;
    }
    const Order& other = siblings.front();
    const OrderChange prices{.limit = own.limit, .stop = own.stop, .trail = own.trail};
    const bool of_other =
        name == order.key && !has_prices(order.request.price, prices) && has_prices(other.request.price, prices);
    for (const Order* each : {&order, &other}) {
        OrderChange change = (each == &other) == of_other ? prices : OrderChange{};
        change.quantity = own.quantity;
        const std::string words = to_text(change);
        if (own.quantity && each == &other) {
            change.quantity = *own.quantity - order.filled + other.filled;
        }
        const bool stays = !prices.changes_order() && change.quantity == each->request.quantity;
        if (change.changes_order() && !is_final(each->state) && (keyed || !stays)) {
            found.targets.push_back({.order = *each, .change = change, .words = words});
        }
    }
    if (found.targets.empty()) { // which is told as nothing to change
        found.targets.push_back({.order = order, .change = own, .words = to_text(own)});
    }
}

Task<Result<TradingDesk::Change>> TradingDesk::find_targets(std::string name, OrderChange change, bool keyed) {
    const Result<ClientOrderId> id = co_await manager_.resolve(name);
    if (!id) {
        co_return fail(id.error());
    }
    Result<Order> order = co_await manager_.find(*id);
    if (order && change.protect_entry && !order->request.parent.value.empty()) {
        order = co_await manager_.find(order->request.parent);
    }
    if (!order) {
        co_return fail(std::move(order.error()));
    }
    Result<Instrument> instrument = co_await instruments_.find_traded(order->request.symbol);
    if (!instrument) {
        co_return fail(std::move(instrument.error()).attempting("modify the order"));
    }
    Change found{.instrument = std::move(*instrument), .targets = {}};
    if (change.changes_order()) {
        add_own_targets(name, *order, own_part(change), keyed, found);
    }
    if (std::optional<OrderChange> moved = orders::change_of_exit(change, true)) {
        const Order* exit = find_exit(ledger(), *order, true);
        if (exit == nullptr) {
            co_return without_exit(*order, "target");
        }
        found.targets.push_back({.order = *exit, .change = std::move(*moved), .words = to_text(target_part(change))});
    }
    std::optional<OrderChange> moved = orders::change_of_exit(change, false);
    if (change.protect_entry) {
        const Result<OrderChange> at_entry = orders::protect_at_entry(*order, found.instrument);
        if (!at_entry) {
            co_return fail(at_entry.error());
        }
        moved = *at_entry;
    }
    if (moved) {
        const Order* exit = find_exit(ledger(), *order, false);
        if (exit == nullptr) {
            co_return without_exit(*order, "protecting stop");
        }
        found.targets.push_back({.order = *exit, .change = std::move(*moved), .words = to_text(protect_part(change))});
    }
    co_return found;
}

/// A mistyped price must not sell what it was to protect.
Task<Result<void>> TradingDesk::check_side(const Order& exit, const PriceRule& wanted, const Instrument& instrument,
                                           const std::vector<PlannedChange>& before) {
    if (exit.request.parent.value.empty() || wanted == exit.request.price) {
        co_return Result<void>();
    }
    Result<Order> entry = co_await manager_.find(exit.request.parent);
    if (!entry) {
        co_return fail(std::move(entry.error()));
    }
    for (const PlannedChange& each : before) {
        entry->request.price =
            each.order.request.id == entry->request.id ? each.replacement.price : entry->request.price;
    }
    const Result<Quote> quote = co_await venue_.market_data().quote(instrument);
    co_return check_exit_side(exit, wanted, *entry, quote ? std::optional(*quote) : std::nullopt);
}

Task<Result<PlannedChange>> TradingDesk::plan(const ChangeTarget& target, const Instrument& instrument,
                                              const std::vector<PlannedChange>& before) {
    orders::MarketView view;
    view.now = clock_.now();
    if (needs_quote(target.change)) {
        const Result<Quote> quote = co_await venue_.market_data().quote(instrument);
        if (!quote) {
            co_return fail(quote.error());
        }
        view.quote = *quote;
        view.quote_age = age_of(*quote, clock_);
    }
    const Result<Order> order = co_await manager_.find(target.order.request.id); // as it stands by now
    if (!order) {
        co_return fail(order.error());
    }
    Result<orders::Replacement> replacement = resolve_change(target.change, *order, instrument, view);
    if (!replacement) {
        co_return fail(std::move(replacement.error()));
    }
    const Result<void> waits = co_await check_side(*order, replacement->price, instrument, before);
    if (!waits) {
        co_return fail(waits.error());
    }
    co_return PlannedChange{.order = *order, .replacement = std::move(*replacement)};
}

Task<Result<PlannedChange>> TradingDesk::rehearse_target(const ChangeTarget& target, const Instrument& instrument,
                                                         const std::vector<PlannedChange>& before_it,
                                                         PlaceOptions options) {
    const ClientOrderId id = target.order.request.id;
    const std::string form = form_of(id, target.words);
    Result<std::optional<Order>> before = co_await manager_.replayed_change(id, form, options);
    if (!before) {
        co_return fail(std::move(before.error()));
    }
    if (*before) {
        orders::Replacement made{.quantity = (*before)->request.quantity, .price = (*before)->request.price};
        co_return PlannedChange{.order = std::move(**before), .replacement = std::move(made), .replayed = true};
    }
    Result<PlannedChange> planned = co_await plan(target, instrument, before_it);
    if (!planned) {
        co_return fail(std::move(planned.error()));
    }
    orders::ReplaceWish wish{
        .quantity = planned->replacement.quantity, .price = planned->replacement.price, .form = form};
    Result<orders::Rehearsal> rehearsal =
        co_await manager_.rehearse_replacement(id, instrument, std::move(wish), std::move(options));
    if (!rehearsal) {
        co_return fail(std::move(rehearsal.error()));
    }
    planned->checks = std::move(rehearsal->checks);
    planned->refusal = std::move(rehearsal->refusal);
    co_return planned;
}

/// What a change is about, once it may be made and all is there that its checks look at.
Task<Result<TradingDesk::Change>> TradingDesk::begin_change(std::string name, OrderChange change, PlaceOptions options,
                                                            Permission permission) {
    const Result<void> permitted = permit("modify " + name + " " + to_text(change), options, permission);
    if (!permitted) {
        co_return fail(permitted.error());
    }
    Result<Change> found = co_await find_targets(std::move(name), std::move(change), !options.key.empty());
    if (!found) {
        co_return found;
    }
    const Result<void> prepared = co_await prepare_checks(found->instrument, false);
    co_return prepared ? std::move(found) : fail(prepared.error());
}

Task<Result<std::vector<PlannedChange>>> TradingDesk::rehearse_change(std::string name, OrderChange change,
                                                                      PlaceOptions options, Permission permission) {
    const Result<Change> found = co_await begin_change(std::move(name), std::move(change), options, permission);
    if (!found) {
        co_return fail(found.error());
    }
    Result<std::vector<PlannedChange>> planned = co_await rehearse_targets(*found, std::move(options));
    co_return planned;
}

Task<Result<std::vector<PlannedChange>>> TradingDesk::rehearse_targets(const Change& change, PlaceOptions options) {
    std::vector<PlannedChange> planned;
    for (const ChangeTarget& target : change.targets) {
        PlaceOptions own = options;
        own.key = key_of(options, target.order.request.id, change.targets.size());
        Result<PlannedChange> one = co_await rehearse_target(target, change.instrument, planned, std::move(own));
        if (!one) {
            co_return fail(std::move(one.error()));
        }
        planned.push_back(std::move(*one));
    }
    const Result<void> fits = check_entry(planned);
    if (!fits) {
        co_return fail(fits.error());
    }
    co_return planned;
}

bool TradingDesk::has_open_exits(const Change& change) const {
    return std::ranges::any_of(change.targets, [this](const ChangeTarget& target) {
        const std::vector<const Order*> open = ledger().open_of(target.order.request.symbol);
        return std::ranges::any_of(open,
                                   [&](const Order* each) { return each->request.parent == target.order.request.id; });
    });
}

/// A new price of an entry against its open exits, as they will then stand.
Result<void> TradingDesk::check_entry(const std::vector<PlannedChange>& planned) const {
    for (const PlannedChange& entry : planned) {
        if (entry.replayed || entry.replacement.price == entry.order.request.price) {
            continue;
        }
        for (const Order* exit : ledger().open_of(entry.order.request.symbol)) {
            if (exit->request.parent != entry.order.request.id) {
                continue;
            }
            const auto moved = std::ranges::find_if(
                planned, [exit](const PlannedChange& each) { return each.order.request.id == exit->request.id; });
            const PriceRule& price = moved == planned.end() ? exit->request.price : moved->replacement.price;
            if (Result<void> fits = check_entry_side(entry.order, entry.replacement.price, *exit, price); !fits) {
                return fits;
            }
        }
    }
    return {};
}

Task<Result<std::vector<ChangedOrder>>> TradingDesk::modify(std::string name, OrderChange change, PlaceOptions options,
                                                            Permission permission) {
    const Result<Change> found = co_await begin_change(std::move(name), std::move(change), options, permission);
    if (!found) {
        co_return fail(found.error());
    }
    if (found->targets.size() > 1 || has_open_exits(*found)) { // nothing is sent when one of them cannot be made
        const Result<std::vector<PlannedChange>> possible = co_await rehearse_targets(*found, options);
        if (!possible) {
            co_return fail(possible.error());
        }
        for (const PlannedChange& each : *possible) {
            if (each.refusal) {
                co_return fail(*each.refusal);
            }
        }
    }
    const std::vector<PlannedChange> none; // from here on each order stands as it will
    std::vector<ChangedOrder> changed;
    for (const ChangeTarget& target : found->targets) {
        const ClientOrderId id = target.order.request.id;
        const std::string form = form_of(id, target.words);
        PlaceOptions own = options;
        own.key = key_of(options, id, found->targets.size());
        Result<std::optional<Order>> before = co_await manager_.replayed_change(id, form, own);
        if (!before) {
            co_return fail(std::move(before.error()));
        }
        if (*before) {
            changed.push_back({.order = std::move(**before), .replayed = true});
            continue;
        }
        const Result<PlannedChange> planned = co_await plan(target, found->instrument, none);
        if (!planned) {
            co_return fail(planned.error());
        }
        orders::ReplaceWish wish{
            .quantity = planned->replacement.quantity, .price = planned->replacement.price, .form = form};
        Result<Order> replaced = co_await manager_.replace(id, found->instrument, std::move(wish), std::move(own));
        if (!replaced) {
            co_return fail(std::move(replaced.error()));
        }
        changed.push_back({.order = std::move(*replaced), .replayed = false});
    }
    co_return changed;
}

} // namespace tradesh::engine
