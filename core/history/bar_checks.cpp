#include "core/history/bar_checks.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::history {
namespace {

constexpr int adjusted_decimals = 6;

std::unexpected<Error> bad(std::string reason) { return fail(ErrorKind::failed, "import.row", std::move(reason)); }

/// Runs exact arithmetic; numbers that leave 128 bits are a reason to refuse the row.
template <class Work>
std::invoke_result_t<Work> within_range(Work work) {
    try {
        return work();
    } catch (const DecimalOverflow&) {
        return bad("a number has too many digits");
    }
}

Int128 greatest_common_divisor(Int128 a, Int128 b) {
    while (b != 0) {
        a = std::exchange(b, a % b);
    }
    return a < 0 ? -a : a;
}

Decimal common_step_of(Decimal step, Decimal price) {
    const int scale = std::max(step.scale(), price.scale());
    const Int128 a = step.rescaled(scale, Rounding::down).coefficient();
    const Int128 b = price.rescaled(scale, Rounding::down).coefficient();
    return Decimal::of(greatest_common_divisor(a, b), scale).normalized();
}

/// `value` in units of 10^-scale, when that fits into 64 bits.
std::optional<std::int64_t> units_at(Decimal value, int scale) {
    const Int128 coefficient = value.coefficient();
    std::int64_t units = 0;
    if (value.scale() > scale || coefficient != static_cast<std::int64_t>(coefficient) ||
        __builtin_mul_overflow(static_cast<std::int64_t>(coefficient),
                               static_cast<std::int64_t>(power_of_ten(scale - value.scale())), &units)) {
        return std::nullopt;
    }
    return units;
}

/// What check_bar finds, told in 64 bits; false when the bar has to be looked at more closely.
bool plainly_sound(const Bar& bar) {
    const int scale = std::max({bar.open.scale(), bar.high.scale(), bar.low.scale(), bar.close.scale()});
    const std::optional<std::int64_t> open = units_at(bar.open, scale);
    const std::optional<std::int64_t> high = units_at(bar.high, scale);
    const std::optional<std::int64_t> low = units_at(bar.low, scale);
    const std::optional<std::int64_t> close = units_at(bar.close, scale);
    return open && high && low && close && *low > 0 && *low <= *open && *low <= *close && *high >= *open &&
           *high >= *close && !bar.volume.is_negative();
}

/// Whether all four prices are whole multiples of 10^-decimals.
bool have_decimals(const Bar& bar, int decimals) {
    return bar.open.scale() <= decimals && bar.high.scale() <= decimals && bar.low.scale() <= decimals &&
           bar.close.scale() <= decimals;
}

} // namespace

Result<void> check_bar(const Bar& bar, bool prices_above_zero) {
    if (plainly_sound(bar)) {
        return {};
    }
    return within_range([&]() -> Result<void> {
        if (bar.high < bar.low) {
            return bad("high " + bar.high.to_string() + " is below low " + bar.low.to_string());
        }
        for (const auto& [name, price] : {std::pair("open", bar.open), std::pair("close", bar.close)}) {
            if (price < bar.low || price > bar.high) {
                return bad(std::string(name) + " " + price.to_string() + " is outside low " + bar.low.to_string() +
                           " to high " + bar.high.to_string());
            }
        }
        if (prices_above_zero && !bar.low.is_positive()) {
            return bad("low " + bar.low.to_string() + " is not above zero");
        }
        if (bar.volume.is_negative()) {
            return bad("volume " + bar.volume.to_string() + " is negative");
        }
        return {};
    });
}

std::string bar_time_text(Instant open_time, Timeframe timeframe) {
    std::string text = to_rfc3339(open_time);
    return is_daily_or_longer(timeframe) ? text.substr(0, text.find('T')) : text;
}

Result<void> check_order(const Bar& before, const Bar& bar, RowOrder order, Timeframe timeframe) {
    const bool forward = order == RowOrder::old_to_new;
    if (forward ? bar.open_time > before.open_time : bar.open_time < before.open_time) {
        return {};
    }
    const std::string time = bar_time_text(bar.open_time, timeframe);
    if (bar.open_time == before.open_time) {
        return bad("the bar of " + time + " stands twice, " +
                   (bar == before ? "with the same values" : "with different values"));
    }
    return bad("out of order: " + time + " comes after " + bar_time_text(before.open_time, timeframe) +
               (forward ? "" : " in a file that runs from new to old"));
}

Result<Bar> adjust_bar(const Bar& bar, Decimal adjusted_close) {
    if (bar.close.is_zero()) {
        return bad("close is 0, so there is no factor to adjust by");
    }
    return within_range([&]() -> Result<Bar> {
        const int decimals = std::max(adjusted_decimals, adjusted_close.scale());
        const auto scaled = [&](Decimal price) {
            return Decimal::divide(price * adjusted_close, bar.close, decimals, Rounding::half_even);
        };
        Bar adjusted = bar;
        adjusted.open = scaled(bar.open);
        adjusted.high = scaled(bar.high);
        adjusted.low = scaled(bar.low);
        adjusted.close = adjusted_close;
        if (adjusted_close.is_negative() != bar.close.is_negative() || adjusted_close.is_zero()) {
            return bad("adjusted close " + adjusted_close.to_string() + " does not fit close " + bar.close.to_string());
        }
        return adjusted;
    });
}

Result<Decimal> common_step(std::optional<Decimal> step, const Bar& bar) {
    if (step && step->coefficient() == 1 && have_decimals(bar, step->scale())) {
        return *step;
    }
    return within_range([&]() -> Result<Decimal> {
        Decimal common = step.value_or(bar.open);
        for (const Decimal price : {bar.open, bar.high, bar.low, bar.close}) {
            if (common.is_zero() || !price.is_multiple_of(common)) {
                common = common_step_of(common, price);
            }
        }
        return common;
    });
}

void drop_last(Bars& bars, std::size_t size) {
    if (bars.size() <= size) {
        return;
    }
    bars.open_time.resize(size);
    for (ScaledColumn Bars::* const column : {&Bars::open, &Bars::high, &Bars::low, &Bars::close, &Bars::volume}) {
        (bars.*column).units.resize(size);
    }
}

} // namespace tradesh::history
