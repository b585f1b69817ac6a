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

std::unexpected<Error> bad_number(std::string_view code, std::string_view text, std::string_view why) {
    return fail(ErrorKind::usage, code, "'" + std::string(text) + "' " + std::string(why));
}

} // namespace

Int128 power_of_ten(int exponent) {
    assert(exponent >= 0 && exponent <= exponent_max);
    return powers[static_cast<std::size_t>(exponent)];
}

Result<Decimal> Decimal::parse(std::string_view text) {
    constexpr int digits_max = 38; // 10^38 still fits into 127 bits
    std::size_t at = 0;
    bool negative = false;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
        negative = text[at] == '-';
        ++at;
    }
    Int128 coefficient = 0;
    int digits = 0;
    int significant = 0;
    int scale = 0;
    bool after_point = false;
    bool previous_digit = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (c >= '0' && c <= '9') {
            if (significant == digits_max || scale == digits_max) {
                return bad_number("number.too_long", text, "has too many digits");
            }
            coefficient = coefficient * 10 + (c - '0');
            ++digits;
            significant += coefficient != 0 ? 1 : 0;
            scale += after_point ? 1 : 0;
            previous_digit = true;
        } else if (c == '.' && !after_point) {
            after_point = true;
            previous_digit = false;
        } else if (c == '_' && previous_digit && at + 1 < text.size()) {
            previous_digit = false;
        } else {
            break;
        }
    }
    if (digits == 0) {
        return bad_number("number.malformed", text, "is not a number");
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        bool exponent_negative = false;
        if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
            exponent_negative = text[at] == '-';
            ++at;
        }
        int exponent = 0;
        const std::size_t first = at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && exponent < 1000; ++at) {
            exponent = exponent * 10 + (text[at] - '0');
        }
        if (at == first) {
            return bad_number("number.malformed", text, "is not a number");
        }
        scale += exponent_negative ? exponent : -exponent;
    }
    if (at != text.size()) {
        return bad_number("number.malformed", text, "is not a number");
    }
    if (coefficient == 0) {
        scale = std::clamp(scale, 0, scale_max);
    }
    while (scale > scale_max && coefficient % 10 == 0) {
        coefficient /= 10;
        --scale;
    }
    if (scale > scale_max) {
        return bad_number("number.too_precise", text, "has more than 18 decimals");
    }
    if (scale < 0) {
        if (significant - scale > digits_max) {
            return bad_number("number.too_long", text, "has too many digits");
        }
        coefficient *= power_of_ten(-scale);
        scale = 0;
    }
    if (coefficient / power_of_ten(scale) >= power_of_ten(20)) {
        return bad_number("number.too_large", text, "has more than 20 digits before the point");
    }
    return of(negative ? -coefficient : coefficient, scale);
}

Decimal Decimal::from_double(double value, int scale) {
    assert(std::isfinite(value) && std::fabs(value) < 1e18 && scale >= 0 && scale <= scale_max);
    const long double scaled = static_cast<long double>(value) * static_cast<long double>(power_of_ten(scale));
    return of(static_cast<Int128>(std::roundl(scaled)), scale);
}

Decimal operator+(Decimal a, Decimal b) {
    if (a.scale_ == b.scale_) {
        return Decimal::of(checked_add(a.coefficient_, b.coefficient_), a.scale_);
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
    const Int128 product = checked_multiply(a.coefficient_, b.coefficient_);
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
    Int128 numerator = a.coefficient_;
    Int128 denominator = b.coefficient_;
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
        return of(checked_multiply(coefficient_, power_of_ten(scale - scale_)), scale);
    }
    return of(divide_rounded(coefficient_, power_of_ten(scale_ - scale), rounding), scale);
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
    Decimal result = *this;
    while (result.scale_ > 0 && result.coefficient_ % 10 == 0) {
        result.coefficient_ /= 10;
        --result.scale_;
    }
    return result;
}

std::strong_ordering operator<=>(Decimal a, Decimal b) {
    if (a.scale_ == b.scale_) {
        return a.coefficient_ <=> b.coefficient_;
    }
    const Aligned both = align(a, b);
    return both.a <=> both.b;
}

std::string Decimal::to_string() const {
    std::array<char, 44> buffer{};
    std::size_t at = buffer.size();
    const bool negative = coefficient_ < 0;
    __extension__ typedef unsigned __int128 Unsigned128;
    Unsigned128 rest = negative ? -static_cast<Unsigned128>(coefficient_) : static_cast<Unsigned128>(coefficient_);
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
    if (coefficient_ > -exact_max && coefficient_ < exact_max) {
        return static_cast<double>(coefficient_) / static_cast<double>(power_of_ten(scale_));
    }
    return static_cast<double>(static_cast<long double>(coefficient_) / static_cast<long double>(power_of_ten(scale_)));
}

std::int64_t Decimal::to_whole() const {
    const Int128 whole = coefficient_ / power_of_ten(scale_);
    if (!fits_in_64(whole)) {
        throw DecimalOverflow();
    }
    return static_cast<std::int64_t>(whole);
}

} // namespace tradesh
