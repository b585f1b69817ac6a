// bench_spreads: chains of 10,000 contracts and more through the filters and the ranking of option spreads, on one
// thread. Prints a JSON line for each case: median and best of several rounds in milliseconds, and contracts a second.

#include "core/exchange/option_chain_model.hpp"
#include "core/scan/spread_preset.hpp"
#include "core/scan/spread_scan.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

using namespace tradesh;
using namespace tradesh::scan;

namespace {

constexpr std::size_t rounds = 21;

OptionChain large_chain() {
    Instrument index;
    index.symbol = "SPX";
    const Instant noon = parse_instant("2026-11-23T17:00:00Z").value();
    return exchange::OptionChainModel({.strikes_each_side = 200})
        .chain(index, 4'700, noon, SessionCalendar::find("NYSE").value());
}

const SpreadPreset& moderate() {
    return *std::ranges::find(built_in_spread_presets(), "moderate", &SpreadPreset::name);
}

std::vector<SpreadFilter> with(std::vector<SpreadFilter> filters, std::string_view more) {
    for (const SpreadFilter& filter : parse_spread_filters(more).value()) {
        set_filter(filters, filter);
    }
    return filters;
}

/// Every measure that there is, none of them so narrow that it decides alone.
std::vector<SpreadFilter> every_filter() {
    return with(
        moderate().filters,
        "iv-rank=0..100 bid-ask=..20 bid-ask-share=..0.5 iv=0.05..2 gamma=0.. theta=-20..0 vega=0.. width=..500 "
        "width-pct=..5 short-delta=0.05..0.6 long-delta=0.05..0.6 iv-edge=-1..1 premium=0.1.. "
        "efficiency=0.05..0.95 reward-risk=0.05.. breakeven-pct=..20 ev=-50.. net-delta=..0.5 net-gamma=0.. "
        "net-theta=-5.. net-vega=..10 theta-gamma=0..");
}

void report(const char* name, const OptionChain& chain, std::vector<SpreadFilter> filters) {
    const SpreadScanRequest request{.kinds = {},
                                    .filters = std::move(filters),
                                    .standing = {.current = 0.2, .rank = 50, .percentile = 60, .days = 252}};
    std::vector<double> times_ms;
    SpreadScanResult result;
    for (std::size_t round = 0; round < rounds; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        result = scan_spreads(chain, request);
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
        times_ms.push_back(took.count());
    }
    std::ranges::sort(times_ms);
    const double median_ms = times_ms[rounds / 2];
    std::printf("{\"case\": \"%s\", \"filters\": %zu, \"contracts\": %zu, \"modelled\": %zu, \"candidates\": %zu, "
                "\"matched\": %zu, \"median_ms\": %.3f, \"best_ms\": %.3f, \"contracts_per_s\": %.0f}\n",
                name, request.filters.size(), result.contracts, result.modelled, result.candidates, result.matched,
                median_ms, times_ms.front(), static_cast<double>(result.contracts) / median_ms * 1e3);
}

} // namespace

int main() {
    const OptionChain chain = large_chain();
    report("moderate", chain, moderate().filters);
    report("every_filter", chain, every_filter());
    report("every_contract_modelled", chain, parse_spread_filters("width=50 short-delta=0.20..0.35").value());
    report("no_filter", chain, {});
}
