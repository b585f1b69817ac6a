#include "core/venue/history_simulator/simulated_prices.hpp"

#include "core/venue/history_simulator/draw.hpp"

#include <algorithm>
#include <cmath>

namespace tradesh::venue::history_simulator {
namespace {

constexpr double amplitude_day = 0.0128; // of an octave with a period of one day; gives 1.7 % a day
constexpr double minutes_a_day = 1'440;
constexpr double minutes_a_year = 525'960;
constexpr double minute_2000 = 15'778'080; // 2000-01-01 00:00 UTC
constexpr double ticks_max = 1e12;

/// Uniform in -1..1.
double lattice(std::uint64_t stream, std::int64_t bucket) {
    return static_cast<double>(noise::mix(stream ^ noise::mix(static_cast<std::uint64_t>(bucket))) >> 11) * 0x1p-52 -
           1.0;
}

std::int64_t to_ticks(double price) { return std::llround(std::clamp(price, 1.0, ticks_max)); }

/// Uniform in [0, 1): the n-th of the four draws in 64 bits.
double quarter(std::uint64_t bits, int n) { return static_cast<double>((bits >> (16 * n)) & 0xFFFF) * 0x1p-16; }

/// How busy a minute is, 1 on average: open and close are four times as busy as noon, and little is done outside.
double busyness(Instant open_time, const Session& session) {
    if (session.kind == SessionKind::night) {
        return 0.15;
    }
    if (session.kind != SessionKind::regular) {
        return 0.05;
    }
    const double position = std::chrono::duration<double>(open_time - session.open) / (session.close - session.open);
    const double from_noon = 2 * position - 1;
    return 0.5 + 1.5 * from_noon * from_noon;
}

} // namespace

void TradedBar::append(const TradedBar& later) {
    high = std::max(high, later.high);
    low = std::min(low, later.low);
    close = later.close;
    volume += later.volume;
}

SimulatedPrices::SimulatedPrices(const SimulatedInstrument& what, const HistorySimulationOptions& options)
    : trade_stream_(noise::mix(stream_of(options.seed, what.instrument.symbol) ^ noise::hash_of("trades"))),
      level_ticks_(what.level / what.instrument.tick.to_double()),
      drift_a_minute_(what.drift_a_year / minutes_a_year),
      wick_(0.0006 * what.volatility),
      minute_lots_(what.minute_turnover /
                   (what.level * what.instrument.multiplier.to_double() * what.instrument.lot.to_double())),
      no_trade_share_(options.no_trade_share) {
    const std::uint64_t price_stream =
        noise::mix(stream_of(options.seed, what.instrument.symbol) ^ noise::hash_of("prices"));
    for (std::size_t i = 0; i < octaves_.size(); ++i) {
        octaves_[i].stream = noise::mix(price_stream + i);
        octaves_[i].amplitude =
            what.volatility * amplitude_day * std::sqrt(static_cast<double>(1U << i) / minutes_a_day);
    }
    std::ranges::copy_if(options.halts, std::back_inserter(halts_),
                         [&](const Halt& halt) { return halt.symbol == what.instrument.symbol; });
}

double SimulatedPrices::price(std::int64_t minute) {
    if (minute == last_minute_) {
        return last_price_;
    }
    double walk = drift_a_minute_ * (static_cast<double>(minute) - minute_2000);
    for (std::size_t i = 0; i < octaves_.size(); ++i) {
        Octave& octave = octaves_[i];
        const std::int64_t period = std::int64_t{1} << i;
        const std::int64_t bucket = minute >> i;
        if (bucket != octave.bucket) {
            octave.before = bucket == octave.bucket + 1 ? octave.after : lattice(octave.stream, bucket);
            octave.after = lattice(octave.stream, bucket + 1);
            octave.bucket = bucket;
        }
        const double share = static_cast<double>(minute & (period - 1)) / static_cast<double>(period);
        const double blend = share * share * (3 - 2 * share);
        walk += octave.amplitude * (octave.before + (octave.after - octave.before) * blend);
    }
    last_minute_ = minute;
    last_price_ = level_ticks_ * std::exp(walk);
    return last_price_;
}

bool SimulatedPrices::halted(Instant open_time) const {
    return std::ranges::any_of(halts_,
                               [open_time](const Halt& halt) { return halt.from <= open_time && open_time < halt.to; });
}

std::optional<TradedBar> SimulatedPrices::minute(Instant open_time, const Session& session, AdjustmentFactor factor) {
    const std::int64_t minute = std::chrono::floor<std::chrono::minutes>(open_time).time_since_epoch().count();
    const std::uint64_t bits = noise::mix(trade_stream_ ^ noise::mix(static_cast<std::uint64_t>(minute)));
    const bool regular = session.kind == SessionKind::regular;
    if (quarter(bits, 0) < no_trade_share_ * (regular ? 1 : 10) || halted(open_time)) {
        return std::nullopt;
    }
    const double open = price(minute) * factor.price;
    const double close = price(minute + 1) * factor.price;
    const double up = quarter(bits, 1);
    const double down = quarter(bits, 2);
    const double traded = quarter(bits, 3);
    const double lots = minute_lots_ * busyness(open_time, session) * (0.1 + 2.7 * traded * traded) * factor.volume;
    return TradedBar{.open = to_ticks(open),
                     .high = to_ticks(std::max(open, close) * (1 + wick_ * up * up)),
                     .low = to_ticks(std::min(open, close) * (1 - wick_ * down * down)),
                     .close = to_ticks(close),
                     .volume = std::max<std::int64_t>(1, std::llround(lots))};
}

} // namespace tradesh::venue::history_simulator
