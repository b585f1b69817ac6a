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

} // namespace

Result<void> check_bar(const Bar& bar, bool prices_above_zero) {
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

Result<void> check_order(const Bar& before, const Bar& bar) {
    if (bar.open_time > before.open_time) {
        return {};
    }
    const std::string time = to_rfc3339(bar.open_time);
    if (bar.open_time < before.open_time) {
        return bad("out of order: " + time + " comes after " + to_rfc3339(before.open_time));
    }
    return bad("the bar of " + time + " stands twice, " +
               (bar == before ? "with the same values" : "with different values"));
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

Error refusal(const BarFileReport& report, const std::string& file) {
    constexpr std::size_t shown_max = 5;
    std::string message = std::to_string(report.bad) + " of " + std::to_string(report.rows) + " rows cannot be trusted";
    const std::size_t shown = std::min(report.bad_rows.size(), shown_max);
    for (std::size_t i = 0; i < shown; ++i) {
        const BadRow& row = report.bad_rows[i];
        message += (i == 0 ? ": line " : "; line ") + std::to_string(row.line) + ": " + row.reason;
    }
    if (report.bad > shown) {
        message += "; and " + std::to_string(report.bad - shown) + " more";
    }
    SourceSpan where{.file = file,
                     .line = static_cast<std::uint32_t>(report.bad_rows.front().line),
                     .text = report.bad_rows.front().text};
    return Error(ErrorKind::failed, "import.bad_rows", std::move(message))
        .attempting("read bars")
        .on(file)
        .at(std::move(where))
        .advise("nothing of the file was imported; mend it, or leave these rows out with --skip-bad");
}

} // namespace tradesh::history
