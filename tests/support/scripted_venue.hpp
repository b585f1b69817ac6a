#pragma once

#include "core/runtime/loop.hpp"
#include "core/runtime/mailbox.hpp"
#include "core/venue/venue.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradesh::test {

class ScriptedVenue;

/// The far side of a ScriptedVenue: a book of orders that lives on while connections, managers and cores come and go.
/// It does with each order what the script for it says, one step a turn of the loop, so a test can stop in between;
/// without a script an order is acknowledged and rests, and a cancel succeeds.
class ScriptedExchange {
public:
    enum class Kind : std::uint8_t { submit, cancel, replace };
    /// What happens when one request arrives, step by step.
    class Script {
    public:
        Script& then_ack();
        /// It rests in the book, but nobody is told.
        Script& drop_ack();
        Script& then_fill(Decimal quantity, Decimal price = 100);
        /// The last fill is reported once more.
        Script& duplicate_fill();
        Script& then_reject(std::string code, std::string words);
        /// The cancel succeeds.
        Script& then_cancel();
        /// The replacement is made.
        Script& then_replace();
        /// The request does not leave: the call fails with a connection error.
        Script& fail_before_wire();
        /// The call fails with kind unknown; with `arrives`, the request is carried out all the same.
        Script& fail_unknown(bool arrives);
        /// Neither the call nor the book says anything: the request is gone.
        Script& vanish();

    private:
        friend class ScriptedExchange;
        friend class ScriptedVenue;
        using Step = std::function<void(ScriptedExchange&, const ClientOrderId&)>;
        Script& then(Step step) {
            steps.push_back(std::move(step));
            return *this;
        }
        std::string symbol;
        Decimal quantity;
        Kind kind = Kind::submit;
        std::deque<Step> steps;
        std::optional<Error> failure;
        bool arrives = true;
        bool used = false;
    };

    explicit ScriptedExchange(runtime::Loop& loop) : loop_(loop) {}

    Script& expect_submit(std::string symbol, Decimal quantity);
    Script& expect_cancel();
    Script& expect_replace();

    venue::Capabilities capabilities;
    /// How long the ways are. A request arrives after it, and the call of a submit is back as long again after that;
    /// what `find` and `snapshot` tell is as old.
    struct Delays {
        Duration submit{0};
        Duration cancel{0};
        Duration replace{0};
        Duration find{0};
        Duration snapshot{0};
    };
    Delays delays;

    // What happens there without a request of ours.
    void fill(const ClientOrderId& id, Decimal quantity, Decimal price = 100);
    void repeat_last_fill();
    void expire(const ClientOrderId& id);
    void withdraw(const ClientOrderId& id, std::string reason);
    /// The venue takes the last execution back (quantity zero) or counts it with another quantity.
    void correct_last_fill(Decimal quantity);
    /// Another program changes the order.
    void change(const ClientOrderId& id, Decimal quantity, PriceRule price);
    /// A position that no order of ours made.
    void hold(const std::string& symbol, Decimal quantity) { elsewhere_[symbol] = quantity; }
    /// The venue no longer lists executions before now.
    void forget_fills() { listed_from_ = fills_.size(); }
    /// An order that another program placed, or one of ours that was on its way for very long.
    void rest(OrderRequest request);
    /// The venue loses its record of the order.
    void forget(const ClientOrderId& id);

    int submits(const ClientOrderId& id) const;
    int submits() const;
    int cancels() const { return cancels_; }
    int replaces() const { return replaces_; }
    int finds() const { return finds_; }
    /// Null when the venue has no record.
    const VenueOrder* find(const ClientOrderId& id) const;
    const std::map<ClientOrderId, VenueOrder>& orders() const { return orders_; }
    const std::vector<Fill>& fills() const { return fills_; }
    bool scripts_done() const { return running_ == 0; }

private:
    friend class ScriptedVenue;
    /// Null when no script is left for it.
    std::shared_ptr<Script> script_for(Kind kind, const std::string& symbol, Decimal quantity);
    void submitted(const OrderRequest& request, std::shared_ptr<Script> script);
    void cancelled(const ClientOrderId& id, std::shared_ptr<Script> script);
    void asked_to_replace(const ClientOrderId& id, Decimal quantity, PriceRule price, std::shared_ptr<Script> script);
    void end_exits_of(const ClientOrderId& id);
    void run(std::shared_ptr<Script> script, ClientOrderId id);
    void accept(const ClientOrderId& id, bool tell);
    void tell(venue::TradingEvent event);
    std::vector<Position> positions() const;
    Instant now() const { return loop_.clock().now(); }

    runtime::Loop& loop_;
    ScriptedVenue* listener_ = nullptr;
    std::vector<std::shared_ptr<Script>> scripts_;
    std::map<ClientOrderId, OrderRequest> requests_; ///< as they arrived
    std::map<ClientOrderId, VenueOrder> orders_;     ///< what `find` and `snapshot` know
    std::vector<Fill> fills_;
    std::map<ClientOrderId, int> submits_;
    std::map<ClientOrderId, std::pair<Decimal, PriceRule>> wishes_; ///< replacements that arrived
    std::map<std::string, Decimal> elsewhere_;
    std::size_t listed_from_ = 0;
    int cancels_ = 0;
    int replaces_ = 0;
    int finds_ = 0;
    int venue_ids_ = 0;
    int running_ = 0;
};

/// One connection to a ScriptedExchange.
class ScriptedVenue final : public venue::Venue, public venue::Trading, public venue::MarketData {
public:
    ScriptedVenue(runtime::Loop& loop, ScriptedExchange& exchange);
    ~ScriptedVenue() override;

    void link_down(std::string reason = "cable pulled");
    void link_up();
    /// The process on our side is gone: nothing that it still says arrives, and nothing reaches it.
    void cut();

    Quote quote_now;
    Decimal buying_power = 100'000;

    std::string_view name() const override { return "scripted"; }
    venue::Capabilities capabilities() const override { return exchange_.capabilities; }
    runtime::Task<Result<venue::AccountIdentity>> open() override;
    runtime::Task<void> close() override;
    venue::Trading& trading() override { return *this; }
    venue::MarketData& market_data() override { return *this; }
    std::vector<venue::ConnectionInfo> connections() const override { return {}; }

    runtime::Task<Result<void>> submit(OrderRequest request) override;
    runtime::Task<Result<void>> submit_linked(std::vector<OrderRequest> requests) override;
    runtime::Task<Result<void>> replace(ClientOrderId order, Decimal quantity, PriceRule price) override;
    runtime::Task<Result<void>> cancel(ClientOrderId order) override;
    runtime::Task<Result<std::optional<VenueOrder>>> find(ClientOrderId order) override;
    runtime::Task<Result<venue::TradingSnapshot>> snapshot(Instant fills_since) override;
    runtime::Task<std::optional<venue::TradingEvent>> next_event() override { return events_.pop(); }
    std::optional<venue::TradingEvent> ready_event() override { return events_.try_pop(); }
    runtime::Task<Result<Quote>> quote(Instrument instrument) override;

private:
    friend class ScriptedExchange;
    /// The way there takes a turn of the loop. An error when the link is down; never comes back after `cut`.
    runtime::Task<Result<void>> reach(Duration delay = Duration(0));
    runtime::Task<void> lag(Duration delay);

    runtime::Loop& loop_;
    ScriptedExchange& exchange_;
    runtime::Mailbox<venue::TradingEvent> events_;
    bool up_ = true;
    bool cut_ = false;
};

} // namespace tradesh::test
