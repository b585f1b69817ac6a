#include "core/base/error.hpp"

#include <cerrno>
#include <cstring>

namespace tradesh {

std::string Error::describe() const {
    std::string text;
    if (!attempted.empty()) {
        text += attempted;
        if (!subject.empty()) {
            text += " (" + subject + ")";
        }
        text += ": ";
    } else if (!subject.empty()) {
        text += subject + ": ";
    }
    text += message;
    if (!venue_code.empty() || !venue_message.empty()) {
        text += " [venue";
        if (!venue_code.empty()) {
            text += " " + venue_code;
        }
        if (!venue_message.empty()) {
            text += ": " + venue_message;
        }
        text += "]";
    }
    return text;
}

std::string_view name_of(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::failed: return "failed";
    case ErrorKind::usage: return "usage";
    case ErrorKind::unreadable: return "unreadable";
    case ErrorKind::config: return "config";
    case ErrorKind::connection: return "connection";
    case ErrorKind::timeout: return "timeout";
    case ErrorKind::partial: return "partial";
    case ErrorKind::rate_limited: return "rate_limited";
    case ErrorKind::refused: return "refused";
    case ErrorKind::rejected: return "rejected";
    case ErrorKind::unknown: return "unknown";
    case ErrorKind::not_found: return "not_found";
    case ErrorKind::cancelled: return "cancelled";
    }
    return "failed";
}

Error system_error(int errno_value, std::string_view code, std::string_view attempted, std::string_view subject) {
    const bool network = errno_value == ECONNREFUSED || errno_value == ECONNRESET || errno_value == EPIPE ||
                         errno_value == ENOTCONN || errno_value == ETIMEDOUT;
    return Error(network ? ErrorKind::connection : ErrorKind::failed, code, std::strerror(errno_value))
        .attempting(attempted)
        .on(subject);
}

} // namespace tradesh
