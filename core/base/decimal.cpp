#include "core/base/decimal.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>

namespace tradesh {
namespace {

constexpr int exponent_max = 38;

constexpr std::array<Int128, exponent_max + 1> powers = [] {
    std::array<Int128, exponent_max + 1> table{};
    table[0] = 1;
    for (int i = 1; i <= exponent_max; ++i) {
        table[static_cast<std::size_t>(i)] = table[static_cast<std::size_t>(i - 1)] * 10;
    }
    return table;
}();

bool fits_in_64(Int128 value) {
    return value >= std::numeric_limits<std::int64_t>::min() && value <= std::numeric_limits<std::int64_t>::max();
}

Int128 checked_multiply(Int128 a, Int128 b) {
    if (fits_in_64(a) && fits_in_64(b)) {
        return a * b; // two 64-bit factors always fit into 128 bits
    }
    Int128 product = 0;
    if (__builtin_mul_overflow(a, b, &product)) {
        throw DecimalOverflow();
    }
    return product;
}

Int128 checked_add(Int128 a, Int128 b) {
    Int128 sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) {
        throw DecimalOverflow();
    }
    return sum;
}

/// quotient of numerator / denominator (denominator > 0) rounded as named.
Int128 divide_rounded(Int128 numerator, Int128 denominator, Rounding rounding) {
    const Int128 quotient = numerator / denominator;
    const Int128 remainder = numerator % denominator;
    if (remainder == 0) {
        return quotient;
    }
    const Int128 away = numerator < 0 ? -1 : 1;
    const Int128 magnitude = remainder < 0 ? -remainder : remainder;
    const Int128 rest = denominator - magnitude; // compare with half without doubling, which could overflow
    switch (rounding) {
    case Rounding::down: return quotient;
    case Rounding::up: return quotient + away;
    case Rounding::floor: return away < 0 ? quotient - 1 : quotient;
    case Rounding::ceiling: return away > 0 ? quotient + 1 : quotient;
    case Rounding::half_up: return magnitude >= rest ? quotient + away : quotient;
    case Rounding::half_even:
        if (magnitude == rest) {
            return quotient % 2 == 0 ? quotient : quotient + away;
        }
        return magnitude > rest ? quotient + away : quotient;
    }
    return quotient;
}

struct Aligned {
    Int128 a;
    Int128 b;
    int scale;
};

Aligned align(Decimal a, Decimal b) {
    const int scale = std::max(a.scale(), b.scale());
    return Aligned{.a = checked_multiply(a.coefficient(), power_of_ten(scale - a.scale())),
                   .b = checked_multiply(b.coefficient(), power_of_ten(scale - b.scale())),
                   .scale = scale};
}

/// A number as it is written, before it is judged.
struct Literal {
    static constexpr int digits_max = 38; // 10^38 still fits into 127 bits

    bool negative = false;
    bool overlong = false; ///< digits beyond digits_max were left out
    Int128 coefficient = 0;
    int significant = 0; ///< digits of the coefficient
    int scale = 0;       ///< decimals, less the exponent

    /// False when `text` is not a number.
    bool read(std::string_view text) {
        negative = take_sign(text);
        return read_digits(text) && read_exponent(text) && text.empty();
    }

private:
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }

    static bool take_sign(std::string_view& rest) {
        const bool minus = rest.starts_with('-');
        if (minus || rest.starts_with('+')) {
            rest.remove_prefix(1);
        }
        return minus;
    }

    void add(char digit, bool decimal) {
        if (significant == digits_max || scale == digits_max) {
            overlong = true;
            return;
        }
        coefficient = coefficient * 10 + (digit - '0');
        significant += coefficient != 0 ? 1 : 0;
        scale += decimal ? 1 : 0;
    }

    bool read_digits(std::string_view& rest) {
        bool any = false;
        bool after_point = false;
        char before = '\0';
        for (; !rest.empty(); before = rest.front(), rest.remove_prefix(1)) {
            const char c = rest.front();
            const bool separates = c == '_' && is_digit(before) && rest.size() > 1 && is_digit(rest[1]);
            if (is_digit(c)) {
                add(c, after_point);
                any = true;
            } else if (c == '.' && !after_point) {
                after_point = true;
            } else if (!separates) {
                break;
            }
        }
        return any;
    }

    bool read_exponent(std::string_view& rest) {
        if (!rest.starts_with('e') && !rest.starts_with('E')) {
            return true;
        }
        rest.remove_prefix(1);
        const bool minus = take_sign(rest);
        int exponent = 0;
        bool any = false;
        for (; !rest.empty() && is_digit(rest.front()) && exponent < 1000; rest.remove_prefix(1)) {
            exponent = exponent * 10 + (rest.front() - '0');
            any = true;
        }
        scale += minus ? exponent : -exponent;
        return any;
    }
};

std::unexpected<Error> bad_number(std::string_view code, std::string_view text, std::string_view why) {
    return fail(ErrorKind::usage, code, "'" + std::string(text) + "' " + std::string(why));
}

} // namespace

Int128 power_of_ten(int exponent) {
    assert(exponent >= 0 && exponent <= exponent_max);
    return powers[static_cast<std::size_t>(exponent)];
}

