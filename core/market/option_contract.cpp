#include "core/market/option_contract.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace tradesh {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

std::string digits(std::int64_t value, std::size_t width) {
    const std::string text = std::to_string(value);
    return std::string(width - std::min(width, text.size()), '0') + text;
}

} // namespace

std::string option_symbol(const Option& option) {
    const std::chrono::year_month_day& expiry = option.expiry;
    const std::int64_t strike_mills = (option.strike * Decimal(1'000)).rescaled(0, Rounding::half_even).to_whole();
    return option.underlying + digits(static_cast<int>(expiry.year()) % 100, 2) +
           digits(static_cast<unsigned>(expiry.month()), 2) + digits(static_cast<unsigned>(expiry.day()), 2) +
           (option.right == OptionRight::call ? "C" : "P") + digits(strike_mills, 8);
}

std::optional<Option> parse_option_symbol(std::string_view symbol) {
    constexpr std::size_t fixed = 15; // YYMMDD, C or P, eight digits of strike
    if (symbol.size() <= fixed) {
        return std::nullopt;
    }
    const std::string_view terms = symbol.substr(symbol.size() - fixed);
    const auto number = [&terms](std::size_t from, std::size_t count) -> std::optional<int> {
        int value = 0;
        const char* const end = terms.data() + from + count;
        const auto read = std::from_chars(terms.data() + from, end, value);
        return read.ec == std::errc() && read.ptr == end && value >= 0 ? std::optional(value) : std::nullopt;
    };
    const auto year = number(0, 2);
    const auto month = number(2, 2);
    const auto day = number(4, 2);
    const auto strike_mills = number(7, 8);
    if (!year || !month || !day || !strike_mills || *strike_mills == 0 || (terms[6] != 'C' && terms[6] != 'P')) {
        return std::nullopt;
    }
    const std::chrono::year_month_day expiry(std::chrono::year(2000 + *year),
                                             std::chrono::month(static_cast<unsigned>(*month)),
                                             std::chrono::day(static_cast<unsigned>(*day)));
    if (!expiry.ok()) {
        return std::nullopt;
    }
    return Option{.underlying = std::string(symbol.substr(0, symbol.size() - fixed)),
                  .expiry = expiry,
                  .strike = Decimal::of(*strike_mills, 3).normalized(),
                  .right = terms[6] == 'C' ? OptionRight::call : OptionRight::put};
}

std::optional<Instant> expiry_close(const SessionCalendar& calendar, const Option& option) {
    const sys_days date(option.expiry);
    const Result<std::vector<Session>> sessions = calendar.sessions(date, date + days(1), Hours::regular);
    return sessions && !sessions->empty() ? std::optional(sessions->back().close) : std::nullopt;
}

Decimal intrinsic_value(const Option& option, Decimal spot) {
    const Decimal above = option.right == OptionRight::call ? spot - option.strike : option.strike - spot;
    return above.is_positive() ? above : Decimal(0);
}

} // namespace tradesh
