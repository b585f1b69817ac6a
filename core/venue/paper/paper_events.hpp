#pragma once

#include "core/exchange/event.hpp"
#include "core/venue/trading.hpp"

namespace tradesh::venue::paper {

/// An event of the exchange in the words of the venue port.
TradingEvent to_trading_event(const exchange::Event& event);

} // namespace tradesh::venue::paper
