#include "core/history/row_time.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace tradesh::history {
namespace {

using namespace std::chrono;

std::unexpected<Error> bad_time(std::string_view text) {
    return fail(Error(ErrorKind::failed, "import.time",
                      "'" + std::string(text) + "' is not a time; dates are written 2024-01-31"));
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') {
        text.remove_prefix(1);
    }
    while (!text.empty() && text.back() == ' ') {
        text.remove_suffix(1);
    }
    return text;
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

RowTime at_epoch(std::string_view digits) {
    std::int64_t count = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), count);
    const Duration since = digits.size() == 10 ? Duration(seconds(count)) : Duration(milliseconds(count));
    return RowTime{.written = LocalTime(since), .instant = Instant(since), .from_epoch = true, .date_only = false};
}

/// 2024/01/31, 2024.01.31 and 20240131 as 2024-01-31; anything else as it is.
std::string with_dashes(std::string_view text) {
    std::string date(text);
    if (date.size() >= 8 && all_digits(text.substr(0, 8)) && (date.size() == 8 || date[8] == ' ' || date[8] == 'T')) {
        date.insert(6, "-").insert(4, "-");
    } else if (date.size() >= 10 && date[4] == date[7] && (date[4] == '/' || date[4] == '.')) {
        date[4] = date[7] = '-';
    }
    return date;
}

Duration distance_class(Duration distance, bool date_only) {
    const bool month_like = date_only && distance >= days(28) && distance <= days(31);
    return month_like ? nominal_length(Timeframe::mo1) : distance;
}

} // namespace

Result<RowTime> parse_row_time(std::string_view stamp, std::string_view time_of_day) {
    stamp = trimmed(stamp);
    time_of_day = trimmed(time_of_day);
    if (time_of_day.empty() && all_digits(stamp) && (stamp.size() == 10 || stamp.size() == 13)) {
        return at_epoch(stamp);
    }
    std::string text = with_dashes(stamp);
    if (!time_of_day.empty()) {
        text += " " + std::string(time_of_day);
    }
    constexpr std::size_t date_length = 10;
    bool has_offset = false;
    const Result<Instant> instant = parse_instant(text, &has_offset);
    if (!instant) {
        return bad_time(text);
    }
    RowTime time{.written = LocalTime(instant->time_since_epoch()),
                 .instant = std::nullopt,
                 .from_epoch = false,
                 .date_only = text.size() == date_length};
    if (has_offset) {
        time.instant = *instant;
        // The clock that was read shows the text without its offset.
        const std::size_t offset_at = text.find_last_of("Zz+-");
        const Result<Instant> written = parse_instant(std::string_view(text).substr(0, offset_at));
        if (!written) {
            return bad_time(text);
        }
        time.written = LocalTime(written->time_since_epoch());
    }
    return time;
}

Result<GuessedTimeframe> guess_timeframe(std::span<const RowTime> times) {
    const auto midnight = [](const RowTime& time) {
        return time.date_only || (!time.from_epoch && floor<days>(time.written) == time.written);
    };
    const bool dates = std::ranges::all_of(times, midnight);
    if (times.size() < 2 && dates) {
        return GuessedTimeframe{.timeframe = Timeframe::d1, .why = "a date without a time of day"};
    }
    std::map<Duration, std::size_t> counts;
    for (std::size_t i = 1; i < times.size(); ++i) {
        const Duration distance = times[i].written - times[i - 1].written;
        if (distance > Duration(0)) {
            ++counts[distance_class(distance, dates)];
        }
    }
    const auto most = std::ranges::max_element(counts, {}, &std::pair<const Duration, std::size_t>::second);
    const Duration usual = most == counts.end() ? Duration(0) : most->first;
    const auto* found = std::ranges::find(timeframes, usual, &nominal_length);
    if (found == timeframes.end() || (dates && *found < Timeframe::d1)) {
        const std::string seen = usual == Duration(0)
                                     ? "there are too few rows in ascending order to tell their timeframe"
                                     : "most rows are " + to_text(usual) + " apart, which is no timeframe";
        return fail(Error(ErrorKind::failed, "import.timeframe", seen).advise("give one with --timeframe (1m .. 1M)"));
    }
    return GuessedTimeframe{.timeframe = *found,
                            .why = dates && *found == Timeframe::d1 ? "dates without times of day"
                                                                    : "the most common distance between rows"};
}

} // namespace tradesh::history
