#include "core/engine/trading_desk.hpp"

#include "core/orders/order_form_support.hpp"
#include "core/orders/order_key.hpp"
#include "core/orders/spread_legs.hpp"

#include <utility>

namespace tradesh::engine {

using orders::OrderForm;
using orders::PlaceOptions;
using runtime::Task;

namespace {

std::unexpected<Error> refuse(std::string_view code, std::string message, const std::string& what,
                              std::string_view hint) {
    return fail(
        Error(ErrorKind::refused, code, std::move(message)).attempting("place the order").on(what).advise(hint));
}

} // namespace

Result<void> TradingDesk::permit(const std::string& what, const PlaceOptions& options,
                                 const Permission& permission) const {
    if (!profile_.live_rules()) {
        return permission.live_option ? refuse("live.not_a_live_profile",
                                               "--live was given, but profile '" + profile_.name + "' trades on paper",
                                               what, "name the live profile: tradesh --profile NAME --live ...")
                                      : Result<void>();
    }
    const std::string profile = "profile '" + profile_.name + "'";
    if (permission.paper_option) {
        return refuse("live.paper_asked", "--paper was given, but " + profile + " trades by the rules of live trading",
                      what, "leave --profile away for paper trading");
    }
    if (!manager_.risk().limits().any_set()) {
        return refuse("live.no_limits", "no risk limits are set for " + profile, what,
                      "set at least one in " + profile_.limits.source +
                          ", for example order_notional_max_usd = \"25000\"");
    }
    if (!permission.live_option && !permission.armed) {
        return refuse("live.not_armed", profile + " trades by the rules of live trading, and nobody said so", what,
                      "add --live to the command");
    }
    if (!permission.typed && options.key.empty()) {
        return refuse("live.no_key",
                      "a live order from a script or a one-shot needs a key, so that a second run is safe", what,
                      "add --key NAME, with the date in it: --key rebalance-2026-11-21");
    }
    if (permission.from_argv && !permission.size_has_unit) {
        return refuse("live.size_without_unit",
                      "a live size on a command line needs its unit, because a shell turns $15000 into 5000", what,
                      "write 100sh, 15000usd or 25pct");
    }
    return {};
}

Task<Result<Instrument>> TradingDesk::look_up(OrderForm& form) {
    const Result<void> supported = check_supported(form, venue_.capabilities(), venue_.name());
    if (!supported) {
        co_return fail(supported.error());
    }
    Result<Instrument> instrument = co_await instruments_.find_traded(form.symbol);
    const auto* moment = form.valid_until ? std::get_if<MomentWord>(&form.valid_until->asked) : nullptr;
    if (!instrument || moment == nullptr) {
        co_return instrument;
    }
    auto find_moment = [&moment, &instrument, now = clock_.now()] { return moment_of(*moment, *instrument, now); };
    const Result<Instant> end = co_await workers_.run(find_moment);
    if (!end) {
        co_return fail(end.error());
    }
    form.valid_until->moment = *end;
    co_return instrument;
}

Task<Result<void>> TradingDesk::prepare_checks(Instrument instrument, bool closes) {
    const Result<void> ready = co_await manager_.wait_ready();
    if (!ready) {
        co_return ready;
    }
    co_await risk_.look_up(std::move(instrument));
    if (!closes) {
        co_await risk_.price_held();
    }
    co_return Result<void>();
}

Task<Result<orders::Placed>> TradingDesk::place(OrderForm form, PlaceOptions options, Permission permission) {
    const Result<void> permitted = permit(to_text(form), options, permission);
    if (!permitted) {
        co_return fail(permitted.error());
    }
    Result<Instrument> instrument = co_await look_up(form);
    if (!instrument) {
        co_return fail(std::move(instrument.error()).attempting("place the order"));
    }
    const Result<void> prepared = co_await prepare_checks(*instrument, form.closes);
    if (!prepared) {
        co_return fail(prepared.error());
    }
    Result<orders::Placed> placed = co_await manager_.place(std::move(form), *instrument, std::move(options));
    co_return placed;
}

Task<Result<orders::Rehearsal>> TradingDesk::rehearse(OrderForm form, PlaceOptions options, Permission permission) {
    const Result<void> permitted = permit(to_text(form), options, permission);
    if (!permitted) {
        co_return fail(permitted.error());
    }
    Result<Instrument> instrument = co_await look_up(form);
    if (!instrument) {
        co_return fail(std::move(instrument.error()).attempting("rehearse the order"));
    }
    const Result<void> prepared = co_await prepare_checks(*instrument, form.closes);
    if (!prepared) {
        co_return fail(prepared.error());
    }
    Result<orders::Rehearsal> rehearsal = co_await manager_.rehearse(std::move(form), *instrument, std::move(options));
    co_return rehearsal;
}

Task<Result<void>> TradingDesk::list_spread(std::string underlying, std::vector<ComboLeg> legs) {
    const Result<Instrument> known = co_await instruments_.find_traded(std::move(underlying));
    if (!known) {
        co_return fail(known.error());
    }
    const Result<Instrument> spread = orders::spread_of(*known, legs);
    if (!spread) {
        co_return fail(spread.error());
    }
    for (const ComboLeg& leg : legs) { // a contract that is not listed is told of by its own name
        const Result<Quote> quoted = co_await quote(leg.symbol);
        if (!quoted) {
            co_return fail(quoted.error());
        }
    }
    const Result<void> kept = co_await instruments_.keep(*spread);
    co_return kept;
}

Task<Result<std::string>> TradingDesk::expand_key(std::string key, std::string symbol) {
    if (!orders::has_key_words(key)) {
        const Result<void> fits = key.empty() ? Result<void>() : orders::check_key_form(key);
        co_return fits ? Result<std::string>(std::move(key)) : fail(fits.error());
    }
    if (key.size() > orders::key_size_max) {
        co_return fail(orders::check_key_form(key).error());
    }
    const Result<Instrument> instrument = co_await instruments_.find_traded(std::move(symbol));
    if (!instrument) {
        co_return fail(instrument.error());
    }
    const bool trades_always = venue_.simulated_prices() != nullptr;
    auto expand = [&key, &instrument, trades_always, now = clock_.now()] {
        return orders::expand_key(key, *instrument, trades_always, now);
    };
    Result<std::string> expanded = co_await workers_.run(expand);
    const Result<void> fits = expanded ? orders::check_key_form(*expanded) : Result<void>();
    co_return fits ? std::move(expanded) : fail(fits.error());
}

Task<Result<orders::Order>> TradingDesk::cancel(std::string order, PlaceOptions options) {
    const Result<ClientOrderId> id = co_await manager_.resolve(order);
    if (!id) {
        co_return fail(id.error());
    }
    Result<orders::Order> cancelled = co_await manager_.cancel(*id, std::move(options));
    co_return cancelled;
}

Task<Result<Quote>> TradingDesk::quote(std::string symbol) {
    Result<Instrument> instrument = co_await instruments_.find_traded(std::move(symbol));
    if (!instrument) {
        co_return fail(std::move(instrument.error()).attempting("get a quote"));
    }
    Result<Quote> quote = co_await venue_.market_data().quote(std::move(*instrument));
    co_return quote;
}

Task<Result<Quote>> TradingDesk::move_anchor(std::string symbol, Decimal price) {
    venue::SimulatedPrices* prices = venue_.simulated_prices();
    if (prices == nullptr) {
        co_return fail(Error(ErrorKind::refused, "paper.prices_are_real",
                             "the prices of " + std::string(venue_.name()) + " are real and nobody moves them")
                           .attempting("move a simulated price")
                           .on(symbol));
    }
    const Result<void> moved = co_await prices->move_anchor(symbol, price);
    if (!moved) {
        co_return fail(moved.error());
    }
    Result<Quote> after = co_await quote(std::move(symbol));
    co_return after;
}

Task<Result<Holdings>> TradingDesk::holdings() {
    Result<venue::TradingSnapshot> snapshot = co_await venue_.trading().snapshot(clock_.now());
    if (!snapshot) {
        co_return fail(std::move(snapshot.error()).attempting("ask for positions"));
    }
    Holdings holdings{.account = snapshot->account, .positions = {}};
    for (const Position& position : snapshot->positions) {
        ValuedPosition valued;
        valued.position = position;
        const Result<Quote> mark = co_await quote(position.symbol);
        if (mark && mark->bid && mark->ask) {
            // What closing it now would bring: the bid for a long position, the ask for a short one.
            valued.mark = position.quantity.is_negative() ? *mark->ask : *mark->bid;
            valued.mark_kind = mark->kind;
            valued.value = *valued.mark * position.quantity * position.multiplier;
            valued.unrealised = (*valued.mark - position.average_price) * position.quantity * position.multiplier;
        }
        holdings.positions.push_back(std::move(valued));
    }
    co_return holdings;
}

} // namespace tradesh::engine
