#include "core/market/currency_rates.hpp"

#include <algorithm>

namespace tradesh {
namespace {

/// The cure is a line to copy; only the rate itself is the reader's.
std::unexpected<Error> unusable(std::string_view name, Currency currency, std::chrono::sys_days today,
                                std::string message) {
    const std::string code(currency.code());
    const std::string date = to_date_text(today);
    return fail(Error(ErrorKind::refused, name, std::move(message))
                    .attempting("convert an amount")
                    .on(code)
                    .advise("give the rate in rates.csv beside config.toml, at once: " + code + "," + date +
                            ",RATE; or under [rates] of config.toml, for the next core: " + code + " = { date = \"" +
                            date + "\", rate = \"RATE\" }"));
}

std::unexpected<Error> bad_line(const std::string& file, std::size_t line, std::string message) {
    return fail(Error(ErrorKind::config, "rates.invalid", std::move(message))
                    .attempting("read the currency rates")
                    .on(file + ":" + std::to_string(line))
                    .advise("write currency,date,rate: EUR,2026-11-20,1.0842"));
}

std::string_view without_end(std::string_view line) {
    return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

} // namespace

Result<Decimal> CurrencyRates::rate(Currency currency, std::chrono::sys_days today, std::chrono::days age_max) const {
    if (currency == base_) {
        return Decimal(1);
    }
    const std::string code(currency.code());
    const auto dated = rates_.find(currency);
    auto newest = dated == rates_.end() ? decltype(dated->second.end()){} : dated->second.upper_bound(today);
    if (dated == rates_.end() || newest == dated->second.begin()) {
        return unusable("rates.missing", currency, today,
                        "there is no rate of " + code + " in " + std::string(base_.code()) + " for " +
                            to_date_text(today));
    }
    --newest;
    const std::chrono::days age = today - newest->first;
    if (age > age_max) {
        return unusable("rates.too_old", currency, today,
                        "the newest rate of " + code + " is of " + to_date_text(newest->first) + ", " +
                            std::to_string(age.count()) + " days old, and " + std::to_string(age_max.count()) +
                            " days are allowed");
    }
    return newest->second;
}

Result<Money> CurrencyRates::convert(const Money& amount, Currency to, std::chrono::sys_days today,
                                     std::chrono::days age_max) const {
    if (amount.currency == to) {
        return amount;
    }
    const Result<Decimal> from_rate = rate(amount.currency, today, age_max);
    if (!from_rate) {
        return fail(from_rate.error());
    }
    const Result<Decimal> to_rate = rate(to, today, age_max);
    if (!to_rate) {
        return fail(to_rate.error());
    }
    return Money{.amount = Decimal::divide(amount.amount * *from_rate, *to_rate, 6, Rounding::half_even),
                 .currency = to};
}

Result<void> read_rates_csv(std::string_view text, const std::string& file, CurrencyRates& rates) {
    std::size_t number = 0;
    while (!text.empty()) {
        ++number;
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = without_end(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || (number == 1 && line == "currency,date,rate")) {
            continue;
        }
        const std::size_t first = line.find(',');
        const std::size_t second = first == line.npos ? line.npos : line.find(',', first + 1);
        if (second == line.npos) {
            return bad_line(file, number, "a line has three values: currency, date, rate");
        }
        const Result<Currency> currency = Currency::parse(line.substr(0, first));
        const Result<Instant> date = parse_instant(line.substr(first + 1, second - first - 1));
        const Result<Decimal> rate = Decimal::parse(line.substr(second + 1));
        if (!currency || !date || !rate || !rate->is_positive()) {
            return bad_line(file, number,
                            !currency ? "the currency is no code such as EUR"
                            : !date   ? "the date is none such as 2026-11-20"
                                      : "the rate is no number above zero");
        }
        rates.add(*currency, std::chrono::floor<std::chrono::days>(*date), *rate);
    }
    return {};
}

} // namespace tradesh
