#include "core/market/trading_day.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace tradesh {
namespace {

using namespace std::chrono;

constexpr TradingDate end_of_rules = 2035y / 12 / 31;
constexpr TradingDate end_of_time = 2099y / 12 / 31;

// A first date is where holidays and hours are both certain. London's hours are those of its order book and of the
// quotes before it; Frankfurt's earlier holidays, Eurex's earlier morning, Tokyo's afternoon before 1992 and the
// fragments of Globex days before 2012-11-19 are not. Hong Kong's holidays follow the moon and are a table.
constexpr std::array<ExchangeDays, 13> all_days{{
    {"NYSE", 1990y / 1 / 1, end_of_rules, new_york_day},
    {"NASDAQ", 1990y / 1 / 1, end_of_rules, new_york_day},
    {"ARCA", 1990y / 1 / 1, end_of_rules, new_york_day},
    {"AMEX", 1990y / 1 / 1, end_of_rules, new_york_day},
    {"CME", 2012y / 11 / 19, end_of_rules, chicago_day},
    {"GLOBEX", 2012y / 11 / 19, end_of_rules, chicago_day},
    {"LSE", 1990y / 1 / 1, end_of_rules, london_day},
    {"XETRA", 2002y / 1 / 1, end_of_rules, xetra_day},
    {"EUREX", 2005y / 12 / 1, end_of_rules, eurex_day},
    {"TSE", 1992y / 1 / 1, end_of_rules, tokyo_day},
    {"HKFE", 2012y / 3 / 5, 2027y / 12 / 31, hong_kong_day},
    {"FOREX", 1970y / 1 / 1, end_of_time, forex_day},
    {"CRYPTO", 1970y / 1 / 1, end_of_time, crypto_day},
}};

} // namespace

const ExchangeDays* find_exchange_days(std::string_view exchange) {
    const auto found = std::ranges::find(all_days, exchange, &ExchangeDays::exchange);
    return found == all_days.end() ? nullptr : &*found;
}

std::string exchanges_with_days() {
    std::string names;
    for (const ExchangeDays& days : all_days) {
        names += names.empty() ? "" : ", ";
        names += days.exchange;
    }
    return names;
}

} // namespace tradesh
