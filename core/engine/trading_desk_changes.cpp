// The half of TradingDesk that changes working orders.

#include "core/engine/trading_desk.hpp"

#include <utility>

namespace tradesh::engine {

using orders::Order;
using orders::OrderChange;
using orders::PlaceOptions;
using runtime::Task;

namespace {

Error without_exit(const Order& entry, std::string_view which) {
    return Error(ErrorKind::not_found, "modify.no_exit",
                 "order " + entry.request.id.value + " has no open " + std::string(which))
        .attempting("modify its exits")
        .on(orders::describe(entry.request))
        .advise("'orders' lists what is open");
}

/// What the key of a change stands for.
std::string form_of(const ClientOrderId& id, const OrderChange& change) {
    return "modify " + id.value + " " + to_text(change);
}

} // namespace

Task<Result<std::optional<Order>>> TradingDesk::modified_before(std::string name, OrderChange change,
                                                                PlaceOptions options) {
    const Result<ClientOrderId> id = co_await manager_.resolve(std::move(name));
    if (!id) {
        co_return fail(id.error());
    }
    const Order* keyed = options.key.empty() ? nullptr : ledger().find_by_key(options.key);
    const ClientOrderId changed = keyed == nullptr ? *id : keyed->request.id; // a lone exit has the key to itself
    std::string form = form_of(*id, change);
    Result<std::optional<Order>> before =
        co_await manager_.replayed_change(changed, std::move(form), std::move(options));
    co_return before;
}

Task<Result<std::vector<PlannedChange>>> TradingDesk::plan_change(std::string name, OrderChange change) {
    const Result<ClientOrderId> id = co_await manager_.resolve(std::move(name));
    if (!id) {
        co_return fail(id.error());
    }
    const std::string form = form_of(*id, change);
    Result<Order> order = co_await manager_.find(*id);
    if (order && change.protect_entry && !order->request.parent.value.empty()) {
        order = co_await manager_.find(order->request.parent);
    }
    if (!order) {
        co_return fail(std::move(order.error()));
    }
    Result<Instrument> instrument = co_await instruments_.find(order->request.symbol);
    if (!instrument) {
        co_return fail(std::move(instrument.error()).attempting("modify the order"));
    }
    orders::MarketView view;
    view.now = clock_.now();
    if (needs_quote(change)) {
        const Result<Quote> quote = co_await venue_.market_data().quote(*instrument);
        if (!quote) {
            co_return fail(quote.error());
        }
        view.quote = *quote;
        view.quote_age = age_of(*quote, clock_);
    }
    std::vector<PlannedChange> planned;
    if (change.changes_order()) {
        const Result<orders::Replacement> own = resolve_change(change, *order, *instrument, view);
        if (!own) {
            co_return fail(own.error());
        }
        planned.push_back({.order = *order, .replacement = *own, .form = {}});
    }
    if (change.changes_exits()) {
        const Result<std::vector<PlannedChange>> exits =
            co_await plan_exits(*order, std::move(change), *instrument, std::move(view));
        if (!exits) {
            co_return fail(exits.error());
        }
        planned.insert(planned.end(), exits->begin(), exits->end());
    }
    for (PlannedChange& each : planned) {
        each.form = form;
    }
    co_return planned;
}

Task<Result<std::vector<PlannedChange>>> TradingDesk::plan_exits(Order entry, OrderChange change, Instrument instrument,
                                                                 orders::MarketView view) {
    std::vector<PlannedChange> planned;
    const auto plan = [&](bool target, const OrderChange& wanted) -> Result<void> {
        for (const Order* exit : ledger().open()) {
            if (exit->request.parent != entry.request.id || orders::is_target(exit->request) != target) {
                continue;
            }
            const Result<orders::Replacement> moved = resolve_change(wanted, *exit, instrument, view);
            if (!moved) {
                return fail(moved.error());
            }
            planned.push_back({.order = *exit, .replacement = *moved, .form = {}});
            return {};
        }
        return fail(without_exit(entry, target ? "target" : "protecting stop"));
    };
    if (const std::optional<OrderChange> target = change_of_exit(change, true)) {
        if (const Result<void> done = plan(true, *target); !done) {
            co_return fail(done.error());
        }
    }
    std::optional<OrderChange> protect = change_of_exit(change, false);
    if (change.protect_entry) {
        const Result<OrderChange> at_entry = orders::protect_at_entry(entry, instrument);
        if (!at_entry) {
            co_return fail(at_entry.error());
        }
        protect = *at_entry;
    }
    if (protect) {
        if (const Result<void> done = plan(false, *protect); !done) {
            co_return fail(done.error());
        }
    }
    co_return planned;
}

Task<Result<Order>> TradingDesk::modify(PlannedChange change, PlaceOptions options, Permission permission) {
    const Order& order = change.order;
    const std::string what = "modify " + orders::describe(order.request) + " to " +
                             change.replacement.quantity.normalized().to_string() + " " +
                             to_text(change.replacement.price);
    const Result<void> permitted = permit(what, options, permission);
    if (!permitted) {
        co_return fail(permitted.error());
    }
    Result<Instrument> instrument = co_await instruments_.find(order.request.symbol);
    if (!instrument) {
        co_return fail(std::move(instrument.error()).attempting("modify the order"));
    }
    orders::ReplaceWish wish{
        .quantity = change.replacement.quantity, .price = change.replacement.price, .form = change.form};
    Result<Order> changed =
        co_await manager_.replace(order.request.id, std::move(*instrument), std::move(wish), std::move(options));
    co_return changed;
}

} // namespace tradesh::engine
