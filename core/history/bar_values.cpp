#include "core/history/bar_values.hpp"

#include "core/history/bar_checks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace tradesh::history {
namespace {

/// The four prices of bars as integers of one scale, so that they compare without decimals in between.
class Prices {
public:
    explicit Prices(const Bars& bars) : bars_(bars) {
        const int scale = std::max({bars.open.scale, bars.high.scale, bars.low.scale, bars.close.scale});
        const std::array<const ScaledColumn*, 4> columns{&bars.open, &bars.high, &bars.low, &bars.close};
        for (std::size_t i = 0; i < columns.size(); ++i) {
            factors_[i] = power_of_ten(scale - columns[i]->scale);
        }
    }
    bool contradict(std::size_t row) const {
        const Int128 open = bars_.open.units[row] * factors_[0];
        const Int128 high = bars_.high.units[row] * factors_[1];
        const Int128 low = bars_.low.units[row] * factors_[2];
        const Int128 close = bars_.close.units[row] * factors_[3];
        return low > std::min(open, close) || high < std::max(open, close) || bars_.volume.units[row] < 0;
    }
    bool above_zero(std::size_t row) const { return bars_.low.units[row] > 0; }
    bool one_price(std::size_t row) const {
        return bars_.high.units[row] * factors_[1] == bars_.low.units[row] * factors_[2];
    }

private:
    const Bars& bars_;
    std::array<Int128, 4> factors_;
};

bool repeats_prices(const Bars& bars, std::size_t row) {
    return bars.close.units[row] == bars.close.units[row - 1] && bars.open.units[row] == bars.open.units[row - 1] &&
           bars.high.units[row] == bars.high.units[row - 1] && bars.low.units[row] == bars.low.units[row - 1];
}

bool repeats_volume(const Bars& bars, std::size_t row) {
    return bars.volume.units[row] > 0 && bars.volume.units[row] == bars.volume.units[row - 1];
}

/// Bars of a single price may well agree; whole bars hardly.
bool is_duplicate(const Bars& bars, const Prices& prices, std::size_t row) {
    return repeats_prices(bars, row) && repeats_volume(bars, row) && !prices.one_price(row);
}

/// How often bars say what the one before said.
struct Repetitions {
    std::size_t prices = 0;
    std::size_t whole = 0; ///< of them of more than a single price
    std::size_t duplicates = 0;
    std::size_t moves = 0;   ///< bars with other prices than the one before
    std::size_t volumes = 0; ///< of them with the same volume nevertheless

    /// Small prices in small steps agree now and then, and so do small volumes. Duplicates say something where there
    /// are ten times as many as equal volumes beside unequal prices would lead to expect.
    bool duplicates_are_chance() const { return moves > 0 && duplicates * moves < 10 * whole * volumes; }
};

Repetitions count_repetitions(const Bars& bars, const Prices& prices) {
    Repetitions counts;
    for (std::size_t row = 1; row < bars.size(); ++row) {
        if (repeats_prices(bars, row)) {
            ++counts.prices;
            counts.whole += prices.one_price(row) ? 0 : 1;
            counts.duplicates += is_duplicate(bars, prices, row) ? 1 : 0;
            continue;
        }
        ++counts.moves;
        counts.volumes += repeats_volume(bars, row) ? 1 : 0;
    }
    return counts;
}

Finding finding_of(const Bars& bars, std::size_t first, std::size_t last) {
    Finding finding;
    finding.severity = Severity::warning;
    finding.from = bars.open_time[first];
    finding.to = bars.open_time[last] + Duration(1);
    finding.count = last - first + 1;
    return finding;
}

/// How many repetitions in a row are beyond chance: three times the longest run to be expected among as many bars that
/// repeat as often, and a dozen at least. None where every second bar repeats: such a market just sleeps.
std::size_t frozen_length(std::size_t bars, std::size_t repeated) {
    constexpr std::size_t frozen_min = 12;
    if (repeated == 0 || repeated * 2 >= bars) {
        return bars;
    }
    const double chance = static_cast<double>(repeated) / static_cast<double>(bars);
    const double longest = std::log(static_cast<double>(bars)) / -std::log(chance);
    return std::max(frozen_min, static_cast<std::size_t>(3 * longest));
}

std::string repeated_text(const Bars& bars, std::size_t row) {
    const Bar bar = bars.at(row);
    return "open " + bar.open.normalized().to_string() + ", high " + bar.high.normalized().to_string() + ", low " +
           bar.low.normalized().to_string() + ", close " + bar.close.normalized().to_string();
}

void add_repetition(FindingList& findings, const Bars& bars, std::size_t first, std::size_t last, bool frozen) {
    Finding finding = finding_of(bars, first, last);
    finding.kind = frozen ? FindingKind::frozen : FindingKind::duplicate;
    finding.detail = std::to_string(finding.count) + " bars in a row with " + repeated_text(bars, first);
    finding.detail +=
        frozen ? ": a halt, or a feed that stood still"
               : " and volume " + bars.volume.at(first).normalized().to_string() + ": one bar may stand for another";
    findings.add(std::move(finding));
}

} // namespace

void find_inconsistent(FindingList& findings, const Bars& bars) {
    const Prices prices(bars);
    for (std::size_t row = 0; row < bars.size(); ++row) {
        const bool contradicts = prices.contradict(row);
        if (!contradicts && prices.above_zero(row)) {
            continue;
        }
        Finding finding = finding_of(bars, row, row);
        finding.kind = FindingKind::inconsistent;
        finding.severity = contradicts ? Severity::error : Severity::warning;
        finding.detail = contradicts
                             ? check_bar(bars.at(row), false).error().message + ": get the bar again, or delete it"
                             : "low " + bars.low.at(row).normalized().to_string() +
                                   " is not above zero, which only futures and combinations reach";
        findings.add(std::move(finding));
    }
}

void find_repeated(FindingList& findings, const Bars& bars) {
    const Prices prices(bars);
    const Repetitions counts = count_repetitions(bars, prices);
    const std::size_t frozen = frozen_length(bars.size(), counts.prices);
    const bool by_chance = counts.duplicates_are_chance();
    for (std::size_t first = 0, last = 0; first < bars.size(); first = last + 1) {
        bool duplicate = !by_chance;
        for (last = first; last + 1 < bars.size() && repeats_prices(bars, last + 1); ++last) {
            duplicate &= is_duplicate(bars, prices, last + 1);
        }
        const bool is_frozen = last - first >= frozen;
        if (is_frozen || (last > first && duplicate)) {
            add_repetition(findings, bars, first, last, is_frozen);
        }
    }
}

} // namespace tradesh::history
