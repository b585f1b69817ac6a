#include "core/market/bars.hpp"

#include <array>
#include <limits>
#include <optional>

namespace tradesh {
namespace {

constexpr std::int64_t units_max = std::numeric_limits<std::int64_t>::max();

std::unexpected<Error> out_of_range(Decimal value) {
    return fail(ErrorKind::failed, "bars.out_of_range",
                value.to_string() + " does not fit into one column with its neighbours (18 significant digits)");
}

/// Multiplies every unit by 10^digits; false (and no change) when one would not fit.
bool widen(std::vector<std::int64_t>& units, int digits) {
    if (digits > 18) {
        return units.empty();
    }
    const auto factor = static_cast<std::int64_t>(power_of_ten(digits));
    for (const std::int64_t unit : units) {
        if (unit > units_max / factor || unit < -(units_max / factor)) {
            return false;
        }
    }
    for (std::int64_t& unit : units) {
        unit *= factor;
    }
    return true;
}

/// `value` in units of 10^-scale where that needs no rounding and fits into 64 bits: nearly always.
std::optional<std::int64_t> units_at(Decimal value, int scale) {
    const Int128 coefficient = value.coefficient();
    const auto narrow = static_cast<std::int64_t>(coefficient);
    std::int64_t units = 0;
    if (value.scale() > scale || narrow != coefficient ||
        __builtin_mul_overflow(narrow, static_cast<std::int64_t>(power_of_ten(scale - value.scale())), &units) ||
        units < -units_max) {
        return std::nullopt;
    }
    return units;
}

} // namespace

Result<void> ScaledColumn::push_back(Decimal value) {
    if (const std::optional<std::int64_t> whole = units_at(value, scale)) {
        units.push_back(*whole);
        return {};
    }
    value = value.normalized();
    if (value.scale() > scale) {
        if (!widen(units, value.scale() - scale)) {
            return out_of_range(value);
        }
        scale = static_cast<std::uint8_t>(value.scale());
    }
    const int missing = scale - value.scale();
    const Int128 limit = units_max / power_of_ten(missing);
    if (value.coefficient() > limit || value.coefficient() < -limit) {
        return out_of_range(value);
    }
    units.push_back(static_cast<std::int64_t>(value.coefficient() * power_of_ten(missing)));
    return {};
}

std::vector<double> ScaledColumn::to_doubles() const {
    constexpr std::int64_t exact_max = std::int64_t{1} << 53;
    const auto divisor = static_cast<double>(power_of_ten(scale));
    std::vector<double> values;
    values.reserve(units.size());
    for (const std::int64_t unit : units) {
        const bool exact = unit > -exact_max && unit < exact_max; // then one division gives the nearest double
        values.push_back(exact ? static_cast<double>(unit) / divisor : Decimal::of(unit, scale).to_double());
    }
    return values;
}

Result<void> Bars::push_back(const Bar& bar) {
    const std::size_t before = size();
    const std::array<std::pair<ScaledColumn*, Decimal>, 5> columns{
        {{&open, bar.open}, {&high, bar.high}, {&low, bar.low}, {&close, bar.close}, {&volume, bar.volume}}};
    for (const auto& [column, value] : columns) {
        if (Result<void> pushed = column->push_back(value); !pushed) {
            for (const auto& [other, unused] : columns) {
                other->units.resize(before);
            }
            return pushed;
        }
    }
    open_time.push_back(bar.open_time);
    return {};
}

Bar Bars::at(std::size_t index) const {
    return Bar{.open_time = open_time[index],
               .open = open.at(index),
               .high = high.at(index),
               .low = low.at(index),
               .close = close.at(index),
               .volume = volume.at(index)};
}

std::string_view name_of(BarSource source) {
    constexpr std::array<std::string_view, 6> names{"import", "paper", "tws", "alpaca", "stellar", "ib_host"};
    return names[static_cast<std::size_t>(source)];
}

std::string_view name_of(PriceBasis basis) { return basis == PriceBasis::raw ? "raw" : "adjusted"; }

} // namespace tradesh
