#pragma once

#include "cli/render/report.hpp"
#include "core/base/error.hpp"
#include "core/base/time.hpp"

#include <string>

namespace tradesh::cli {

struct ErrorStyle {
    bool color = false;
    std::size_t columns = 0; ///< width of the terminal, 0: no limit; a longer source line is shown in part
};

/// An error as a person reads it on stderr, with its line and a caret under the word:
///
///     morning.tradesh:12:10: error[size.unit]: 'k' is no unit of a size
///       buy GOOG 10k market
///                ^^^
///       hint: write 10000sh, or 10000usd for an amount of money
std::string render_error(const Error& error, const ErrorStyle& style);

/// "warning: ..." or "note: ..." with its line feed.
std::string render_message(const Message& message, bool color);

} // namespace tradesh::cli
