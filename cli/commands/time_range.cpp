#include "cli/commands/time_range.hpp"

#include "cli/parse/values.hpp"

#include <utility>

namespace tradesh::cli {

Result<TimeRange> read_time_range(const Arguments& arguments, Instant now) {
    TimeRange range;
    for (const auto& [name, target] : {std::pair("from", &range.from), std::pair("to", &range.to)}) {
        if (const Word* word = arguments.find(name)) {
            Result<Instant> time = parse_time(*word, now);
            if (!time) {
                return fail(std::move(time.error()));
            }
            *target = *time;
        }
    }
    if (now != no_time && range.from >= range.to) {
        return fail(Error(ErrorKind::usage, "time.range", "the range ends before it begins")
                        .at(arguments.find("to")->where())
                        .advise("--to is the first moment that is no longer meant"));
    }
    return range;
}

} // namespace tradesh::cli
