#pragma once

#include "core/market/bar_completion.hpp"
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
    std::map<std::string, std::function<Result<Bars>()>> series; ///< by "GOOG" of 1d, "GOOG 1h" of other timeframes
    std::function<void()> before_load = [] {};
    std::optional<Error> open_error;
    std::int64_t revision = 1; ///< of all series
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

    Result<std::vector<std::int64_t>> marks(std::span<const std::string> symbols, Timeframe) override {
        return std::vector<std::int64_t>(symbols.size(), revision);
    }

    Result<std::unique_ptr<scan::ScanBars>> open(std::span<const std::string> symbols,
                                                 const scan::BarsWanted& wanted) override {
        bars_asked = wanted.bars;
        if (open_error) {
            return fail(*open_error);
        }
        return std::make_unique<Scan>(*this, symbols, wanted);
    }

private:
    /// Every symbol alone, as a source without blocks of eight hands them out.
    class Scan final : public scan::ScanBars {
    public:
        Scan(FakeSource& source, std::span<const std::string> symbols, const scan::BarsWanted& wanted)
            : source_(source),
              symbols_(symbols.begin(), symbols.end()),
              wanted_(wanted) {
            for (std::size_t i = 0; i < symbols.size(); ++i) {
                groups_.push_back({.members = {{.position = i, .lane = 0}}, .place = i});
            }
        }
        const std::vector<scan::SymbolGroup>& groups() const override { return groups_; }
        void read(const scan::SymbolGroup& group, const Visit& visit) override {
            visit_bars(group, wanted_.complete_by, visit);
        }
        void read_complete_by(const scan::SymbolGroup& alone, Instant complete_by, const Visit& visit) override {
            visit_bars(alone, complete_by, visit);
        }

    private:
        void visit_bars(const scan::SymbolGroup& group, std::optional<Instant> complete_by, const Visit& visit) {
            ++source_.loads;
            source_.before_load();
            const std::string key =
                symbols_[group.place] +
                (wanted_.timeframe == Timeframe::d1 ? "" : " " + std::string(name_of(wanted_.timeframe)));
            const auto found = source_.series.find(key);
            const Result<Bars> bars = found == source_.series.end() ? Result<Bars>(Bars{}) : found->second();
            if (!bars) {
                visit(group.members, fail(bars.error()));
                return;
            }
            const std::vector<Instant> complete_at = BarCompletion().of(wanted_.timeframe, bars->open_time);
            std::size_t end = bars->size();
            while (end > 0 && ((complete_by && complete_at[end - 1] > *complete_by) ||
                               (wanted_.before && bars->open_time[end - 1] >= *wanted_.before))) {
                --end;
            }
            std::size_t counted = end;
            while (counted > 0 && wanted_.from && bars->open_time[counted - 1] >= *wanted_.from) {
                --counted;
            }
            const std::size_t begin = wanted_.times ? counted - std::min(counted, wanted_.bars) : 0;
            const std::array<std::vector<double>, 5> columns{bars->open.to_doubles(), bars->high.to_doubles(),
                                                             bars->low.to_doubles(), bars->close.to_doubles(),
                                                             bars->volume.to_doubles()};
            BarBlock block{.rows = end - begin, .lanes = 1};
            std::ranges::transform(columns, block.columns.begin(),
                                   [begin](const auto& column) { return column.data() + begin; });
            block.bars[0] = block.rows;
            block.last_open_time[0] = end == 0 ? Instant() : bars->open_time[end - 1];
            block.open_time = bars->open_time.data() + begin;
            block.complete_at = complete_at.data() + begin;
            visit(group.members, block);
        }

        FakeSource& source_;
        std::vector<std::string> symbols_;
        scan::BarsWanted wanted_;
        std::vector<scan::SymbolGroup> groups_;
    };
};

} // namespace tradesh::test