Result<Decimal> Decimal::parse(std::string_view text) {
    Literal literal;
    if (!literal.read(text)) {
        return bad_number("number.malformed", text, "is not a number");
    }
    while (literal.scale > scale_max && literal.coefficient % 10 == 0 && literal.coefficient != 0) {
        literal.coefficient /= 10;
        --literal.scale;
    }
    if (literal.coefficient == 0) {
        literal.scale = std::clamp(literal.scale, 0, scale_max);
    }
    if (literal.scale > scale_max) {
        return bad_number("number.too_precise", text, "has more than 18 decimals");
    }
    if (literal.overlong || literal.significant - literal.scale > Literal::digits_max) {
        return bad_number("number.too_long", text, "has too many digits");
    }
    if (literal.scale < 0) {
        literal.coefficient *= power_of_ten(-literal.scale);
        literal.scale = 0;
    }
    if (literal.coefficient / power_of_ten(literal.scale) >= power_of_ten(20)) {
        return bad_number("number.too_large", text, "has more than 20 digits before the point");
    }
    return of(literal.negative ? -literal.coefficient : literal.coefficient, literal.scale);
}

Decimal Decimal::from_double(double value, int scale) {
    assert(std::isfinite(value) && std::fabs(value) < 1e18 && scale >= 0 && scale <= scale_max);
    const long double scaled = static_cast<long double>(value) * static_cast<long double>(power_of_ten(scale));
    return of(static_cast<Int128>(std::roundl(scaled)), scale);
}

Decimal operator+(Decimal a, Decimal b) {
    if (a.scale_ == b.scale_) {
        return Decimal::of(checked_add(a.coefficient(), b.coefficient()), a.scale_);
    }
    const Aligned both = align(a, b);
    return Decimal::of(checked_add(both.a, both.b), both.scale);
}

Decimal operator*(Decimal a, Decimal b) {
    const int scale = a.scale_ + b.scale_;
    if (scale > Decimal::scale_max) {
        a = a.normalized();
        b = b.normalized();
    }
    const Int128 product = checked_multiply(a.coefficient(), b.coefficient());
    const int product_scale = a.scale_ + b.scale_;
    if (product_scale <= Decimal::scale_max) {
        return Decimal::of(product, product_scale);
    }
    const Int128 divisor = power_of_ten(product_scale - Decimal::scale_max);
    return Decimal::of(divide_rounded(product, divisor, Rounding::half_even), Decimal::scale_max);
}

Decimal Decimal::divide(Decimal a, Decimal b, int scale, Rounding rounding) {
    assert(!b.is_zero() && scale >= 0 && scale <= scale_max);
    a = a.normalized();
    b = b.normalized();
    // a/b = (ca * 10^sb) / (cb * 10^sa); bring `scale` more digits into the numerator.
    const int shift = scale + b.scale_ - a.scale_;
    Int128 numerator = a.coefficient();
    Int128 denominator = b.coefficient();
    if (shift >= 0) {
        numerator = checked_multiply(numerator, power_of_ten(shift));
    } else {
        denominator = checked_multiply(denominator, power_of_ten(-shift));
    }
    if (denominator < 0) {
        numerator = -numerator;
        denominator = -denominator;
    }
    return of(divide_rounded(numerator, denominator, rounding), scale);
}

Decimal Decimal::rescaled(int scale, Rounding rounding) const {
    assert(scale >= 0 && scale <= scale_max);
    if (scale >= scale_) {
        return of(checked_multiply(coefficient(), power_of_ten(scale - scale_)), scale);
    }
    return of(divide_rounded(coefficient(), power_of_ten(scale_ - scale), rounding), scale);
}

Decimal Decimal::rounded_to(Decimal step, Rounding rounding) const {
    assert(step.is_positive());
    const Decimal count = divide(*this, step, 0, rounding);
    return count * step;
}

bool Decimal::is_multiple_of(Decimal step) const {
    assert(step.is_positive());
    const Aligned both = align(*this, step);
    return both.a % both.b == 0;
}

Decimal Decimal::normalized() const {
    Int128 shortened = coefficient();
    int digits = scale_;
    for (; digits > 0 && shortened % 10 == 0; --digits) {
        shortened /= 10;
    }
    return of(shortened, digits);
}

std::strong_ordering operator<=>(Decimal a, Decimal b) {
    if (a.scale_ == b.scale_) {
        return a.coefficient() <=> b.coefficient();
    }
    const Aligned both = align(a, b);
    return both.a <=> both.b;
}

std::string Decimal::to_string() const {
    std::array<char, 44> buffer{};
    std::size_t at = buffer.size();
    const bool negative = coefficient() < 0;
    __extension__ typedef unsigned __int128 Unsigned128;
    Unsigned128 rest = negative ? -static_cast<Unsigned128>(coefficient()) : static_cast<Unsigned128>(coefficient());
    int written = 0;
    do {
        if (written == scale_ && scale_ > 0) {
            buffer[--at] = '.';
        }
        if (rest <= std::numeric_limits<std::uint64_t>::max()) { // 64-bit division is several times cheaper
            auto small = static_cast<std::uint64_t>(rest);
            buffer[--at] = static_cast<char>('0' + small % 10);
            rest = small / 10;
        } else {
            buffer[--at] = static_cast<char>('0' + static_cast<int>(rest % 10));
            rest /= 10;
        }
        ++written;
    } while (rest != 0 || written <= scale_);
    if (negative) {
        buffer[--at] = '-';
    }
    return {buffer.data() + at, buffer.size() - at};
}

double Decimal::to_double() const {
    // Both operands are exact below 2^53 and 10^22, so one division rounds once: the nearest double.
    constexpr Int128 exact_max = Int128{1} << 53;
    if (coefficient() > -exact_max && coefficient() < exact_max) {
        return static_cast<double>(coefficient()) / static_cast<double>(power_of_ten(scale_));
    }
    return static_cast<double>(static_cast<long double>(coefficient()) /
                               static_cast<long double>(power_of_ten(scale_)));
}

std::int64_t Decimal::to_whole() const {
    const Int128 whole = coefficient() / power_of_ten(scale_);
    if (!fits_in_64(whole)) {
        throw DecimalOverflow();
    }
    return static_cast<std::int64_t>(whole);
}

} // namespace tradesh
