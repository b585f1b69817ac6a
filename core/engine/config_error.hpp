#pragma once

#include "core/base/error.hpp"

#include <string>
#include <string_view>

#include <toml++/toml.h>

namespace tradesh::engine {

/// What does not fit in the configuration, with file and line: kind config, "config.invalid".
inline std::unexpected<Error> bad_config(const std::string& file, const toml::source_position& where,
                                         std::string message, std::string_view hint = "") {
    const std::string place = where.line > 0 ? file + ":" + std::to_string(where.line) : file;
    return fail(Error(ErrorKind::config, "config.invalid", std::move(message))
                    .attempting("read the configuration")
                    .on(place)
                    .advise(hint));
}

} // namespace tradesh::engine
