#include "tests/bench/random_stocks.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>

namespace tradesh::bench {
namespace {

/// Daily bars of a stock: a random walk in cents with about 2 % a day, volumes of any number of shares.
SymbolBars random_stock(std::mt19937_64& random, std::size_t number, std::size_t count) {
    const auto pick = [&random](std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, high)(random);
    };
    char symbol[16];
    std::snprintf(symbol, sizeof symbol, "S%04zu", number);
    SymbolBars stock{.symbol = symbol, .bars = {}};
    std::int64_t price = pick(500, 50'000);
    const std::int64_t usual_volume = pick(10'000, 5'000'000);
    std::chrono::sys_days day = std::chrono::year(2012) / 1 / 2;
    stock.bars.open.scale = stock.bars.high.scale = stock.bars.low.scale = stock.bars.close.scale = 2;
    for (std::size_t i = 0; i < count; ++i) {
        const std::int64_t swing = price / 50 + 1;
        const std::int64_t open = std::max<std::int64_t>(100, price + pick(-swing / 4, swing / 4));
        const std::int64_t close = std::max<std::int64_t>(100, open + pick(-swing, swing));
        stock.bars.open_time.emplace_back(day);
        stock.bars.open.units.push_back(open);
        stock.bars.high.units.push_back(std::max(open, close) + pick(0, swing / 2));
        stock.bars.low.units.push_back(std::min(open, close) - pick(0, std::min(swing / 2, open / 4)));
        stock.bars.close.units.push_back(close);
        stock.bars.volume.units.push_back(usual_volume / 2 + pick(0, usual_volume));
        price = close;
        day += std::chrono::days(i % 5 == 4 ? 3 : 1);
    }
    return stock;
}

} // namespace

std::vector<SymbolBars> random_stocks(std::size_t symbols, std::size_t bars) {
    std::mt19937_64 random(20'120'102);
    std::vector<SymbolBars> all;
    for (std::size_t i = 0; i < symbols; ++i) {
        all.push_back(random_stock(random, i, bars));
    }
    return all;
}

} // namespace tradesh::bench
