#pragma once

#include "core/runtime/event.hpp"
#include "core/runtime/task_scope.hpp"
#include "core/runtime/workers.hpp"
#include "core/venue/paper/paper_option_chains.hpp"
#include "core/venue/paper/paper_options.hpp"
#include "core/venue/paper/paper_store.hpp"
#include "core/venue/venue.hpp"

#include "core/exchange/simulated_market.hpp"

#include <deque>
#include <memory>
#include <set>

namespace tradesh::venue::paper {

/// The simulated exchange as a venue: its account, resting orders and executions live in paper.db and survive restarts.
///
/// One task serves all requests in the order of their arrival. It takes what is waiting as one batch, moves the market
/// to now, applies the batch, commits what changed, and only then answers and publishes the events: nothing is seen
/// that a power cut could take back. While orders rest it steps the market each second; otherwise it sleeps.
///
/// At `open` the market catches up with the time that passed (see SimulatedMarket); fills made meanwhile come out of
/// `next_event` with their own times. Events that nobody reads stop the venue rather than getting lost.
/// A request whose commit fails returns `unknown` ("paper.commit"): the venue then reads its state back from the file,
/// and `find` tells what became of it.
/// Options of the chains trade under their contract symbols, and combos that are stored as instruments trade as one; at
/// expiry options are settled in cash at what they are worth.
class PaperVenue final : public Venue, public Trading, public MarketData, public SimulatedPrices {
public:
    /// `history` is where `data load` gets bars from; null where there is nothing to load.
    PaperVenue(runtime::Loop& loop, PaperOptions options, ReferencePriceSource reference,
               std::unique_ptr<History> history = nullptr);
    /// `close` must have ended, or `open` never begun.
    ~PaperVenue() override;

    std::string_view name() const override { return "paper"; }
    Capabilities capabilities() const override;
    runtime::Task<Result<AccountIdentity>> open() override;
    runtime::Task<void> close() override;
    Trading& trading() override { return *this; }
    MarketData& market_data() override { return *this; }
    /// What was traded or quoted here before.
    runtime::Task<Result<std::optional<Instrument>>> describe(std::string symbol) override;
    History* history() override { return history_.get(); }
    OptionChains* option_chains() override { return chains_.get(); }
    SimulatedPrices* simulated_prices() override { return this; }
    std::vector<ConnectionInfo> connections() const override;

    runtime::Task<Result<void>> submit(OrderRequest request) override;
    runtime::Task<Result<void>> submit_linked(std::vector<OrderRequest> requests) override;
    runtime::Task<Result<void>> replace(ClientOrderId order, Decimal quantity, PriceRule price) override;
    runtime::Task<Result<void>> cancel(ClientOrderId order) override;
    runtime::Task<Result<std::optional<VenueOrder>>> find(ClientOrderId order) override;
    runtime::Task<Result<TradingSnapshot>> snapshot(Instant fills_since) override;
    runtime::Task<std::optional<TradingEvent>> next_event() override;
    std::optional<TradingEvent> ready_event() override;

    /// Kind `simulated`. The first quote of an instrument fixes its anchor at the last stored close.
    runtime::Task<Result<Quote>> quote(Instrument instrument) override;
    /// Moves the simulated price of an instrument, from now on.
    runtime::Task<Result<void>> move_anchor(std::string symbol, Decimal price) override;

private:
    /// One request in the line.
    struct Job {
        explicit Job(runtime::Loop& loop) : done(loop) {}
        std::vector<ClientOrderId> ids; ///< of orders that may be known to the file only
        std::move_only_function<void()> apply;
        std::optional<Error> failure;
        runtime::Event done;
    };
    using Batch = std::vector<std::shared_ptr<Job>>;

    template <class Value>
    runtime::Task<Result<Value>> perform(std::vector<ClientOrderId> ids, std::function<Result<Value>()> apply);
    runtime::Task<Result<void>> ensure_listed(std::string symbol);
    runtime::Task<Result<void>> list_history(std::string symbol);
    runtime::Task<Result<void>> list_contract(std::string symbol, Option option);
    void keep_instrument(const Instrument& instrument);
    void set_contract(const Instrument& instrument, const SessionCalendar& calendar, Instant expires);
    Result<void> accept_reference(const ReferencePrice& reference, const std::optional<SessionCalendar>& calendar);

    runtime::Task<void> serve(runtime::TaskInfo& info);
    runtime::Task<void> wait_for_work();
    runtime::Task<void> run_batch(Batch batch);
    runtime::Task<Result<void>> recall_final_orders(const Batch& batch);
    runtime::Task<void> catch_up();
    runtime::Task<Result<void>> commit();
    runtime::Task<Result<void>> reload();
    void adopt(PaperState state);
    void publish(const std::vector<exchange::Event>& events);
    static void answer(const Batch& batch, const std::optional<Error>& failure);

    runtime::Loop& loop_;
    PaperOptions options_;
    ReferencePriceSource reference_;
    std::unique_ptr<History> history_;
    runtime::Workers workers_; ///< one thread: the only one that touches store_
    std::optional<PaperStore> store_;
    std::unique_ptr<PaperOptionChains> chains_; ///< of the account's own seed

    // Touched by the serving task alone once the venue is open.
    std::unique_ptr<exchange::Exchange> exchange_;
    std::unique_ptr<exchange::SimulatedMarket> market_;
    std::vector<Instrument> changed_instruments_;
    std::map<std::string, exchange::Anchor> changed_anchors_;

    std::set<std::string> listed_; ///< symbols whose reference price this run has asked for
    std::deque<std::shared_ptr<Job>> line_;
    std::deque<TradingEvent> outgoing_;
    runtime::Event work_;
    runtime::Event event_ready_;
    runtime::Event events_read_;
    bool open_ = false;
    bool closing_ = false;
    std::uint64_t requests_ = 0;
    Duration pause_{0}; ///< before the next step, after a commit has failed
    runtime::TaskScope scope_;
};

} // namespace tradesh::venue::paper
