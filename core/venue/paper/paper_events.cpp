#include "core/venue/paper/paper_events.hpp"

namespace tradesh::venue::paper {
namespace {

struct Translator {
    using What = decltype(TradingEvent::what);
    What operator()(const exchange::Accepted& e) const {
        return OrderAccepted{.order = e.order, .venue_id = e.venue_id};
    }
    What operator()(const exchange::Rejected& e) const {
        return OrderRejected{.order = e.order, .code = e.code, .message = e.message};
    }
    What operator()(const exchange::Filled& e) const { return OrderFilled{.fill = e.fill}; }
    What operator()(const exchange::Cancelled& e) const { return OrderCancelled{.order = e.order, .reason = e.reason}; }
    What operator()(const exchange::Expired& e) const { return OrderExpired{.order = e.order}; }
    What operator()(const exchange::CancelRejected& e) const {
        return CancelRejected{.order = e.order, .code = e.code, .message = e.message};
    }
    What operator()(const exchange::Replaced& e) const {
        return OrderReplaced{.order = e.order, .quantity = e.quantity, .price = e.price};
    }
    What operator()(const exchange::ReplaceRejected& e) const {
        return ReplaceRejected{.order = e.order, .code = e.code, .message = e.message};
    }
    What operator()(const exchange::StateReported& e) const {
        return OrderStateReported{.order = e.order, .state = e.state, .venue_state = std::string(name_of(e.state))};
    }
};

} // namespace

TradingEvent to_trading_event(const exchange::Event& event) {
    return TradingEvent{.time = event.time, .what = std::visit(Translator(), event.what)};
}

} // namespace tradesh::venue::paper
