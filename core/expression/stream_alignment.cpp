#include "core/expression/stream_alignment.hpp"

#include "core/expression/evaluation.hpp"

#include <algorithm>
#include <cmath>

namespace tradesh::expression {
namespace {

/// For holidays, halts and bars of the one stream that came after the last of the other.
constexpr double margin_bars = 8;

/// Hours of trading that a bar covers.
struct TradingHours {
    double fewest;
    double most;
};

TradingHours trading_hours(Timeframe timeframe) {
    switch (timeframe) {
    case Timeframe::d1: return {5, 24};
    case Timeframe::w1: return {4.0 * 5, 7.0 * 24};
    case Timeframe::mo1: return {18.0 * 5, 31.0 * 24};
    default: break;
    }
    const double hours = std::chrono::duration<double, std::ratio<3600>>(nominal_length(timeframe)).count();
    return {hours, hours};
}

/// Of another instrument as many bars of the same length lie between two of ours as its market has longer hours.
double bars_of_other_instrument(double rows, Timeframe timeframe) {
    if (timeframe < Timeframe::d1) {
        return rows * 7; // five hours on five days, around the clock on seven
    }
    return timeframe == Timeframe::d1 ? rows * 1.5 : rows;
}

} // namespace

Duration stale_after(Timeframe timeframe) {
    return std::max<Duration>(std::chrono::days(7), 2 * nominal_length(timeframe));
}

bool is_stale(Timeframe timeframe, Instant complete_at, Instant now) {
    return now - complete_at > stale_after(timeframe);
}

void align(const TimedSeries& source, Timeframe timeframe, std::span<const Instant> at, std::span<double> out) {
    std::ranges::fill(out, indicators::unknown);
    const std::size_t bars = std::min(source.complete_at.size(), source.values.size());
    std::size_t complete = 0; // how many bars of the source are
    for (std::size_t i = 0; i < std::min(at.size(), out.size()); ++i) {
        while (complete < bars && source.complete_at[complete] <= at[i]) {
            ++complete;
        }
        if (complete > 0 && !is_stale(timeframe, source.complete_at[complete - 1], at[i])) {
            out[i] = source.values[complete - 1];
        }
    }
}

std::size_t bars_to_align(std::size_t rows, const Stream& user, const Stream& source) {
    if (rows == every_bar) {
        return every_bar;
    }
    const auto wanted = static_cast<double>(rows);
    const TradingHours of_user = trading_hours(user.timeframe);
    const TradingHours of_source = trading_hours(source.timeframe);
    double bars = wanted;
    if (source.timeframe < user.timeframe) {
        bars = wanted * of_user.most / of_source.most;
    } else if (source.timeframe > user.timeframe) {
        // The last bar of a day is a short one, so a few more are asked for.
        bars = std::min(wanted, 1.5 * wanted * of_user.fewest / of_source.fewest);
    }
    if (user.symbol != source.symbol) {
        bars = bars_of_other_instrument(bars, source.timeframe);
    }
    return static_cast<std::size_t>(std::min(std::ceil(bars) + margin_bars, static_cast<double>(values_max + 1)));
}

} // namespace tradesh::expression
