#include "cli/commands/chain_words.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <utility>

namespace tradesh::cli {
namespace {

/// "4 %", "4.25 %".
std::string percent(double share) {
    std::string text = rounded(100 * share, 2);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') {
        text.pop_back();
    }
    return text + " %";
}

std::string standing_text(const scan::VolatilityStanding& standing) {
    if (!standing.current) {
        return "; implied volatility at the money unknown";
    }
    std::string text = "; implied volatility at the money " + rounded(100 * *standing.current, 1) + " %";
    if (standing.rank) {
        text += ", rank " + rounded(*standing.rank, 1);
    }
    if (standing.percentile) {
        text += ", percentile " + rounded(*standing.percentile, 1) + " of " + std::to_string(standing.days) + " days";
    }
    return text;
}

} // namespace

std::string rounded(double value, int decimals) {
    std::array<char, 64> digits{};
    const auto [end, problem] =
        std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, decimals);
    return {digits.data(), end};
}

Result<scan::SpreadFilter> read_spread_filter(std::string_view measure, const Word& word) {
    Result<scan::SpreadFilter> filter = scan::parse_spread_filter(measure, word.text);
    return filter ? filter : fail(std::move(filter.error()).at(word.where()));
}

OptionSpec dte_option() {
    return {.name = "dte", .value_name = "RANGE", .help = "calendar days to expiry: 30..45, ..7, 30"};
}

std::string headline_of(const engine::ChainFacts& facts) {
    const Instant second = std::chrono::floor<std::chrono::seconds>(facts.time);
    return facts.instrument.symbol + " at " + facts.spot.to_string() + ", " + std::string(name_of(facts.kind)) + ", " +
           to_rfc3339(second) + standing_text(facts.standing);
}

std::string valuation_of(const engine::ChainFacts& facts) {
    return "options are valued with a rate of " + percent(facts.rate) + " and a dividend yield of " +
           percent(facts.dividend_yield);
}

Cell date_cell(std::chrono::year_month_day date) { return Instant(std::chrono::sys_days(date)); }

} // namespace tradesh::cli
