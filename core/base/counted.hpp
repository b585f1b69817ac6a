#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace tradesh {

/// "1 bar", "2 bars".
std::string counted(std::integral auto count, std::string_view what) {
    return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

} // namespace tradesh
