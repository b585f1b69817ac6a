#pragma once

#include "cli/parse/word.hpp"

#include <span>
#include <string>
#include <string_view>

namespace tradesh::cli {

inline constexpr std::size_t saved_name_length_max = 40;

/// What lists and scans are kept under: a small letter, then small letters, digits and '-'.
bool is_saved_name(std::string_view text);

/// The name of a list or scan, as `what` says ("scan"). Error "name.malformed" (usage).
Result<std::string> saved_name_of(const Word& word, std::string_view what);

/// For a name that nothing is kept under: not_found, with the nearest known one.
Error no_such_name(const Word& word, std::string_view what, std::span<const std::string> known);

} // namespace tradesh::cli
