#include "core/history/time_shift.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tradesh::history {
namespace {

using namespace std::chrono;

constexpr std::size_t sample_max = 500;
constexpr std::size_t sample_min = 3;
constexpr std::size_t sample_min_by_time = 10; // times alone say less than prices
constexpr Duration zone_shift_max = hours(26);
constexpr Duration zone_step = minutes(15); // Kathmandu is 5:45 ahead of UTC

/// How bars compare with those stored when all are moved by one distance.
struct Agreement {
    std::size_t reached = 0;  ///< of them lie within what is stored
    std::size_t at_times = 0; ///< have a stored bar at their time
    std::size_t alike = 0;    ///< with the same prices
};

bool same_prices(const Bars& a, std::size_t i, const Bars& b, std::size_t j) {
    return a.close.at(i) == b.close.at(j) && a.open.at(i) == b.open.at(j) && a.high.at(i) == b.high.at(j) &&
           a.low.at(i) == b.low.at(j);
}

Agreement agreement_at(const Bars& stored, const Bars& news, Duration shift) {
    Agreement agreement;
    const auto begin = std::ranges::lower_bound(stored.open_time, news.open_time.front() - shift);
    auto at = static_cast<std::size_t>(begin - stored.open_time.begin());
    for (std::size_t i = 0; i < news.size(); ++i) {
        const Instant time = news.open_time[i] - shift;
        agreement.reached += time >= stored.open_time.front() && time <= stored.open_time.back() ? 1 : 0;
        while (at < stored.size() && stored.open_time[at] < time) {
            ++at;
        }
        if (at < stored.size() && stored.open_time[at] == time) {
            ++agreement.at_times;
            agreement.alike += same_prices(stored, at, news, i) ? 1 : 0;
        }
    }
    return agreement;
}

/// Differences of zones, each alone and with the length of a bar that another stamp adds; the nearest first, so that it
/// wins among equals.
std::vector<Duration> candidates(Timeframe timeframe) {
    const Duration length = nominal_length(timeframe);
    std::vector<Duration> shifts;
    for (Duration zones = -zone_shift_max; zones <= zone_shift_max; zones += zone_step) {
        for (const Duration stamps : {-length, Duration(0), length}) {
            shifts.push_back(zones + stamps);
        }
    }
    std::ranges::sort(shifts, {}, [](Duration shift) { return std::pair(abs(shift), shift); });
    const auto repeated = std::ranges::unique(shifts);
    shifts.erase(repeated.begin(), repeated.end());
    return shifts;
}

/// What may have moved the times that far, as a question.
std::string cause_of(Duration shift, Timeframe timeframe) {
    const Duration length = nominal_length(timeframe);
    const bool stamps = abs(shift) == length && !is_daily_or_longer(timeframe);
    const std::string zone = "was one of the two read in another zone";
    const std::string stamp = "are the times of one of the two those of closes";
    if (shift % zone_step == Duration(0)) {
        return zone + (stamps ? ", or " + stamp : "") + "?";
    }
    return stamps ? stamp + "?" : zone + ", and " + stamp + "?";
}

} // namespace

Duration time_shift_max(Timeframe timeframe) { return zone_shift_max + nominal_length(timeframe); }

std::optional<Duration> find_time_shift(const Bars& stored, const Bars& news, Timeframe timeframe) {
    if (news.size() < sample_min || stored.empty()) {
        return std::nullopt;
    }
    const auto between = std::ranges::count_if(stored.open_time, [&](Instant time) {
        return time >= news.open_time.front() && time <= news.open_time.back();
    });
    if (static_cast<std::size_t>(between) * 2 < news.size()) {
        return std::nullopt; // it fills a hole
    }
    const Agreement unmoved = agreement_at(stored, news, Duration(0));
    const bool other_prices = unmoved.alike * 10 <= news.size();
    const bool other_times = unmoved.at_times * 10 <= news.size() && news.size() >= sample_min_by_time;
    if (!other_prices) {
        return std::nullopt;
    }
    std::optional<Duration> by_price;
    std::optional<Duration> by_time;
    std::size_t alike_most = sample_min - 1;
    std::size_t at_times_most = sample_min_by_time - 1;
    for (const Duration shift : candidates(timeframe)) {
        const Agreement moved = agreement_at(stored, news, shift);
        if (moved.reached * 2 < news.size()) {
            continue;
        }
        if (moved.alike > alike_most && moved.alike * 10 >= moved.reached * 6) {
            alike_most = moved.alike;
            by_price = shift;
        }
        if (other_times && moved.at_times > at_times_most && moved.at_times * 10 >= moved.reached * 9) {
            at_times_most = moved.at_times;
            by_time = shift;
        }
    }
    return by_price ? by_price : by_time;
}

Bars time_shift_sample(const Bars& bars, Instant from, Instant to, Timeframe timeframe) {
    Bars sample;
    auto i = static_cast<std::size_t>(std::ranges::lower_bound(bars.open_time, from) - bars.open_time.begin());
    if (i == bars.size()) {
        return sample;
    }
    // A sparse sample must not make all of a dense series be read.
    constexpr std::int64_t slots_max = 2 * sample_max;
    const Instant end = std::min<Instant>(to, bars.open_time[i] + days(14) + slots_max * nominal_length(timeframe));
    for (; i < bars.size() && bars.open_time[i] <= end && sample.size() < sample_max; ++i) {
        if (!sample.push_back(bars.at(i))) {
            break; // out of one column's range: what was taken will do
        }
    }
    return sample;
}

Error shifted_times(Duration shift, std::string_view symbol, Timeframe timeframe) {
    const std::string off = to_text(abs(shift)) + (shift > Duration(0) ? " after" : " before");
    return Error(ErrorKind::failed, "import.shifted",
                 "its times are " + off + " those of the bars already stored: " + cause_of(shift, timeframe))
        .advise("nothing was imported; read it as the first time (--tz, --exchange, --stamp), or `data delete " +
                std::string(symbol) + " " + std::string(name_of(timeframe)) + "` and import again");
}

} // namespace tradesh::history
