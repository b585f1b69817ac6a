#include "cli/plot/time_axis.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

namespace tradesh::cli {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t gap = 4; ///< columns between labels

struct Moment {
    int year = 0;
    int month = 0; ///< counted from the year 0
    int half_month = 0;
    std::int64_t week = 0;
    std::int64_t day = 0;
    std::int64_t minute = 0;
    unsigned month_of_year = 1;
    unsigned day_of_month = 1;
};

Moment moment_of(Instant time) {
    const auto day = std::chrono::floor<days>(time);
    const std::chrono::year_month_day date(day);
    Moment moment;
    moment.year = static_cast<int>(date.year());
    moment.month_of_year = static_cast<unsigned>(date.month());
    moment.day_of_month = static_cast<unsigned>(date.day());
    moment.month = moment.year * 12 + static_cast<int>(moment.month_of_year) - 1;
    moment.half_month = moment.month * 2 + (moment.day_of_month > 15 ? 1 : 0);
    moment.day = day.time_since_epoch().count();
    moment.week = (moment.day + 3) / 7; // the epoch was a Thursday
    moment.minute = std::chrono::floor<minutes>(time).time_since_epoch().count();
    return moment;
}

/// The units of the calendar, finest first: bars with another count than the bar before begin one.
using Count = std::int64_t (*)(const Moment&);
template <int minutes_long>
std::int64_t minutes_of(const Moment& moment) {
    return moment.minute / minutes_long;
}
template <int months_long>
std::int64_t months_of(const Moment& moment) {
    return moment.month / months_long;
}
constexpr std::array<Count, 18> units{
    minutes_of<1>,
    minutes_of<5>,
    minutes_of<15>,
    minutes_of<30>,
    minutes_of<60>,
    minutes_of<180>,
    minutes_of<360>,
    minutes_of<720>,
    [](const Moment& moment) { return moment.day; },
    [](const Moment& moment) { return moment.week; },
    [](const Moment& moment) -> std::int64_t { return moment.half_month; },
    months_of<1>,
    months_of<3>,
    months_of<12>,
    months_of<24>,
    months_of<60>,
    months_of<120>,
    months_of<600>,
};

constexpr std::size_t month_unit = 11;

std::string two_digits(std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::string clock_text(const Moment& moment) {
    const std::int64_t minute = moment.minute - moment.day * 24 * 60;
    return two_digits(minute / 60) + ":" + two_digits(minute % 60);
}

std::string full_text(const Moment& moment, bool dated) {
    return std::to_string(moment.year) + "-" + two_digits(moment.month_of_year) + "-" +
           two_digits(moment.day_of_month) + (dated ? "" : " " + clock_text(moment));
}

struct Candidate {
    TimeTick tick;
    int weight = 0; ///< what goes first where labels are in each other's way
};

Candidate candidate_of(std::size_t bar, const Moment& before, const Moment& now, bool dated) {
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::string month(months[now.month_of_year - 1]);
    if (now.year != before.year) {
        return {{bar, std::to_string(now.year)}, 3};
    }
    if (now.month != before.month) {
        return {{bar, dated ? month : month + " " + std::to_string(now.day_of_month)}, 2};
    }
    if (now.day != before.day) {
        return {{bar, (dated ? "" : month + " ") + std::to_string(now.day_of_month)}, 1};
    }
    return {{bar, clock_text(now)}, 0};
}

std::vector<Candidate> candidates(std::span<const Moment> moments, bool dated, std::size_t unit) {
    const Count count = units[unit];
    const bool is_finer_than_month = unit < month_unit;
    std::vector<Candidate> found;
    for (std::size_t bar = 1; bar < moments.size(); ++bar) {
        const Moment& before = moments[bar - 1];
        const Moment& now = moments[bar];
        // Weeks and half months do not end with months, and a new month says more than a new week.
        const bool begins_month = is_finer_than_month && now.month != before.month;
        if (begins_month || count(now) != count(before)) {
            found.push_back(candidate_of(bar, before, now, dated));
        }
    }
    return found;
}

/// Those that have room, the weightiest first.
std::vector<TimeTick> placed(std::vector<Candidate> all, double columns_per_bar, std::size_t columns) {
    std::ranges::sort(all, {}, [](const Candidate& each) { return std::pair(-each.weight, each.tick.bar); });
    std::vector<bool> taken(columns + gap);
    std::vector<TimeTick> ticks;
    for (Candidate& candidate : all) {
        const std::size_t first = label_column(candidate.tick, columns_per_bar, columns);
        const std::size_t end = first + candidate.tick.label.size() + gap;
        if (end > taken.size()) {
            continue;
        }
        const auto begin = taken.begin() + static_cast<std::ptrdiff_t>(first);
        const auto last = taken.begin() + static_cast<std::ptrdiff_t>(end);
        if (std::find(begin, last, true) == last) {
            std::fill(begin, last, true);
            ticks.push_back(std::move(candidate.tick));
        }
    }
    std::ranges::sort(ticks, {}, &TimeTick::bar);
    return ticks;
}

} // namespace

std::size_t label_column(const TimeTick& tick, double columns_per_bar, std::size_t columns) {
    const double centre = (static_cast<double>(tick.bar) + 0.5) * columns_per_bar;
    const double first = std::max(0.0, centre - static_cast<double>(tick.label.size()) / 2);
    const std::size_t room = columns > tick.label.size() ? columns - tick.label.size() : 0;
    return std::min(static_cast<std::size_t>(first), room);
}

std::vector<TimeTick> time_ticks(std::span<const Instant> times, bool dated, double columns_per_bar,
                                 std::size_t columns) {
    std::vector<Moment> moments;
    std::ranges::transform(times, std::back_inserter(moments), moment_of);
    for (std::size_t unit = 0; unit < units.size(); ++unit) {
        const std::vector<Candidate> all = candidates(moments, dated, unit);
        std::vector<TimeTick> ticks = placed(all, columns_per_bar, columns);
        if (ticks.size() >= 2 && ticks.size() * 4 >= all.size() * 3) { // a year may push a month aside
            return ticks;
        }
    }
    if (times.empty()) {
        return {};
    }
    TimeTick only{0, full_text(moments.front(), dated)};
    return only.label.size() <= columns ? std::vector{only} : std::vector<TimeTick>();
}

} // namespace tradesh::cli
