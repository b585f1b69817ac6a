#include "core/venue/paper/paper_venue.hpp"

#include "core/market/option_contract.hpp"
#include "core/runtime/loop.hpp"

namespace tradesh::venue::paper {

using runtime::Task;

/// An instrument must be listed and anchored before it can be quoted or traded. History is asked once a run; a symbol
/// that history has lost meanwhile goes on with what the file knows of it.
Task<Result<void>> PaperVenue::ensure_listed(std::string symbol) {
    if (listed_.contains(symbol)) {
        co_return Result<void>();
    }
    const std::optional<Option> option = parse_option_symbol(symbol);
    if (option) {
        const Result<void> done = co_await list_contract(symbol, *option);
        co_return done;
    }
    const Result<void> done = co_await list_history(symbol);
    if (done) {
        listed_.insert(symbol);
    }
    co_return done;
}

Task<Result<void>> PaperVenue::list_history(std::string symbol) {
    Result<ReferencePrice> reference = co_await reference_(symbol);
    std::optional<SessionCalendar> calendar;
    const Combo* combo = reference ? std::get_if<Combo>(&reference->instrument.kind) : nullptr;
    for (std::size_t i = 0; combo != nullptr && i < combo->legs.size(); ++i) {
        const Result<void> leg = co_await ensure_listed(combo->legs[i].symbol);
        if (!leg) {
            co_return fail(leg.error());
        }
    }
    if (reference) {
        auto look_up = [instrument = reference->instrument] { return SessionCalendar::of(instrument); };
        const Result<SessionCalendar> found = co_await workers_.run(look_up);
        calendar = found ? std::optional(*found) : std::nullopt;
    }
    std::function<Result<void>()> apply = [this, symbol, reference = std::move(reference), calendar]() -> Result<void> {
        if (reference) {
            return accept_reference(*reference, calendar);
        }
        const auto listing = exchange_->find_listing(symbol);
        if (listing && market_->has_anchor(*listing)) {
            return {};
        }
        if (reference.error().kind != ErrorKind::not_found) {
            return fail(reference.error());
        }
        return fail(Error(ErrorKind::not_found, "paper.no_history",
                          symbol + " has no stored price to start its simulated market from")
                        .advise("import history first: data import FILE --symbol " + symbol));
    };
    const Result<void> done = co_await perform<void>({}, std::move(apply));
    co_return done;
}

/// A contract of the chain that the model makes of its underlying.
Task<Result<void>> PaperVenue::list_contract(std::string symbol, Option option) {
    const Result<void> underlying = co_await ensure_listed(option.underlying);
    if (!underlying) {
        co_return fail(underlying.error());
    }
    Instrument instrument = exchange_->instrument(*exchange_->find_listing(option.underlying));
    instrument.symbol = symbol;
    instrument.kind = option;
    instrument.tick = Decimal::of(1, 2);
    instrument.lot = 1;
    instrument.multiplier = 100;
    auto look_up = [instrument] { return expiry_calendar(instrument); };
    const Result<SessionCalendar> calendar = co_await workers_.run(look_up);
    if (!calendar) {
        co_return fail(calendar.error());
    }
    const std::optional<Instant> expires = expiry_close(*calendar, option);
    if (!expires || *expires <= loop_.clock().now()) {
        co_return fail(Error(ErrorKind::not_found, "paper.no_contract",
                             symbol + (expires ? " has expired" : " would expire on a day without trading"))
                           .advise("see what is listed: data chain " + option.underlying));
    }
    std::function<Result<void>()> apply = [this, instrument, calendar = *calendar,
                                           expires = *expires]() -> Result<void> {
        keep_instrument(instrument);
        set_contract(instrument, calendar, expires);
        return {};
    };
    const Result<void> done = co_await perform<void>({}, std::move(apply));
    co_return done;
}

void PaperVenue::set_contract(const Instrument& instrument, const SessionCalendar& calendar, Instant expires) {
    const auto underlying = exchange_->find_listing(std::get<Option>(instrument.kind).underlying);
    if (underlying && market_->has_anchor(*underlying)) {
        market_->set_contract(*exchange_->find_listing(instrument.symbol),
                              {.underlying = *underlying, .calendar = calendar, .expires = expires});
    }
}

/// Refused while orders or positions depend on the old units: then those stay in force until they are gone.
void PaperVenue::keep_instrument(const Instrument& instrument) {
    const auto known = exchange_->find_listing(instrument.symbol);
    if (!known || exchange_->instrument(*known) != instrument) {
        if (exchange_->list(instrument)) {
            changed_instruments_.push_back(instrument);
        }
    }
}

Result<void> PaperVenue::accept_reference(const ReferencePrice& reference,
                                          const std::optional<SessionCalendar>& calendar) {
    const Instrument& instrument = reference.instrument;
    keep_instrument(instrument);
    const exchange::ListingIndex listing = *exchange_->find_listing(instrument.symbol);
    exchange_->set_calendar(listing, calendar);
    if (market_->has_anchor(listing) || std::holds_alternative<Combo>(instrument.kind)) {
        return {};
    }
    if (!reference.last_close.is_positive()) {
        return fail(Error(ErrorKind::failed, "paper.no_price",
                          "its last close is " + reference.last_close.to_string() + ", no price to start from")
                        .advise("set one: paper anchor " + instrument.symbol + " PRICE"));
    }
    const exchange::Anchor anchor{.time = market_->time(), .price = reference.last_close};
    market_->set_anchor(listing, anchor);
    changed_anchors_[instrument.symbol] = anchor;
    return {};
}

} // namespace tradesh::venue::paper
