#pragma once

#include "core/base/error.hpp"
#include "core/base/time.hpp"

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace tradesh::runtime {

enum class LogLevel : std::uint8_t { debug, info, warning, error };
Result<LogLevel> parse_log_level(std::string_view text);

struct LogField {
    std::string_view name;
    std::string value;
};

/// JSON lines, one object a record, in a rotated file that only the user can read. Records are queued and written by a
/// thread of its own. Callers name each field; no caller passes free text that may hold a secret.
class Log {
public:
    /// A log that keeps nothing: for tests and for pure tools.
    Log();
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    /// Opens (creates, mode 0600) `path`, rotated at 10 MB, three old files kept.
    Result<void> open(const std::string& path, LogLevel level, const Clock& clock);
    void set_level(LogLevel level);

    /// `room` is the folder that speaks ("orders"), `event` a stable name ("order.sent"), `correlation` the id of the
    /// command that caused it, empty when none did.
    void write(LogLevel level, std::string_view room, std::string_view event, std::string_view correlation,
               std::initializer_list<LogField> fields = {});
    void error(std::string_view room, std::string_view event, const Error& error);
    void flush();

private:
    struct Sink;
    std::unique_ptr<Sink> sink_;
};

} // namespace tradesh::runtime
