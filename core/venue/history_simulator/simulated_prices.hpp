#pragma once

#include "core/market/session_calendar.hpp"
#include "core/venue/history_simulation_options.hpp"
#include "core/venue/history_simulator/simulated_instruments.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace tradesh::venue::history_simulator {

/// Trades of one minute or more, in ticks and lots.
struct TradedBar {
    std::int64_t open = 0;
    std::int64_t high = 0;
    std::int64_t low = 0;
    std::int64_t close = 0;
    std::int64_t volume = 0;

    void append(const TradedBar& later);
    bool operator==(const TradedBar&) const = default;
};

/// What corporate actions do to a minute: prices and volumes are multiplied by it.
struct AdjustmentFactor {
    double price = 1;
    double volume = 1;
};

/// The made-up market of one instrument, minute by minute: a pure function of seed, symbol and time.
///
///   price(t) = level * exp(drift * years since 2000 + volatility * w(t))
///
/// w is value noise in octaves of 1 minute, 2, 4, ... 2^20 minutes (two years), each with an amplitude that grows with
/// the square root of its period: over the spans between it moves like a random walk. A minute opens at price(t),
/// closes at price(t + 1 min), and its volume is large near the open and the close of its session.
///
/// What it remembers makes asking for one minute after another fast, and changes no result.
class SimulatedPrices {
public:
    /// `tick` and `lot` are those of `what.instrument`.
    SimulatedPrices(const SimulatedInstrument& what, const HistorySimulationOptions& options);

    /// The trades of the minute that opens at `open_time`, within `session`; nullopt when there were none.
    std::optional<TradedBar> minute(Instant open_time, const Session& session, AdjustmentFactor factor);

private:
    static constexpr int octave_count = 21;
    struct Octave {
        std::uint64_t stream = 0;
        double amplitude = 0;
        std::int64_t bucket = std::numeric_limits<std::int64_t>::min();
        double before = 0;
        double after = 0;
    };

    /// In ticks, without corporate actions, at a minute counted from 1970.
    double price(std::int64_t minute);
    bool halted(Instant open_time) const;

    std::uint64_t trade_stream_;
    double level_ticks_;
    double drift_a_minute_;
    double wick_;        ///< how far a minute may reach beyond its open and close, as a share
    double minute_lots_; ///< of a usual minute
    double no_trade_share_;
    std::vector<Halt> halts_; ///< of this symbol
    std::array<Octave, octave_count> octaves_;
    std::int64_t last_minute_ = std::numeric_limits<std::int64_t>::min();
    double last_price_ = 0;
};

} // namespace tradesh::venue::history_simulator
