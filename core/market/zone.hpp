#pragma once

#include "core/base/error.hpp"
#include "core/base/time.hpp"

#include <string_view>

namespace date {
class time_zone;
}

namespace tradesh {

/// A time on a wall clock somewhere, without a zone; counted like an Instant from 1970-01-01 00:00 on that clock.
using LocalTime = std::chrono::local_time<Duration>;

/// The moments that a wall-clock time stands for: one; none when clocks were put forward over it; two when they were
/// put back (`earlier` < `later`).
struct ZonedTime {
    enum class Kind : std::uint8_t { unique, nonexistent, ambiguous };
    Kind kind = Kind::unique;
    Instant earlier; ///< when nonexistent: the moment of the change
    Instant later;   ///< equal to `earlier` unless ambiguous
    bool operator==(const ZonedTime&) const = default;
};

/// A time zone of the system's tzdata. A small value; what it refers to lives as long as the process.
class Zone {
public:
    /// `name` is an IANA name ("America/New_York"). Error "zone.unknown" (usage). The first look-ups read files, so
    /// they do not belong on the loop.
    static Result<Zone> find(std::string_view name);

    ZonedTime to_utc(LocalTime local) const;
    LocalTime to_local(Instant instant) const;
    std::string_view name() const;

private:
    explicit Zone(const date::time_zone* zone) : zone_(zone) {}
    const date::time_zone* zone_;
};

bool is_known_zone(std::string_view name);

} // namespace tradesh
