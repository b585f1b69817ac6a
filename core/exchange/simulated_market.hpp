#pragma once

#include "core/exchange/option_chain_model.hpp"
#include "core/exchange/price_model.hpp"
#include "core/market/quote.hpp"

#include <map>
#include <optional>

namespace tradesh::exchange {

/// The exchange with a house that quotes model prices on a grid of one second.
///
/// At each second in which orders are open the house renews its offers, so resting orders fill against finite depth in
/// the order of price and time. While nothing is open time jumps. An advance over more than a day uses a proportionally
/// coarser grid, so that it takes at most 86,400 steps however long the program was away; up to a day the same inputs
/// give the same events whether time advances at once or in pieces.
class SimulatedMarket {
public:
    static constexpr Duration step = std::chrono::seconds(1);
    static constexpr std::int64_t steps_max = 86'400;

    SimulatedMarket(Exchange& exchange, PriceModel model, Instant start,
                    OptionChainModel options = OptionChainModel({}));

    Instant time() const { return time_; }
    /// Sets or moves the price of a listed instrument; effective at once.
    void set_anchor(ListingIndex listing, Anchor anchor);
    /// Sets it without quoting: what was missed since then comes with the next `advance`.
    void restore_anchor(ListingIndex listing, Anchor anchor) { anchors_[listing] = anchor; }
    bool has_anchor(ListingIndex listing) const { return anchors_.contains(listing); }

    /// An option on a listing with an anchor, quoted by the chain model at its underlying's price until it expires;
    /// then its orders end and its positions are settled in cash.
    struct Contract {
        ListingIndex underlying = no_listing;
        SessionCalendar calendar; ///< by which it expires
        Instant expires;
    };
    void set_contract(ListingIndex listing, const Contract& contract) {
        contracts_.insert_or_assign(listing, contract);
    }

    /// Moves time forward to `to`; an earlier moment changes nothing.
    void advance(Instant to);
    /// When the next step is due, if any order is open.
    std::optional<Instant> next_step() const;
    /// Brings one instrument's offers to the present step: before an order in it, or before its value is asked for.
    void refresh(ListingIndex listing);
    void refresh_held();

    /// The house's quote of the present step; the instrument must have an anchor, be a contract, or a combo of such.
    /// Sides that nobody offers are missing.
    Quote quote(ListingIndex listing) const;

private:
    void pass(Instant to);
    void quote_open_instruments(Instant at);
    void settle_contracts(Instant to);
    std::optional<HouseQuotes> quotes_of(ListingIndex listing, Instant at) const;
    HouseQuotes contract_quotes(const Instrument& instrument, const Contract& contract, Instant at) const;
    Quote combo_quote(const Combo& combo, const Instrument& instrument) const;
    Instant present_step() const;

    Exchange& exchange_;
    PriceModel model_;
    Instant time_;
    OptionChainModel options_;
    std::map<ListingIndex, Anchor> anchors_;
    std::map<ListingIndex, Contract> contracts_;
    std::map<ListingIndex, Instant> quoted_; ///< the step of the house's offers in the book
};

} // namespace tradesh::exchange
