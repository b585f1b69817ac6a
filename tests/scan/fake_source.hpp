#pragma once

#include "core/scan/bars_source.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <stdexcept>

namespace tradesh::test {

/// Daily bars whose close is given; the rest follows from it.
inline Bars bars_of(const std::vector<int>& closes) {
    Bars bars;
    Instant day = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
    for (const int close : closes) {
        const Decimal price(close);
        if (!bars.push_back(Bar{day, price, price + Decimal(1), price - Decimal(1), price, Decimal(1000)})) {
            throw std::runtime_error("the test's bars do not fit");
        }
        day += std::chrono::hours(24);
    }
    return bars;
}

/// A store in memory that can fail. Set up before the scan, read only while it runs.
class FakeSource final : public scan::BarsSource {
public:
    std::map<std::string, std::function<Result<Bars>()>> series;
    std::function<void()> before_load = [] {};
    std::atomic<int> loads = 0;
    std::atomic<std::size_t> bars_asked = 0;

    void add(const std::string& symbol, const std::vector<int>& closes) {
        series[symbol] = [closes]() -> Result<Bars> { return bars_of(closes); };
    }

    Result<std::vector<std::string>> symbols(Timeframe) override {
        std::vector<std::string> all;
        for (const auto& [symbol, load] : series) {
            all.push_back(symbol);
        }
        return all;
    }

    Result<Bars> last_bars(const std::string& symbol, Timeframe, std::size_t count) override {
        ++loads;
        bars_asked = count;
        before_load();
        const auto found = series.find(symbol);
        return found == series.end() ? Result<Bars>(Bars{}) : found->second();
    }
};

} // namespace tradesh::test
