#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tradesh {

/// Of `candidates`, the one that `typed` was most likely meant to be (letters swapped, missing, doubled or mistaken; at
/// most one in three), or nothing. For messages only: nothing is ever put in place of what was typed.
std::string_view closest(std::string_view typed, std::span<const std::string_view> candidates);

/// "did you mean 'show'?", or nothing.
std::string did_you_mean(std::string_view typed, std::span<const std::string_view> candidates);

} // namespace tradesh
