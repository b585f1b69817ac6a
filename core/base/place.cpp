#include "core/base/place.hpp"

#include <algorithm>

namespace tradesh {
namespace {

constexpr std::size_t profile_name_length_max = 32;

Result<std::string> absolute(std::string_view variable, std::string_view path) {
    while (path.size() > 1 && path.ends_with('/')) {
        path.remove_suffix(1);
    }
    if (!path.starts_with('/')) {
        return fail(Error(ErrorKind::config, "place.relative",
                          std::string(variable) + " is '" + std::string(path) + "', which is no absolute path")
                        .advise("set " + std::string(variable) + " to a path that begins with '/'"));
    }
    return std::string(path);
}

} // namespace

Result<void> check_profile_name(std::string_view profile) {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    if (profile.empty() || profile.size() > profile_name_length_max || !std::ranges::all_of(profile, allowed)) {
        return fail(Error(ErrorKind::config, "profile.name", "'" + std::string(profile) + "' is no profile name")
                        .advise("use 1 to 32 of a-z, 0-9 and '-', such as 'paper'"));
    }
    return {};
}

Result<Place> find_place(std::string_view profile, std::string_view tradesh_home, std::string_view home) {
    if (Result<void> valid = check_profile_name(profile); !valid) {
        return fail(std::move(valid.error()));
    }
    Place place;
    place.profile = profile;
    if (!tradesh_home.empty()) {
        Result<std::string> root = absolute("TRADESH_HOME", tradesh_home);
        if (!root) {
            return fail(std::move(root.error()));
        }
        place.shared_directory = *root + "/share";
        place.config_directory = *root + "/config";
    } else if (!home.empty()) {
        Result<std::string> root = absolute("HOME", home);
        if (!root) {
            return fail(std::move(root.error()));
        }
        place.shared_directory = *root + "/.local/share/tradesh";
        place.config_directory = *root + "/.config/tradesh";
    } else {
        return fail(Error(ErrorKind::config, "place.no_home", "neither TRADESH_HOME nor HOME is set")
                        .advise("set HOME to your home directory; cron and env -i may need it spelled out"));
    }
    place.directory = place.shared_directory + "/" + place.profile;
    return place;
}

} // namespace tradesh
