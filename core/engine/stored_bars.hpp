#pragma once

#include "core/runtime/resource_pool.hpp"
#include "core/scan/bars_source.hpp"
#include "core/store/market_store.hpp"

#include <memory>
#include <string>

namespace tradesh::engine {

/// What scans read: the stored bars, through read connections that stay open between scans. Of several series of a
/// symbol it reads raw prices before adjusted ones, and the source with the newest bar.
class StoredBars final : public scan::BarsSource {
public:
    explicit StoredBars(std::string market_path) : market_path_(std::move(market_path)) {}

    Result<std::vector<std::string>> symbols(Timeframe timeframe) override;
    Result<Bars> last_bars(const std::string& symbol, Timeframe timeframe, std::size_t count) override;

    std::uint64_t connections_opened() const { return pool_.made(); }
    std::uint64_t connections_reused() const { return pool_.reused(); }

private:
    using Connection = std::unique_ptr<store::MarketFile>;
    Result<Connection> connect();

    std::string market_path_;
    runtime::ResourcePool<Connection> pool_;
};

} // namespace tradesh::engine
