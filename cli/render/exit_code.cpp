#include "cli/render/exit_code.hpp"

namespace tradesh::cli {

namespace {

int code_of_cancelled(const Error& error) {
    if (error.code == error_codes::reader_left) {
        return exit_codes::reader_left;
    }
    return error.code == error_codes::terminated ? exit_codes::terminated : exit_codes::interrupted;
}

} // namespace

int exit_code_of(const Error& error) {
    if (error.code == error_codes::leg_filled) {
        return exit_codes::leg_filled;
    }
    if (error.code == error_codes::still_working) {
        return exit_codes::still_working;
    }
    if (error.code == error_codes::not_filled) {
        return exit_codes::not_filled;
    }
    switch (error.kind) {
    case ErrorKind::failed: return exit_codes::failed;
    case ErrorKind::usage: return exit_codes::usage;
    case ErrorKind::unreadable: return exit_codes::script_unreadable;
    case ErrorKind::config: return exit_codes::config;
    case ErrorKind::connection: return exit_codes::connection;
    case ErrorKind::timeout: return exit_codes::timeout;
    case ErrorKind::partial: return exit_codes::partial;
    case ErrorKind::rate_limited: return exit_codes::rate_limited;
    case ErrorKind::refused: return exit_codes::refused;
    case ErrorKind::rejected: return exit_codes::rejected;
    case ErrorKind::unknown: return exit_codes::unknown_effect;
    case ErrorKind::not_found: return exit_codes::not_found;
    case ErrorKind::cancelled: return code_of_cancelled(error);
    }
    return exit_codes::failed;
}

std::string_view meaning_of_exit_code(int code) {
    switch (code) {
    case exit_codes::done: return "done";
    case exit_codes::failed: return "failed";
    case exit_codes::usage: return "the words were wrong; nothing was attempted";
    case exit_codes::script_unreadable: return "a script or a file could not be read or written";
    case exit_codes::config: return "configuration, credentials or versions do not fit";
    case exit_codes::connection: return "could not connect, or the connection was lost before anything had an effect";
    case exit_codes::timeout: return "no answer in time, and no effect";
    case exit_codes::partial: return "part of the result is missing";
    case exit_codes::rate_limited: return "a budget is used up: retry later";
    case exit_codes::refused: return "refused here: risk, stale price, not armed";
    case exit_codes::rejected: return "rejected by the venue";
    case exit_codes::unknown_effect: return "it may have had an effect: reconcile, never repeat";
    case exit_codes::not_found: return "nothing there";
    case exit_codes::still_working: return "accepted and still working when --wait ended";
    case exit_codes::leg_filled: return "a leg of a group filled before the others were withdrawn";
    case exit_codes::not_filled: return "the order ended, and has not, or not wholly, filled";
    case exit_codes::interrupted: return "interrupted (Ctrl-C)";
    case exit_codes::reader_left: return "the reader of the output left";
    case exit_codes::terminated: return "terminated (SIGTERM)";
    default: return "unknown";
    }
}

bool is_retryable(const Error& error) {
    return error.kind == ErrorKind::connection || error.kind == ErrorKind::timeout ||
           error.kind == ErrorKind::rate_limited;
}

} // namespace tradesh::cli
