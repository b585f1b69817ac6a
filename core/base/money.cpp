#include "core/base/money.hpp"

#include <cctype>

namespace tradesh {

Result<Currency> Currency::parse(std::string_view text) {
    std::string code;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
            break;
        }
        code += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    if (code.empty() || code.size() != text.size() || code.size() > 12) {
        return fail(Error(ErrorKind::usage, "currency.malformed", "'" + std::string(text) + "' is not a currency code")
                        .advise("use a code such as USD, EUR or XLM"));
    }
    return Currency(code);
}

Result<Money> Money::add(const Money& a, const Money& b) {
    if (a.currency != b.currency) {
        return fail(ErrorKind::refused, "money.unlike_currencies",
                    "cannot add " + a.to_string() + " and " + b.to_string() + " without a rate");
    }
    return Money{.amount = a.amount + b.amount, .currency = a.currency};
}

} // namespace tradesh
