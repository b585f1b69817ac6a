#pragma once

#include "core/base/error.hpp"

namespace tradesh::cli {

/// Exit codes that scripts and cron lines rely on.
namespace exit_codes {
inline constexpr int done = 0;
inline constexpr int failed = 1;
inline constexpr int usage = 2;
inline constexpr int script_unreadable = 3;
inline constexpr int config = 4;
inline constexpr int connection = 5;
inline constexpr int timeout = 6;
inline constexpr int partial = 7;
inline constexpr int rate_limited = 8;
inline constexpr int refused = 9;
inline constexpr int rejected = 10;
inline constexpr int unknown_effect = 11;
inline constexpr int not_found = 12;
inline constexpr int still_working = 13;
inline constexpr int leg_filled = 14;   ///< a leg of a group filled before the others were withdrawn
inline constexpr int not_filled = 15;   ///< an order ended and has not, or not wholly, filled
inline constexpr int interrupted = 130; ///< SIGINT
inline constexpr int reader_left = 141; ///< SIGPIPE
inline constexpr int terminated = 143;  ///< SIGTERM
} // namespace exit_codes

/// Error codes that have an exit code of their own.
namespace error_codes {
inline constexpr std::string_view reader_left = "client.reader_left";
inline constexpr std::string_view client_gone = "client.gone";
inline constexpr std::string_view interrupted = "run.interrupted";
inline constexpr std::string_view terminated = "run.terminated";
/// Accepted by the venue and still working when `--wait` ended.
inline constexpr std::string_view still_working = "order.still_working";
/// A leg of a group filled before the others were withdrawn.
inline constexpr std::string_view leg_filled = "group.leg_filled";
/// An order whose fill was waited for ended without it.
inline constexpr std::string_view not_filled = "order.not_filled";
} // namespace error_codes

int exit_code_of(const Error& error);

/// One line on what a code means, for help.
std::string_view meaning_of_exit_code(int code);

/// True when running the same command again can help and cannot double anything.
bool is_retryable(const Error& error);

} // namespace tradesh::cli
