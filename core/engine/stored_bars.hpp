#pragma once

#include "core/runtime/resource_pool.hpp"
#include "core/scan/bars_source.hpp"
#include "core/store/bar_tail.hpp"
#include "core/store/market_store.hpp"

#include <array>
#include <memory>
#include <string>

namespace tradesh::engine {

/// What scans read: the stored bars, through the tail where it holds them and through market.db otherwise. Connections
/// and tails stay open between scans. Of several series of a symbol it reads the one that store::SeriesCatalogue says.
class StoredBars final : public scan::BarsSource {
public:
    explicit StoredBars(std::string market_path) : market_path_(std::move(market_path)) {}

    Result<std::vector<std::string>> symbols(Timeframe timeframe) override;
    Result<std::unique_ptr<scan::ScanBars>> open(std::span<const std::string> symbols,
                                                 const scan::BarsWanted& wanted) override;

    std::uint64_t connections_opened() const { return connections_.made(); }
    std::uint64_t connections_reused() const { return connections_.reused(); }

private:
    class Scan;
    using Connection = std::unique_ptr<store::MarketFile>;
    using Tail = std::unique_ptr<store::BarTail>;

    /// Runs `work(MarketFile&)`, which returns a Result, with a connection that nobody else uses.
    template <class Work>
    std::invoke_result_t<Work&, store::MarketFile&> with_connection(Work work);
    runtime::ResourcePool<Tail>& tails(Timeframe timeframe) { return tails_[static_cast<std::size_t>(timeframe)]; }
    Tail take_tail(Timeframe timeframe);

    std::string market_path_;
    runtime::ResourcePool<Connection> connections_;
    std::array<runtime::ResourcePool<Tail>, timeframes.size()> tails_;
};

} // namespace tradesh::engine
