#include "core/history/row_clock.hpp"

namespace tradesh::history {

using namespace std::chrono;

ZonedTime RowClock::to_utc(LocalTime local) {
    const LocalTime day = floor<days>(local);
    if (day_ != day) {
        const ZonedTime begin = zone_.to_utc(day);
        const ZonedTime end = zone_.to_utc(day + days(1));
        const bool plain = begin.kind == ZonedTime::Kind::unique && end.kind == ZonedTime::Kind::unique &&
                           end.earlier - begin.earlier == days(1);
        if (!plain) {
            return zone_.to_utc(local);
        }
        day_ = day;
        offset_ = begin.earlier.time_since_epoch() - day.time_since_epoch();
    }
    const Instant instant(local.time_since_epoch() + offset_);
    return ZonedTime{.kind = ZonedTime::Kind::unique, .earlier = instant, .later = instant};
}

} // namespace tradesh::history
