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

/// `count` digits at the front of `text` as a number; -1 when they are none.
int digits_at(const char* text, int count) {
    int value = 0;
    for (int i = 0; i < count; ++i) {
        const int digit = text[i] - '0';
        if (digit < 0 || digit > 9) {
            return -1;
        }
        value = value * 10 + digit;
    }
    return value;
}

/// "2024-01-31" at the front of `text`.
std::optional<LocalTime> plain_date(std::string_view text) {
    if (text.size() < 10 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const int y = digits_at(text.data(), 4);
    const int m = digits_at(text.data() + 5, 2);
    const int d = digits_at(text.data() + 8, 2);
    const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
    if (y < 1678 || y > 2261 || m < 1 || d < 1 || !date.ok()) {
        return std::nullopt;
    }
    return LocalTime(sys_days(date).time_since_epoch());
}

/// All of "09:30" or "09:30:00".
std::optional<Duration> plain_time_of_day(std::string_view text) {
    if ((text.size() != 5 && text.size() != 8) || text[2] != ':') {
        return std::nullopt;
    }
    const int h = digits_at(text.data(), 2);
    const int m = digits_at(text.data() + 3, 2);
    const int s = text.size() == 8 && text[5] == ':' ? digits_at(text.data() + 6, 2) : 0;
    if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59 || (text.size() == 8 && text[5] != ':')) {
        return std::nullopt;
    }
    return hours(h) + minutes(m) + seconds(s);
}

/// The usual spellings, which are most of all rows; nullopt for others, which may still be times.
std::optional<RowTime> plain_row_time(std::string_view stamp, std::string_view time_of_day) {
    const std::optional<LocalTime> date = plain_date(stamp);
    if (!date) {
        return std::nullopt;
    }
    if (stamp.size() == 10 && time_of_day.empty()) {
        return RowTime{.written = *date, .instant = std::nullopt, .from_epoch = false, .date_only = true};
    }
    bool utc = false;
    if (stamp.size() > 10) {
        utc = stamp.ends_with('Z');
        const bool apart = stamp[10] == ' ' || stamp[10] == 'T';
        if (!apart || !time_of_day.empty()) {
            return std::nullopt;
        }
        time_of_day = stamp.substr(11, stamp.size() - 11 - (utc ? 1 : 0));
    }
    const std::optional<Duration> since_midnight = plain_time_of_day(time_of_day);
    if (!since_midnight) {
        return std::nullopt;
    }
    RowTime time{.written = *date + *since_midnight, .instant = std::nullopt, .from_epoch = false, .date_only = false};
    if (utc) {
        time.instant = Instant(time.written.time_since_epoch());
    }
    return time;
}

Duration distance_class(Duration distance, bool date_only) {
    const bool month_like = date_only && distance >= days(28) && distance <= days(31);
    return month_like ? nominal_length(Timeframe::mo1) : distance;
}

/// Calls `see` with each step from a row to the next of its symbol.
template <class See>
void for_each_step(std::span<const std::vector<RowTime>> symbols, See see) {
    for (const std::vector<RowTime>& times : symbols) {
        for (std::size_t i = 1; i < times.size(); ++i) {
            see(times[i].written - times[i - 1].written);
        }
    }
}

} // namespace

Result<RowTime> parse_row_time(std::string_view stamp, std::string_view time_of_day) {
    stamp = trimmed(stamp);
    time_of_day = trimmed(time_of_day);
    if (const std::optional<RowTime> plain = plain_row_time(stamp, time_of_day)) {
        return *plain;
    }
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

Result<GuessedTimeframe> guess_timeframe(std::span<const std::vector<RowTime>> symbols) {
    const auto midnight = [](const RowTime& time) {
        return time.date_only || (!time.from_epoch && floor<days>(time.written) == time.written);
    };
    const bool dates = std::ranges::all_of(
        symbols, [&](const std::vector<RowTime>& times) { return std::ranges::all_of(times, midnight); });
    std::map<Duration, std::size_t> counts;
    for_each_step(symbols, [&](Duration step) {
        if (step != Duration(0)) {
            ++counts[distance_class(abs(step), dates)];
        }
    });
    if (counts.empty() && dates) {
        return GuessedTimeframe{.timeframe = Timeframe::d1, .why = "a date without a time of day"};
    }
    const auto most = std::ranges::max_element(counts, {}, &std::pair<const Duration, std::size_t>::second);
    const Duration usual = most == counts.end() ? Duration(0) : most->first;
    const auto* found = std::ranges::find(timeframes, usual, &nominal_length);
    if (found == timeframes.end() || (dates && *found < Timeframe::d1)) {
        const std::string seen = usual == Duration(0)
                                     ? "there are too few rows of different times to tell their timeframe"
                                     : "most rows are " + to_text(usual) + " apart, which is no timeframe";
        return fail(Error(ErrorKind::failed, "import.timeframe", seen).advise("give one with --timeframe (1m .. 1M)"));
    }
    return GuessedTimeframe{.timeframe = *found,
                            .why = dates && *found == Timeframe::d1 ? "dates without times of day"
                                                                    : "the most common distance between rows"};
}

bool runs_backward(std::span<const std::vector<RowTime>> symbols) {
    std::size_t forward = 0;
    std::size_t backward = 0;
    for_each_step(symbols, [&](Duration step) {
        forward += step > Duration(0) ? 1 : 0;
        backward += step < Duration(0) ? 1 : 0;
    });
    return backward > forward;
}

} // namespace tradesh::history
