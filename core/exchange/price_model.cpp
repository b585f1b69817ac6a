#include "core/exchange/price_model.hpp"

#include "core/base/noise.hpp"

#include <algorithm>
#include <cmath>

namespace tradesh::exchange {
namespace {

constexpr int octaves = 26;              // periods of 2^1 to 2^26 seconds
constexpr double amplitude_day = 0.0128; // of an octave with a period of one day; measured to give 1.7 % a day
constexpr double seconds_a_day = 86'400;
constexpr double ticks_max = 1e12;
constexpr std::size_t depth = 5;
constexpr double level_value = 15'000;

/// Uniform in -1..1.
double lattice(std::uint64_t stream, std::int64_t bucket) {
    const std::uint64_t bits = noise::mix(stream ^ noise::mix(static_cast<std::uint64_t>(bucket)));
    return static_cast<double>(bits >> 11) * 0x1p-52 - 1.0;
}

} // namespace

double PriceModel::walk(std::uint64_t stream, Instant time) const {
    const std::int64_t nanoseconds = time.time_since_epoch().count();
    double sum = 0;
    for (int octave = 1; octave <= octaves; ++octave) {
        const std::int64_t period = (std::int64_t{1} << octave) * 1'000'000'000;
        std::int64_t bucket = nanoseconds / period;
        std::int64_t rest = nanoseconds % period;
        if (rest < 0) {
            rest += period;
            --bucket;
        }
        const double share = static_cast<double>(rest) / static_cast<double>(period);
        const double blend = share * share * (3 - 2 * share);
        const std::uint64_t octave_stream = noise::mix(stream + static_cast<std::uint64_t>(octave));
        const double before = lattice(octave_stream, bucket);
        const double after = lattice(octave_stream, bucket + 1);
        const double seconds = static_cast<double>(std::int64_t{1} << octave);
        sum += amplitude_day * std::sqrt(seconds / seconds_a_day) * (before + (after - before) * blend);
    }
    return sum;
}

Ticks PriceModel::price(const Instrument& instrument, const Anchor& anchor, Instant time) const {
    const std::uint64_t stream = noise::mix(seed_ ^ noise::hash_of(instrument.symbol));
    const double at_anchor = anchor.price.to_double() / instrument.tick.to_double();
    const double moved = time == anchor.time ? 0 : walk(stream, time) - walk(stream, anchor.time);
    return static_cast<Ticks>(std::llround(std::clamp(at_anchor * std::exp(moved), 1.0, ticks_max)));
}

HouseQuotes PriceModel::quotes(const Instrument& instrument, const Anchor& anchor, Instant time) const {
    const Ticks last = price(instrument, anchor, time);
    std::uint64_t dice = noise::mix(noise::mix(seed_ ^ noise::hash_of(instrument.symbol)) ^
                                    static_cast<std::uint64_t>(time.time_since_epoch().count()));
    const auto throw_dice = [&dice](std::int64_t sides) {
        dice = noise::mix(dice);
        return static_cast<std::int64_t>(dice % static_cast<std::uint64_t>(sides));
    };
    const double lot_value = static_cast<double>(last) * instrument.tick.to_double() * instrument.lot.to_double() *
                             instrument.multiplier.to_double();
    const Lots typical = static_cast<Lots>(std::clamp(level_value / lot_value, 1.0, 1e9));
    const Ticks step = 1 + last / 10'000; // wider than a tick where the tick is fine
    HouseQuotes quotes{.bids = {}, .asks = {}, .last = last};
    Ticks bid = std::max<Ticks>(1, last - 1 - last / 20'000 - throw_dice(2));
    Ticks ask = std::max(bid + 1, last + 1 + last / 20'000 + throw_dice(2));
    for (std::size_t level = 0; level < depth; ++level) {
        const auto growth = static_cast<Lots>(level) + 1;
        if (bid >= 1) {
            quotes.bids.push_back(HouseLevel{.price = bid, .quantity = growth * typical + throw_dice(2 * typical)});
        }
        quotes.asks.push_back(HouseLevel{.price = ask, .quantity = growth * typical + throw_dice(2 * typical)});
        bid -= step + throw_dice(2);
        ask += step + throw_dice(2);
    }
    return quotes;
}

} // namespace tradesh::exchange
