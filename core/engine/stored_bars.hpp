#pragma once

#include "core/engine/made_series.hpp"
#include "core/market/bar_completion.hpp"
#include "core/runtime/resource_pool.hpp"
#include "core/scan/bars_source.hpp"
#include "core/store/bar_tail.hpp"
#include "core/store/market_store.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tradesh::engine {

/// What scans read: the stored bars, through the tail where it holds them and through market.db otherwise. Connections
/// and tails stay open between scans, and so do the calendars that say when bars were complete. Of several series of a
/// symbol it reads the one that store::SeriesCatalogue says. Bars that are not stored as such are made as `data show`
/// makes them, see MadeSeries.
class StoredBars final : public scan::BarsSource {
public:
    /// Adjusted prices are all made, and so read symbol by symbol.
    explicit StoredBars(std::string market_path, PriceBasis basis = PriceBasis::raw)
        : market_path_(std::move(market_path)),
          basis_(basis) {}

    Result<std::vector<std::string>> symbols(Timeframe timeframe) override;
    Result<std::vector<std::int64_t>> marks(std::span<const std::string> symbols, Timeframe timeframe) override;
    Result<std::unique_ptr<scan::ScanBars>> open(std::span<const std::string> symbols,
                                                 const scan::BarsWanted& wanted) override;

    /// Stored splits of all symbols.
    Result<std::vector<store::KnownSplit>> splits() {
        return with_connection([](store::MarketFile& market) { return market.actions.splits(); });
    }

    std::uint64_t connections_opened() const { return connections_.made(); }
    std::uint64_t connections_reused() const { return connections_.reused(); }

private:
    class Scan;      // by blocks
    class TimedScan; // bars with their times
    using Connection = std::unique_ptr<store::MarketFile>;
    using Tail = std::unique_ptr<store::BarTail>;

    /// Runs `work(MarketFile&)`, which returns a Result, with a connection that nobody else uses.
    template <class Work>
    std::invoke_result_t<Work&, store::MarketFile&> with_connection(Work work) {
        std::optional<Connection> connection = connections_.take();
        if (!connection) {
            Result<Connection> opened = store::MarketFile::open_for_reading(market_path_);
            if (!opened) {
                return fail(std::move(opened.error()));
            }
            connection = std::move(*opened);
        }
        auto outcome = work(**connection);
        connections_.put(std::move(*connection));
        return outcome;
    }
    Result<std::unique_ptr<scan::ScanBars>> open_timed(std::span<const std::string> symbols,
                                                       const scan::BarsWanted& wanted);
    /// Of the instruments of those series, in their order; the same exchange is one object.
    Result<std::vector<std::shared_ptr<const BarCompletion>>> completions(std::span<const store::ChosenSeries> series);
    std::shared_ptr<const BarCompletion> completion_of(const Instrument& instrument);
    runtime::ResourcePool<Tail>& tails(Timeframe timeframe) { return tails_[static_cast<std::size_t>(timeframe)]; }
    Tail take_tail(Timeframe timeframe);
    /// Runs `use(catalogue)`, which returns a Result, with a catalogue that is up to date.
    template <class Use>
    std::invoke_result_t<Use&, const store::SeriesCatalogue&> with_catalogue(Timeframe timeframe, Use use) {
        Tail tail = take_tail(timeframe);
        const Result<bool> refreshed =
            with_connection([&](store::MarketFile& market) { return tail->refresh_catalogue(market); });
        std::invoke_result_t<Use&, const store::SeriesCatalogue&> outcome =
            refreshed ? use(tail->catalogue()) : fail(refreshed.error());
        tails(timeframe).put(std::move(tail));
        return outcome;
    }
    using Made = std::shared_ptr<const MadeCatalogue>;
    /// What can be made of all others than the stored ones.
    Result<Made> all_made(const store::SeriesCatalogue& stored, Timeframe timeframe);
    /// As above, of those symbols; null where all are stored.
    Result<Made> made_of(const store::SeriesCatalogue& stored, std::span<const std::string> symbols,
                         Timeframe timeframe);
    bool is_stored(const store::SeriesCatalogue& stored, std::size_t entry) const {
        return basis_ == PriceBasis::raw && entry < stored.all().size();
    }

    std::string market_path_;
    PriceBasis basis_;
    std::array<std::atomic<Made>, timeframes.size()> made_; ///< the last of `all_made`
    runtime::ResourcePool<Connection> connections_;
    std::array<runtime::ResourcePool<Tail>, timeframes.size()> tails_;
    /// By name of the calendar. Replaced as a whole, since several threads read it; who loses a race made one in vain.
    using Completions = std::map<std::string, std::shared_ptr<const BarCompletion>, std::less<>>;
    std::atomic<std::shared_ptr<const Completions>> completions_;
};

} // namespace tradesh::engine
