#pragma once

#include "cli/parse/word.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradesh::cli {

/// What a value is, for completion, for help and for the message when it is missing.
enum class ValueKind : std::uint8_t {
    text,
    symbol,
    file,
    timeframe,
    duration,
    time,
    count,
    number,
    size,
    price,
    order_id,
    expression,
    universe, ///< symbols, patterns and @lists, with commas
    command,
    variable,
    venue,
    account,
    scan,      ///< name of a saved scan
    watchlist, ///< name of a list
};

/// A positional argument. Names are lower case words; required ones come before optional ones, a repeatable one is
/// last.
struct ArgumentSpec {
    std::string_view name{};
    std::string_view help{};
    ValueKind kind = ValueKind::text;
    bool required = true;
    bool repeatable = false;
    std::vector<std::string_view> choices{}; ///< when not empty: offered by completion; the command checks the value
};

/// An option: `--name`, `--name VALUE`, `--name=VALUE`, `-s VALUE`.
struct OptionSpec {
    std::string_view name{};       ///< without dashes: "from"
    std::string_view value_name{}; ///< "TIME"; empty for a flag
    std::string_view help{};
    char short_name = 0;
    ValueKind kind = ValueKind::text;
    bool repeatable = false;
    std::vector<std::string_view> choices{}; ///< when not empty, any other value is a usage error
};

/// The words of one command after parsing, by the name of the argument or option. Every value keeps its place.
class Arguments {
public:
    /// True when the argument or option was given at least once.
    bool has(std::string_view name) const { return find(name) != nullptr; }
    /// The (last) value, or null when it was not given. A flag that was given is a Word too.
    const Word* find(std::string_view name) const;
    /// Every value in the order typed; empty when none was given.
    std::span<const Word> all(std::string_view name) const;
    /// The value, or `fallback`.
    std::string_view text_or(std::string_view name, std::string_view fallback) const;
    /// The first value of a required argument, whose presence the parser has already checked.
    const Word& required(std::string_view name) const;

    void add(std::string_view name, Word value);

private:
    std::vector<std::pair<std::string, std::vector<Word>>> values_; // a handful: a scan beats a map
};

} // namespace tradesh::cli
