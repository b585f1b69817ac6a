#pragma once

#include "core/venue/history.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tradesh::venue {

/// A stretch in which one symbol did not trade: minutes with from <= open time < to.
struct Halt {
    std::string symbol;
    Instant from;
    Instant to;
};

/// How a simulated price history behaves. The defaults are those of the built-in profile `demo`.
struct HistorySimulationOptions {
    std::uint64_t seed = 1; ///< of prices, volumes, holes and errors

    // How it answers.
    Duration latency = std::chrono::milliseconds(40);
    std::vector<Pace> paces{Pace{.requests = 20, .window = std::chrono::seconds(1)}};
    std::size_t requests_in_flight_max = 8;
    std::size_t bars_per_request_max = 2'000;
    Duration publish_delay = std::chrono::seconds(5);

    // What it has.
    Instant minute_bars_since =
        std::chrono::sys_days(std::chrono::year_month_day(std::chrono::year(2024), std::chrono::month(1),
                                                          std::chrono::day(1))); ///< bars of less than a day
    Instant daily_bars_since = std::chrono::sys_days(
        std::chrono::year_month_day(std::chrono::year(2000), std::chrono::month(1), std::chrono::day(1)));
    double no_trade_share = 0.002; ///< 0..1 of the minutes of regular sessions; ten times that outside of them
    std::vector<Halt> halts;
    /// Splits and dividends by symbol. A stock that is not named here gets some of its own, by the seed. A dividend is
    /// below the price.
    std::map<std::string, std::vector<CorporateAction>> actions;

    // What goes wrong.
    double error_share = 0;                ///< 0..1 of the attempts at a request for bars; repeating it helps
    std::set<std::string> failing_symbols; ///< all but their description is rejected, always
    /// An error on purpose, asked at each attempt (1 is the first) at a request for bars.
    std::function<std::optional<Error>(const HistoryRequest&, std::uint32_t attempt)> fault;
};

} // namespace tradesh::venue
