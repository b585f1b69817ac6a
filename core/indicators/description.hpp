#pragma once

#include "core/indicators/column.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace tradesh::indicators {

/// A series that an indicator reads.
struct Input {
    std::string_view name;
    std::optional<Column> usual; ///< taken when the user names none; without one the series must be given
};

/// A constant that an indicator is given.
struct Parameter {
    std::string_view name;
    double usual; ///< taken when the user gives none
    double least;
    double most;
    bool whole; ///< a count: fractions are refused
};
using Parameters = std::span<const double>;

/// How far back a value depends on what came before.
enum class Memory : unsigned char {
    window,    ///< on the bars of a window alone
    fading,    ///< on all bars, less and less: `settling` says for how long it matters
    path,      ///< on turns that two histories soon share in practice; `settling` is a usual figure
    unlimited, ///< it counts from the first bar given, which therefore has to be the first there is
};

/// What a person is told about an indicator, and what the expression checker enforces.
struct Description {
    std::string_view name; ///< as it is written in expressions, lower case: "rsi", or with a variant "ema:first"
    std::string_view summary;
    std::string_view formula;
    std::string_view source; ///< whose definition it follows
    std::span<const Input> inputs;
    std::span<const Parameter> parameters;
    std::span<const std::string_view> outputs; ///< the first is what the name alone means
    Memory memory = Memory::window;
};

inline constexpr double period_max = 10'000;
inline constexpr std::size_t every_bar = static_cast<std::size_t>(-1); ///< when none may be left out

constexpr Parameter period(double usual, double least = 1, std::string_view name = "period") {
    return {name, usual, least, period_max, true};
}
constexpr Parameter factor(std::string_view name, double usual, double least, double most) {
    return {name, usual, least, most, false};
}
constexpr std::size_t count_of(double parameter) { return static_cast<std::size_t>(parameter); }

inline constexpr std::array<std::string_view, 1> one_output{"value"};
inline constexpr std::array<std::string_view, 3> band_outputs{"upper", "middle", "lower"};

inline constexpr Input open_input{"open", Column::open};
inline constexpr Input high_input{"high", Column::high};
inline constexpr Input low_input{"low", Column::low};
inline constexpr Input close_input{"close", Column::close};
inline constexpr Input volume_input{"volume", Column::volume};
inline constexpr std::array series_or_close{Input{"series", Column::close}};
inline constexpr std::array series_required{Input{"series", std::nullopt}};
inline constexpr std::array two_series_required{Input{"x", std::nullopt}, Input{"y", std::nullopt}};
inline constexpr std::array series_volume{Input{"series", Column::close}, volume_input};
inline constexpr std::array high_low{high_input, low_input};
inline constexpr std::array high_low_close{high_input, low_input, close_input};
inline constexpr std::array high_low_close_volume{high_input, low_input, close_input, volume_input};
inline constexpr std::array open_high_low_close{open_input, high_input, low_input, close_input};
inline constexpr std::array volume_only{volume_input};

} // namespace tradesh::indicators
