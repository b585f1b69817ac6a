#pragma once

#include "core/base/time.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace tradesh::cli {

struct OrderGroup;

/// Leave to send live orders on one account. It is given by one client for itself and expires when idle.
struct Arming {
    std::string account;
    Duration expires_elapsed{0}; ///< on Clock::elapsed()
};

/// An armed client that sends no order for so long is disarmed.
inline constexpr Duration arming_idle_max = std::chrono::minutes(15);

/// What one client has set up for itself. Nothing of it is shared with other clients or kept when the client leaves.
struct Session {
    std::map<std::string, std::string, std::less<>> variables;
    std::map<std::string, std::string, std::less<>> aliases; ///< name -> the words it stands for
    std::string last_result;                                 ///< `$_`: id of the last thing made, e.g. an order's key
    int last_code = 0;                                       ///< `$?`
    std::string venue;                                       ///< as chosen with --venue; empty: the profile's
    std::string account;                                     ///< as chosen with --account; empty: the profile's
    std::optional<Arming> arming;
    std::shared_ptr<const OrderGroup> group; ///< the orders collected since `begin`; null when none is open
    std::deque<std::string> history;         ///< lines typed at the prompt, oldest first, at most `history_max`
    std::string line_key;                    ///< of a line that the core runs by itself: the key that is its own
    std::optional<int> exit_requested;       ///< set by `exit`
    static constexpr std::size_t history_max = 1000;
    static constexpr std::size_t names_max = 1000; ///< variables, and as many aliases
};

} // namespace tradesh::cli
