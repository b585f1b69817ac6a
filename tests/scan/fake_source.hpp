#pragma once

#include "core/market/bars.hpp"
#include "core/scan/bars_source.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <optional>
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
    std::optional<Error> open_error;
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

    Result<std::unique_ptr<scan::ScanBars>> open(std::span<const std::string> symbols,
                                                 const scan::BarsWanted& wanted) override {
        bars_asked = wanted.bars;
        if (open_error) {
            return fail(*open_error);
        }
        return std::make_unique<Scan>(*this, symbols);
    }

private:
    /// Every symbol alone, as a source without blocks of eight hands them out.
    class Scan final : public scan::ScanBars {
    public:
        Scan(FakeSource& source, std::span<const std::string> symbols)
            : source_(source),
              symbols_(symbols.begin(), symbols.end()) {
            for (std::size_t i = 0; i < symbols.size(); ++i) {
                groups_.push_back({.members = {{.position = i, .lane = 0}}, .place = i});
            }
        }
        const std::vector<scan::SymbolGroup>& groups() const override { return groups_; }
        void read(const scan::SymbolGroup& group, const Visit& visit) override {
            ++source_.loads;
            source_.before_load();
            const auto found = source_.series.find(symbols_[group.place]);
            const Result<Bars> bars = found == source_.series.end() ? Result<Bars>(Bars{}) : found->second();
            if (!bars) {
                visit(group.members, fail(bars.error()));
                return;
            }
            std::array<std::vector<double>, 5> columns{bars->open.to_doubles(), bars->high.to_doubles(),
                                                       bars->low.to_doubles(), bars->close.to_doubles(),
                                                       bars->volume.to_doubles()};
            BarBlock block{.rows = bars->size(), .lanes = 1};
            std::ranges::transform(columns, block.columns.begin(), [](const auto& column) { return column.data(); });
            block.bars[0] = bars->size();
            block.last_open_time[0] = bars->empty() ? Instant() : bars->open_time.back();
            visit(group.members, block);
        }

    private:
        FakeSource& source_;
        std::vector<std::string> symbols_;
        std::vector<scan::SymbolGroup> groups_;
    };
};

} // namespace tradesh::test
