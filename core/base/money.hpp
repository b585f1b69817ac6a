#pragma once

#include "core/base/decimal.hpp"

#include <array>
#include <string>
#include <string_view>

namespace tradesh {

/// A currency or unit of account: an ISO 4217 code or a token code of 1 to 12 letters and digits, upper case.
class Currency {
public:
    constexpr Currency() = default;
    /// `code` must be valid (see `parse`); longer input is cut by assertion, not by surprise.
    explicit Currency(std::string_view code) { code.copy(text_.data(), text_.size() - 1); }

    static Result<Currency> parse(std::string_view text);

    std::string_view code() const { return text_.data(); }
    bool is_set() const { return text_[0] != '\0'; }
    auto operator<=>(const Currency&) const = default;

private:
    std::array<char, 13> text_{};
};

/// An amount in one currency. Amounts in unlike currencies do not add up: that is an Error, never a conversion.
struct Money {
    Decimal amount;
    Currency currency;

    static Result<Money> add(const Money& a, const Money& b);
    bool operator==(const Money&) const = default;
    /// "1234.50 USD"
    std::string to_string() const { return amount.to_string() + " " + std::string(currency.code()); }
};

} // namespace tradesh
