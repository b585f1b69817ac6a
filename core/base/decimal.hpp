#pragma once

#include "core/base/error.hpp"

#include <compare>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tradesh {

__extension__ typedef __int128 Int128;

/// What happens to the digits that do not fit. Every division and rescale names one.
enum class Rounding : std::uint8_t {
    down,      ///< towards zero
    up,        ///< away from zero
    floor,     ///< towards minus infinity
    ceiling,   ///< towards plus infinity
    half_even, ///< to the nearest; ties to the even digit
    half_up,   ///< to the nearest; ties away from zero
};

/// Thrown by Decimal arithmetic that leaves 128 bits. Inputs are bounded when they are parsed, so this is a bug or an
/// attack; the interpreter turns it into an Error at the edge of the command.
struct DecimalOverflow : std::overflow_error {
    DecimalOverflow() : std::overflow_error("decimal overflow: the number needs more than 38 digits") {}
};

/// An exact decimal number: coefficient * 10^-scale, with 128 bits of coefficient and a scale of at most 18.
///
/// The scale is part of how it prints ("1.50" keeps its zero) but not of its value: 1.5 == 1.50.
/// There is no NaN, no infinity and no silent wrap-around; `double` enters only through `from_double`.
class Decimal {
public:
    static constexpr int scale_max = 18;

    constexpr Decimal() = default;
    constexpr Decimal(std::int64_t whole) // NOLINT: whole numbers are decimals
        : high_(whole < 0 ? -1 : 0),
          low_(static_cast<std::uint64_t>(whole)) {}

    /// coefficient * 10^-scale; `scale` must be within 0..scale_max.
    static constexpr Decimal of(Int128 coefficient, int scale) {
        Decimal result;
        result.high_ = static_cast<std::int64_t>(coefficient >> 64);
        result.low_ = static_cast<std::uint64_t>(coefficient);
        result.scale_ = static_cast<std::uint8_t>(scale);
        return result;
    }

    /// Plain notation with an optional sign and exponent: "12.50", "-0.001", "1e-7". `_` may separate digits.
    /// At most 18 decimals and 20 whole digits; anything else is an error (usage, "number.*").
    static Result<Decimal> parse(std::string_view text);

    /// The decimal with `scale` digits that is nearest to `value`; the value must be finite and below 1e18.
    static Decimal from_double(double value, int scale);

    constexpr Int128 coefficient() const { return (static_cast<Int128>(high_) << 64) | low_; }
    constexpr int scale() const { return scale_; }
    constexpr bool is_zero() const { return (static_cast<std::uint64_t>(high_) | low_) == 0; }
    constexpr bool is_negative() const { return high_ < 0; }
    constexpr bool is_positive() const { return !is_negative() && !is_zero(); }

    Decimal operator-() const { return of(-coefficient(), scale_); }
    Decimal abs() const { return is_negative() ? -*this : *this; }

    // Exact, or DecimalOverflow. A product whose scale passes 18 is rounded half-even to 18.
    friend Decimal operator+(Decimal a, Decimal b);
    friend Decimal operator-(Decimal a, Decimal b) { return a + -b; }
    friend Decimal operator*(Decimal a, Decimal b);
    Decimal& operator+=(Decimal other) { return *this = *this + other; }
    Decimal& operator-=(Decimal other) { return *this = *this - other; }

    /// a / b with `scale` decimals. `b` must not be zero.
    static Decimal divide(Decimal a, Decimal b, int scale, Rounding rounding);

    /// The same value with `scale` decimals, rounded as named where digits are dropped.
    Decimal rescaled(int scale, Rounding rounding) const;

    /// The nearest multiple of `step` (> 0) in the named direction: ticks for prices, lots for quantities.
    Decimal rounded_to(Decimal step, Rounding rounding) const;
    bool is_multiple_of(Decimal step) const;

    /// Without trailing zeros: 1.500 -> 1.5, 100 stays 100.
    Decimal normalized() const;

    friend std::strong_ordering operator<=>(Decimal a, Decimal b);
    friend bool operator==(Decimal a, Decimal b) { return (a <=> b) == 0; }

    /// All digits of the scale: "1.50".
    std::string to_string() const;
    double to_double() const;
    /// The whole part, when it fits; DecimalOverflow otherwise.
    std::int64_t to_whole() const;

private:
    // Two halves instead of one Int128: clang 19 places objects that are aligned to 16 bytes wrongly in some coroutine
    // frames (a crash at -O2), and 24 bytes are better than 32 anyway.
    std::int64_t high_ = 0;
    std::uint64_t low_ = 0;
    std::uint8_t scale_ = 0;
};

/// 10^exponent for 0 <= exponent <= 38.
Int128 power_of_ten(int exponent);

} // namespace tradesh
