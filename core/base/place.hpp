#pragma once

#include "core/base/error.hpp"

#include <string>
#include <string_view>

namespace tradesh {

/// Where a profile keeps its lock, socket, databases and log, and where configuration lies. One rule for every program,
/// and no XDG variables: cron has none and must meet the same core and files as the terminal.
struct Place {
    std::string profile;
    std::string directory;        ///< of this profile, only for its user (0700)
    std::string shared_directory; ///< of all profiles: market data
    std::string config_directory;

    std::string lock_path() const { return directory + "/core.lock"; }
    std::string socket_path() const { return directory + "/core.sock"; }
    std::string log_path() const { return directory + "/core.log"; }
};

/// 1 to 32 of a-z, 0-9 and '-'.
Result<void> check_profile_name(std::string_view profile);

/// `$TRADESH_HOME/share/<profile>` and `$TRADESH_HOME/config`, or, where `tradesh_home` is empty,
/// `$HOME/.local/share/tradesh/<profile>` and `$HOME/.config/tradesh`. The caller reads the environment.
/// Errors: config (neither is set, or the one that counts is not an absolute path; a bad profile name).
Result<Place> find_place(std::string_view profile, std::string_view tradesh_home, std::string_view home);

} // namespace tradesh
