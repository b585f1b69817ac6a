#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tradesh::cli {

/// Columns that UTF-8 text takes on a terminal: wide characters two, combining marks none, a malformed byte one.
std::size_t display_width(std::string_view text);

/// At most `columns` wide; what is cut away leaves an ellipsis.
std::string cut_to_width(std::string_view text, std::size_t columns);

/// Fit for a terminal: line breaks and tabs become spaces, other control characters (an escape sequence in a venue's
/// message) and those that reorder text U+FFFD, as do malformed bytes.
std::string printable(std::string_view text);

} // namespace tradesh::cli
