#pragma once

#include "core/base/money.hpp"
#include "core/base/time.hpp"

#include <map>
#include <string>
#include <string_view>

namespace tradesh {

/// What currencies are worth in one base currency, by date. Nothing is guessed: a rate that is missing or too old is an
/// error that says which.
class CurrencyRates {
public:
    CurrencyRates() : CurrencyRates(Currency("USD")) {}
    explicit CurrencyRates(Currency base) : base_(base) {}

    Currency base() const { return base_; }
    /// From `date` on one unit of `currency` is worth `rate` (> 0) of the base.
    void add(Currency currency, std::chrono::sys_days date, Decimal rate) { rates_[currency][date] = rate; }

    /// The amount in another currency, rounded half-even to 6 digits, by the newest rates of `today` or before. Errors
    /// of kind refused: "rates.missing", "rates.too_old".
    Result<Money> convert(const Money& amount, Currency to, std::chrono::sys_days today,
                          std::chrono::days age_max) const;

private:
    Result<Decimal> rate(Currency currency, std::chrono::sys_days today, std::chrono::days age_max) const;

    Currency base_;
    std::map<Currency, std::map<std::chrono::sys_days, Decimal>> rates_;
};

/// Reads lines "currency,date,rate" with that header: EUR,2026-11-20,1.0842. Errors of kind config name file and line.
Result<void> read_rates_csv(std::string_view text, const std::string& file, CurrencyRates& rates);

} // namespace tradesh
