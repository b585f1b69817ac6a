#include "cli/parse/values.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>
#include <utility>

namespace tradesh::cli {

namespace {

Error wrong(const Word& word, std::string_view code, std::string message, std::string_view hint) {
    return Error(ErrorKind::usage, code, std::move(message)).at(word.where()).advise(hint);
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    return result;
}

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_number_part(char c) { return is_digit(c) || c == '.' || c == '_' || c == ','; }

/// A shell or cron has handled the text before us: it may have eaten a `$` or a `%`.
bool passed_a_shell(const Word& word) { return word.origin() == Origin::argv || word.origin() == Origin::text; }

/// A number and the letters behind it.
struct Amount {
    std::string number;
    std::string unit; ///< lower case; "%" possible
};

Amount split_amount(std::string_view text) {
    const auto end = std::ranges::find_if_not(text, is_number_part);
    const auto digits = static_cast<std::size_t>(end - text.begin());
    return {std::string(text.substr(0, digits)), lower(text.substr(digits))};
}

std::string without_commas(std::string text) {
    std::erase(text, ',');
    return text;
}

/// An unsigned number of a word; `shown` is what the messages call it ("size").
Result<Decimal> amount_of(const Word& word, const std::string& number, std::string_view shown) {
    if (number.contains(',')) {
        return fail(
            wrong(word, "number.comma",
                  "a comma in the " + std::string(shown) + " '" + word.text + "' can mean thousands or decimals",
                  "write " + without_commas(number) +
                      " for thousands (or with _ between digits), or a point "
                      "for decimals"));
    }
    Result<Decimal> value = Decimal::parse(number);
    if (!value) {
        return fail(wrong(word, value.error().code,
                          "'" + word.text + "' is no " + std::string(shown) + ": " + value.error().message,
                          value.error().hint));
    }
    return value;
}

constexpr std::string_view size_forms = "a size is 100, 100sh, 15000usd, 25pct, all, or risk 200usd";

Result<Decimal> positive_size(const Word& word, const std::string& number) {
    Result<Decimal> value = amount_of(word, number, "size");
    if (value && !value->is_positive()) {
        return fail(wrong(word, "size.not_positive", "a size must be above zero", size_forms));
    }
    return value;
}

Result<Money> money_of(const Word& word, std::string_view text) {
    const bool dollar_sign = text.starts_with('$');
    const Amount amount = split_amount(dollar_sign ? text.substr(1) : text);
    if (dollar_sign && passed_a_shell(word)) {
        return fail(wrong(word, "size.dollar_sign", "'$' amounts are for the prompt and for script files",
                          "write " + amount.number + "usd here: a shell turns \"$15000\" into \"5000\""));
    }
    if (dollar_sign && !amount.unit.empty()) {
        return fail(
            wrong(word, "size.unit", "'" + word.text + "' names its currency twice", "write " + amount.number + "usd"));
    }
    const Result<Decimal> value = positive_size(word, amount.number);
    if (!value) {
        return std::unexpected(value.error());
    }
    const Result<Currency> currency = Currency::parse(dollar_sign ? "usd" : amount.unit);
    if (!currency || amount.unit.size() == 1 || amount.unit.size() == 2) {
        return fail(wrong(word, "size.unit", "'" + amount.unit + "' is no unit of a size", size_forms));
    }
    return Money{*value, *currency};
}

Result<orders::Size> percent_of(const Word& word, const Amount& amount) {
    if (amount.unit == "%" && passed_a_shell(word)) {
        return fail(wrong(word, "size.percent_sign", "'%' is for the prompt and for script files",
                          "write " + amount.number + "pct here: cron turns '%' into a newline"));
    }
    const Result<Decimal> percent = positive_size(word, amount.number);
    if (!percent) {
        return std::unexpected(percent.error());
    }
    if (*percent > Decimal(100)) {
        return fail(wrong(word, "size.percent_range", "a size cannot be more than 100 percent",
                          "use all for the whole position"));
    }
    return orders::Size(orders::SizeInPercent{*percent});
}

Result<ParsedSize> risk_size(std::span<const Word> words) {
    if (words.size() < 2) {
        return fail(wrong(words[0], "size.risk", "'risk' needs an amount", "write risk 200usd"));
    }
    const Word& word = words[1];
    const Amount amount = split_amount(word.text);
    if (!word.text.starts_with('$') && (amount.number.empty() || amount.unit.empty())) {
        return fail(wrong(word, "size.risk", "'risk' needs an amount with its currency", "write risk 200usd"));
    }
    Result<Money> money = money_of(word, word.text);
    if (!money) {
        return std::unexpected(money.error());
    }
    return ParsedSize{orders::SizeByRisk{std::move(*money)}, true, 2};
}

/// "10k" and "2m" are understood by people, not by an order.
std::optional<std::string> spelled_out(const Amount& amount) {
    if (amount.number.find_first_not_of("0123456789") != std::string::npos) {
        return std::nullopt;
    }
    if (amount.unit == "k") {
        return amount.number + "000";
    }
    return amount.unit == "m" ? std::optional(amount.number + "000000") : std::nullopt;
}

Result<ParsedSize> size_with_unit(const Word& word, const Amount& amount) {
    if (amount.unit.empty() || amount.unit == "sh") {
        const Result<Decimal> quantity = positive_size(word, amount.number);
        if (!quantity) {
            return std::unexpected(quantity.error());
        }
        return ParsedSize{orders::SizeInUnits{*quantity}, !amount.unit.empty(), 1};
    }
    if (amount.unit == "pct" || amount.unit == "%") {
        Result<orders::Size> percent = percent_of(word, amount);
        if (!percent) {
            return std::unexpected(percent.error());
        }
        return ParsedSize{std::move(*percent), true, 1};
    }
    if (const std::optional<std::string> plain = spelled_out(amount)) {
        return fail(wrong(word, "size.unit", "'" + amount.unit + "' is no unit of a size",
                          "write " + *plain + "sh, or " + *plain + "usd for an amount of money"));
    }
    Result<Money> money = money_of(word, word.text);
    if (!money) {
        return std::unexpected(money.error());
    }
    return ParsedSize{orders::SizeInMoney{money->amount, money->currency}, true, 1};
}

struct NamedBase {
    std::string_view name;
    orders::PriceBase base;
};
constexpr std::array named_bases{
    NamedBase{"mid", orders::PriceBase::mid},
    NamedBase{"bid", orders::PriceBase::bid},
    NamedBase{"ask", orders::PriceBase::ask},
    NamedBase{"last", orders::PriceBase::last},
};
constexpr std::string_view price_forms = "a price is 233.33, mid, bid+1t (ticks), last-0.5pct or ask+0.05usd";

constexpr std::string_view trail_forms = "a trailing stop keeps a distance: trail 1.50, or trail 2pct";

/// "+1t" behind "bid": `text` starts with the sign.
Result<orders::PriceWord> with_offset(const Word& word, orders::PriceBase base, std::string_view text) {
    const bool negative = text.front() == '-';
    const Amount amount = split_amount(text.substr(1));
    const Result<Decimal> value = amount_of(word, amount.number, "price");
    if (!value) {
        return std::unexpected(value.error());
    }
    orders::PriceWord price{base, negative ? -*value : *value, orders::OffsetUnit::currency};
    if (amount.unit == "t") {
        price.unit = orders::OffsetUnit::ticks;
        if (value->normalized().scale() != 0) {
            return fail(wrong(word, "price.ticks", "ticks are whole: '" + word.text + "'", price_forms));
        }
        return price;
    }
    if (amount.unit == "pct" || amount.unit == "%") {
        if (amount.unit == "%" && passed_a_shell(word)) {
            return fail(wrong(word, "price.percent_sign", "'%' is for the prompt and for script files",
                              "write " + amount.number + "pct here: cron turns '%' into a newline"));
        }
        price.unit = orders::OffsetUnit::percent;
        return price;
    }
    if (amount.unit.empty() && passed_a_shell(word)) {
        return fail(wrong(word, "price.offset_unit", "the offset in '" + word.text + "' has no unit",
                          "write " + amount.number + "usd (the instrument's currency), " + amount.number + "t or " +
                              amount.number + "pct"));
    }
    if (amount.unit.empty()) {
        return price;
    }
    const Result<Currency> currency = Currency::parse(amount.unit);
    if (amount.unit.size() < 3 || !currency) {
        return fail(wrong(word, "price.unit", "'" + amount.unit + "' is no unit of an offset", price_forms));
    }
    price.currency = *currency; // whether it is the instrument's shows once that is known
    price.where = word.where();
    return price;
}

/// "-5d", "now-2h": `text` starts with the sign.
Result<Instant> shifted(const Word& word, Instant now, std::string_view text) {
    const Result<Duration> span = parse_duration(text.substr(1));
    if (!span) {
        return fail(wrong(word, "time.offset", "'" + word.text + "' is no time: " + span.error().message,
                          "write -5d, now-2h, 2026-11-21 or 2026-11-21T14:30:00Z"));
    }
    return text.front() == '-' ? now - *span : now + *span;
}

} // namespace

Result<ParsedSize> parse_size(std::span<const Word> words) {
    const Word& word = words.front();
    const std::string text = lower(word.text);
    if (text == "all") {
        return ParsedSize{orders::SizeAll{}, true, 1};
    }
    if (text == "risk") {
        return risk_size(words);
    }
    if (text.starts_with('-') || text.starts_with('+')) {
        return fail(wrong(word, "size.sign", "a size has no sign: the side is a word",
                          "write buy or sell, then the size without '" + text.substr(0, 1) + "'"));
    }
    if (text.starts_with('$')) {
        Result<Money> money = money_of(word, text);
        if (!money) {
            return std::unexpected(money.error());
        }
        return ParsedSize{orders::SizeInMoney{money->amount, money->currency}, true, 1};
    }
    const Amount amount = split_amount(text);
    if (amount.number.empty()) {
        return fail(wrong(word, "size.form", "'" + word.text + "' is no size", size_forms));
    }
    return size_with_unit(word, amount);
}

Result<orders::PriceWord> parse_price(const Word& word) {
    const std::string text = lower(word.text);
    for (const NamedBase& named : named_bases) {
        if (!text.starts_with(named.name)) {
            continue;
        }
        const std::string_view rest = std::string_view(text).substr(named.name.size());
        if (rest.empty()) {
            return orders::PriceWord{named.base, Decimal(), orders::OffsetUnit::currency};
        }
        if (rest.front() == '+' || rest.front() == '-') {
            return with_offset(word, named.base, rest);
        }
    }
    if (text.empty() || !is_number_part(text.front())) {
        return fail(wrong(word, "price.form", "'" + word.text + "' is no price", price_forms));
    }
    const Amount amount = split_amount(text);
    if (!amount.unit.empty()) {
        return fail(wrong(word, "price.form", "'" + word.text + "' is no price: leave out '" + amount.unit + "'",
                          "a price stands in the instrument's currency, without a unit"));
    }
    const Result<Decimal> value = amount_of(word, amount.number, "price");
    if (!value) {
        return std::unexpected(value.error());
    }
    if (!value->is_positive()) {
        return fail(wrong(word, "price.not_positive", "a price must be above zero", price_forms));
    }
    return orders::PriceWord{orders::PriceBase::absolute, *value, orders::OffsetUnit::currency};
}

Result<orders::PriceWord> parse_price_or_step(const Word& word, std::string_view counted_from) {
    const std::string text = lower(word.text);
    const bool is_step = text.size() > 1 && (text.front() == '+' || text.front() == '-');
    if (!is_step) {
        return parse_price(word);
    }
    Result<orders::PriceWord> step = with_offset(word, orders::PriceBase::present, text);
    if (step && step->offset.is_zero()) {
        return fail(wrong(word, "price.no_step", "'" + word.text + "' is no step from " + std::string(counted_from),
                          "write a price, +2pct, -0.50usd or +1t"));
    }
    return step;
}

Result<orders::TrailForm> parse_trail(const Word& word) {
    const Amount amount = split_amount(lower(word.text));
    if (amount.number.empty()) {
        return fail(wrong(word, "price.trail", "'" + word.text + "' is no distance", trail_forms));
    }
    if (amount.unit == "pct" || amount.unit == "%") {
        const Result<Decimal> percent = parse_percent(word);
        return percent ? Result<orders::TrailForm>({.distance = *percent, .percent = true}) : fail(percent.error());
    }
    if (!amount.unit.empty()) {
        return fail(wrong(word, "price.trail", "'" + amount.unit + "' is no unit of a distance", trail_forms));
    }
    const Result<Decimal> distance = amount_of(word, amount.number, "distance");
    if (!distance) {
        return fail(distance.error());
    }
    if (!distance->is_positive()) {
        return fail(wrong(word, "price.trail", "a distance must be above zero", trail_forms));
    }
    return orders::TrailForm{.distance = *distance, .percent = false};
}

Result<Decimal> parse_percent(const Word& word) {
    const Amount amount = split_amount(lower(word.text));
    if (amount.number.empty() || (amount.unit != "pct" && amount.unit != "%")) {
        return fail(wrong(word, "percent.unit", "'" + word.text + "' is no percentage", "write 0.2pct"));
    }
    if (amount.unit == "%" && passed_a_shell(word)) {
        return fail(wrong(word, "percent.sign", "'%' is for the prompt and for script files",
                          "write " + amount.number + "pct here: cron turns '%' into a newline"));
    }
    const Result<Decimal> value = amount_of(word, amount.number, "percentage");
    if (value && !value->is_positive()) {
        return fail(wrong(word, "percent.not_positive", "a percentage must be above zero", "write 0.2pct"));
    }
    return value;
}

Result<std::int64_t> parse_count(const Word& word) {
    const Result<Decimal> value = amount_of(word, word.text, "count");
    if (!value) {
        return std::unexpected(value.error());
    }
    constexpr std::int64_t count_max = 1'000'000'000;
    if (*value > Decimal(count_max)) {
        return fail(wrong(word, "number.count", "'" + word.text + "' is too large a count",
                          "write a whole number up to 1000000000"));
    }
    if (!value->is_positive() || value->normalized().scale() != 0) {
        return fail(wrong(word, "number.count", "'" + word.text + "' is no count", "write a whole number above zero"));
    }
    return value->to_whole();
}

Result<Decimal> parse_number(const Word& word) { return amount_of(word, word.text, "number"); }

Result<Duration> parse_span(const Word& word) {
    const Result<Duration> span = parse_duration(word.text);
    if (!span || *span <= Duration::zero()) {
        return fail(wrong(word, "time.span", "'" + word.text + "' is no length of time",
                          "write a number with its unit: 250ms, 5s, 1m, 2h, 1d, or a sum such as 1h30m"));
    }
    return span;
}

Result<Instant> parse_time(const Word& word, Instant now) {
    const std::string text = lower(word.text);
    const Instant midnight = std::chrono::floor<std::chrono::days>(now);
    if (text == "now" || text == "today" || text == "yesterday") {
        return text == "now" ? now : text == "today" ? midnight : midnight - std::chrono::days(1);
    }
    const std::string_view offset = text.starts_with("now") ? std::string_view(text).substr(3) : std::string_view(text);
    if (offset.starts_with('-') || offset.starts_with('+')) {
        return shifted(word, now, offset);
    }
    const Result<Instant> instant = parse_instant(word.text);
    if (!instant) {
        return fail(wrong(word, instant.error().code, "'" + word.text + "' is no time: " + instant.error().message,
                          "write 2026-11-21, 2026-11-21T14:30:00Z, today, now-2h or -5d"));
    }
    return instant;
}

} // namespace tradesh::cli
