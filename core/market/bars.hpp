#pragma once

#include "core/base/decimal.hpp"
#include "core/base/time.hpp"
#include "core/market/timeframe.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tradesh {

/// One bar; `open_time` is when it opened. Prices are in the instrument's currency, volume in its units.
struct Bar {
    Instant open_time;
    Decimal open;
    Decimal high;
    Decimal low;
    Decimal close;
    Decimal volume;
    bool operator==(const Bar&) const = default;
};

/// Exact integers that share one scale: the value of item i is `units[i] * 10^-scale`.
struct ScaledColumn {
    std::uint8_t scale = 0;
    std::vector<std::int64_t> units;

    /// Appends a value, widening the scale of the whole column when the value needs more decimals.
    /// Error (failed, "bars.out_of_range") when the column no longer fits into 64 bits.
    Result<void> push_back(Decimal value);
    Decimal at(std::size_t index) const { return Decimal::of(units[index], scale); }
    std::vector<double> to_doubles() const;
    bool operator==(const ScaledColumn&) const = default;
};

/// A run of bars of one series, column by column, exact, in ascending `open_time`.
struct Bars {
    std::vector<Instant> open_time;
    ScaledColumn open;
    ScaledColumn high;
    ScaledColumn low;
    ScaledColumn close;
    ScaledColumn volume;

    std::size_t size() const { return open_time.size(); }
    bool empty() const { return open_time.empty(); }
    Result<void> push_back(const Bar& bar);
    Bar at(std::size_t index) const;
    bool operator==(const Bars&) const = default;
};

/// Where the bars of a series came from. Bars of different sources never mix.
enum class BarSource : std::uint8_t { import, paper, tws, alpaca, stellar, ib_host };
std::string_view name_of(BarSource source);

/// Adjusted prices include later splits and dividends; raw prices are what was traded on the day.
enum class PriceBasis : std::uint8_t { raw, adjusted };
std::string_view name_of(PriceBasis basis);

} // namespace tradesh
