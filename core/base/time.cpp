#include "core/base/time.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <optional>

namespace tradesh {
namespace {

using namespace std::chrono;

Duration read_clock(clockid_t id) {
    timespec value{};
    ::clock_gettime(id, &value);
    return seconds(value.tv_sec) + nanoseconds(value.tv_nsec);
}

/// Reads fixed-width digits off the front of a text.
class DigitReader {
public:
    explicit DigitReader(std::string_view text) : rest_(text) {}

    std::optional<int> number(std::size_t digits) {
        if (rest_.size() < digits) {
            return std::nullopt;
        }
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (rest_[i] < '0' || rest_[i] > '9') {
                return std::nullopt;
            }
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(digits);
        return value;
    }
    bool skip(char c) {
        if (rest_.empty() || rest_.front() != c) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }
    bool done() const { return rest_.empty(); }
    char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

private:
    std::string_view rest_;
};

std::optional<Duration> read_fraction(DigitReader& reader) {
    std::int64_t value = 0;
    int digits = 0;
    for (std::optional<int> digit = reader.number(1); digit; digit = reader.number(1)) {
        if (digits < 9) {
            value = value * 10 + *digit;
            ++digits;
        }
    }
    if (digits == 0) {
        return std::nullopt;
    }
    for (; digits < 9; ++digits) {
        value *= 10;
    }
    return nanoseconds(value);
}

std::optional<Duration> read_time_of_day(DigitReader& reader) {
    const auto hour = reader.number(2);
    if (!hour || *hour > 23 || !reader.skip(':')) {
        return std::nullopt;
    }
    const auto minute = reader.number(2);
    if (!minute || *minute > 59) {
        return std::nullopt;
    }
    Duration result = hours(*hour) + minutes(*minute);
    if (reader.skip(':')) {
        const auto second = reader.number(2);
        if (!second || *second > 59) {
            return std::nullopt;
        }
        result += seconds(*second);
        if (reader.skip('.')) {
            const auto fraction = read_fraction(reader);
            if (!fraction) {
                return std::nullopt;
            }
            result += *fraction;
        }
    }
    return result;
}

/// The offset east of UTC after a time of day; nullopt when malformed.
std::optional<Duration> read_offset(DigitReader& reader, bool& written) {
    written = true;
    if (reader.skip('Z') || reader.skip('z')) {
        return Duration(0);
    }
    const char sign = reader.peek();
    if (sign != '+' && sign != '-') {
        written = false;
        return Duration(0);
    }
    reader.skip(sign);
    const auto hour = reader.number(2);
    reader.skip(':');
    const auto minute = reader.number(2);
    if (!hour || !minute || *hour > 15 || *minute > 59) {
        return std::nullopt;
    }
    const Duration offset = hours(*hour) + minutes(*minute);
    return sign == '-' ? -offset : offset;
}

std::optional<Instant> read_instant(std::string_view text, bool& has_offset) {
    DigitReader reader(text);
    const auto year_number = reader.number(4);
    if (!year_number || !reader.skip('-')) {
        return std::nullopt;
    }
    const auto month_number = reader.number(2);
    if (!month_number || !reader.skip('-')) {
        return std::nullopt;
    }
    const auto day_number = reader.number(2);
    if (!day_number) {
        return std::nullopt;
    }
    const year_month_day date{year(*year_number), month(static_cast<unsigned>(*month_number)),
                              day(static_cast<unsigned>(*day_number))};
    if (!date.ok() || *year_number < 1678 || *year_number > 2261) {
        return std::nullopt;
    }
    has_offset = false;
    Instant instant = sys_days(date);
    if (reader.done()) {
        return instant;
    }
    if (!reader.skip('T') && !reader.skip('t') && !reader.skip(' ')) {
        return std::nullopt;
    }
    const auto time_of_day = read_time_of_day(reader);
    if (!time_of_day) {
        return std::nullopt;
    }
    const auto offset = read_offset(reader, has_offset);
    if (!offset || !reader.done()) {
        return std::nullopt;
    }
    return instant + *time_of_day - *offset;
}

struct Unit {
    std::string_view name;
    Duration length;
};

constexpr std::array<Unit, 8> units{{{"w", days(7)},
                                     {"d", days(1)},
                                     {"h", hours(1)},
                                     {"m", minutes(1)},
                                     {"s", seconds(1)},
                                     {"ms", milliseconds(1)},
                                     {"us", microseconds(1)},
                                     {"ns", nanoseconds(1)}}};

const Unit* find_unit(std::string_view name) {
    for (const Unit& unit : units) {
        if (unit.name == name) {
            return &unit;
        }
    }
    return nullptr;
}

} // namespace

Instant SystemClock::now() const { return Instant(read_clock(CLOCK_REALTIME)); }
Duration SystemClock::elapsed() const { return read_clock(CLOCK_BOOTTIME); }

std::string to_rfc3339(Instant instant) {
    const auto day_point = floor<days>(instant);
    const year_month_day date(day_point);
    const hh_mm_ss<Duration> time(instant - day_point);
    std::array<char, 64> buffer{};
    int length = std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d",
                               static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                               static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                               static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
    std::string text(buffer.data(), static_cast<std::size_t>(length));
    if (time.subseconds().count() != 0) {
        length =
            std::snprintf(buffer.data(), buffer.size(), ".%09lld", static_cast<long long>(time.subseconds().count()));
        text.append(buffer.data(), static_cast<std::size_t>(length));
        text.erase(text.find_last_not_of('0') + 1);
    }
    return text + "Z";
}

std::string to_date_text(Instant instant) {
    return to_rfc3339(instant).substr(0, std::string_view("YYYY-MM-DD").size());
}

Result<Instant> parse_instant(std::string_view text, bool* has_offset) {
    bool offset_written = false;
    const std::optional<Instant> instant = read_instant(text, offset_written);
    if (!instant) {
        return fail(Error(ErrorKind::usage, "time.malformed", "'" + std::string(text) + "' is not a date or time")
                        .advise("write 2026-11-21, 2026-11-21 14:30 or 2026-11-21T14:30:00Z"));
    }
    if (has_offset != nullptr) {
        *has_offset = offset_written;
    }
    return *instant;
}

Result<Duration> parse_duration(std::string_view text) {
    const auto malformed = [&] {
        return fail(Error(ErrorKind::usage, "duration.malformed", "'" + std::string(text) + "' is not a duration")
                        .advise("write a number with its unit: 250ms, 5s, 1m, 2h, 1d"));
    };
    constexpr std::int64_t limit = std::numeric_limits<std::int64_t>::max() / 2;
    std::int64_t total = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        std::int64_t count = 0;
        std::size_t digits = 0;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++digits) {
            if (count > limit / 10 - 10) {
                return malformed();
            }
            count = count * 10 + (text[at] - '0');
        }
        const std::size_t start = at;
        while (at < text.size() && text[at] >= 'a' && text[at] <= 'z') {
            ++at;
        }
        const Unit* unit = find_unit(text.substr(start, at - start));
        if (digits == 0 || unit == nullptr || count > (limit - total) / unit->length.count()) {
            return malformed();
        }
        total += count * unit->length.count();
    }
    if (text.empty()) {
        return malformed();
    }
    return Duration(total);
}

