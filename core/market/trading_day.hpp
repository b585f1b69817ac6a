#pragma once

#include "core/market/session_calendar.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh {

/// One session on the exchange's wall clock, counted from midnight of the trading date: below zero on a day before it,
/// from 24 h on the day after.
struct DaySession {
    SessionKind kind = SessionKind::regular;
    std::chrono::minutes open{0};
    std::chrono::minutes close{0};
    bool operator==(const DaySession&) const = default;
};

/// The sessions of one trading date, ascending; empty when the exchange is closed.
using TradingDay = std::vector<DaySession>;

/// What an exchange does on each date from `first` through `last`.
struct ExchangeDays {
    std::string_view exchange;
    TradingDate first;
    TradingDate last;
    TradingDay (*day)(TradingDate date);
};

/// Null for an exchange whose days nobody wrote down.
const ExchangeDays* find_exchange_days(std::string_view exchange);
/// "NYSE, NASDAQ, ...", for messages.
std::string exchanges_with_days();

// The rules themselves, each in a file of its own (days_*.cpp). They hold within the dates of their ExchangeDays.
TradingDay new_york_day(TradingDate date);
TradingDay chicago_day(TradingDate date);
TradingDay london_day(TradingDate date);
TradingDay xetra_day(TradingDate date);
TradingDay eurex_day(TradingDate date);
TradingDay tokyo_day(TradingDate date);
TradingDay hong_kong_day(TradingDate date);
TradingDay forex_day(TradingDate date);
TradingDay crypto_day(TradingDate date);

} // namespace tradesh
