#include "core/market/timeframe.hpp"

#include <string>

namespace tradesh {
namespace {

struct Row {
    std::string_view name;
    Duration length;
};

using namespace std::chrono;

constexpr std::array<Row, timeframes.size()> rows{{{"1m", minutes(1)},
                                                   {"5m", minutes(5)},
                                                   {"15m", minutes(15)},
                                                   {"30m", minutes(30)},
                                                   {"1h", hours(1)},
                                                   {"2h", hours(2)},
                                                   {"3h", hours(3)},
                                                   {"4h", hours(4)},
                                                   {"1d", days(1)},
                                                   {"1w", days(7)},
                                                   {"1M", days(30)}}};

const Row& row_of(Timeframe timeframe) { return rows[static_cast<std::size_t>(timeframe)]; }

} // namespace

std::string_view name_of(Timeframe timeframe) { return row_of(timeframe).name; }

Result<Timeframe> parse_timeframe(std::string_view text) {
    for (const Timeframe timeframe : timeframes) {
        if (row_of(timeframe).name == text) {
            return timeframe;
        }
    }
    return fail(Error(ErrorKind::usage, "timeframe.unknown", "'" + std::string(text) + "' is not a timeframe")
                    .advise("use one of 1m 5m 15m 30m 1h 2h 3h 4h 1d 1w 1M (m is minutes, M is months)"));
}

Duration nominal_length(Timeframe timeframe) { return row_of(timeframe).length; }

bool is_daily_or_longer(Timeframe timeframe) { return timeframe >= Timeframe::d1; }

} // namespace tradesh