std::string to_text(Duration duration) {
    if (duration.count() == 0) {
        return "0s";
    }
    std::string text = duration.count() < 0 ? "-" : "";
    std::int64_t rest = duration.count() < 0 ? -duration.count() : duration.count();
    for (const Unit& unit : units) {
        const std::int64_t count = rest / unit.length.count();
        rest %= unit.length.count();
        if (count != 0) {
            text += std::to_string(count) + std::string(unit.name);
        }
    }
    return text;
}

std::string to_human(Duration duration) {
    const double total_seconds = static_cast<double>(duration.count()) / 1e9;
    std::array<char, 48> buffer{};
    const auto print = [&](const char* format, auto... values) {
        const int length = std::snprintf(buffer.data(), buffer.size(), format, values...);
        return std::string(buffer.data(), static_cast<std::size_t>(length));
    };
    if (total_seconds < 1e-3) {
        return print("%.0f us", total_seconds * 1e6);
    }
    if (total_seconds < 1) {
        return print("%.1f ms", total_seconds * 1e3);
    }
    if (total_seconds < 60) {
        return print("%.1f s", total_seconds);
    }
    const auto whole = static_cast<long long>(total_seconds);
    if (whole < 3600) {
        return print("%lld min %lld s", whole / 60, whole % 60);
    }
    if (whole < 86400) {
        return print("%lld h %lld min", whole / 3600, whole % 3600 / 60);
    }
    return print("%lld d %lld h", whole / 86400, whole % 86400 / 3600);
}

} // namespace tradesh
