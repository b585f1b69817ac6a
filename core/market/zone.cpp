#include "core/market/zone.hpp"

#include <date/tz.h>

#include <exception>
#include <string>

namespace tradesh {
namespace {

Instant to_instant(date::sys_seconds seconds) { return Instant(seconds.time_since_epoch()); }

} // namespace

Result<Zone> Zone::find(std::string_view name) {
    try {
        return Zone(date::locate_zone(name));
    } catch (const std::exception&) { // an unknown name, or no tzdata at all
        return fail(Error(ErrorKind::usage, "zone.unknown", "'" + std::string(name) + "' is no known time zone")
                        .advise("use an IANA name such as America/New_York, Europe/Berlin or UTC (package tzdata)"));
    }
}

ZonedTime Zone::to_utc(LocalTime local) const {
    const date::local_time<Duration> wall(local.time_since_epoch());
    const date::local_info info = zone_->get_info(wall);
    switch (info.result) {
    case date::local_info::nonexistent: {
        const Instant change = to_instant(info.first.end);
        return ZonedTime{.kind = ZonedTime::Kind::nonexistent, .earlier = change, .later = change};
    }
    case date::local_info::ambiguous:
        return ZonedTime{.kind = ZonedTime::Kind::ambiguous,
                         .earlier = Instant(local.time_since_epoch() - info.first.offset),
                         .later = Instant(local.time_since_epoch() - info.second.offset)};
    default: break;
    }
    const Instant instant(local.time_since_epoch() - info.first.offset);
    return ZonedTime{.kind = ZonedTime::Kind::unique, .earlier = instant, .later = instant};
}

LocalTime Zone::to_local(Instant instant) const {
    const date::sys_info info = zone_->get_info(instant);
    return LocalTime(instant.time_since_epoch() + info.offset);
}

std::string_view Zone::name() const { return zone_->name(); }

bool is_known_zone(std::string_view name) { return Zone::find(name).has_value(); }

} // namespace tradesh
