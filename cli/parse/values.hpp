#pragma once

#include "cli/parse/word.hpp"
#include "core/base/decimal.hpp"
#include "core/base/money.hpp"
#include "core/base/time.hpp"
#include "core/orders/order_form.hpp"

#include <cstdint>
#include <span>

/// From words to values. Every error is of kind usage, points at the word (or the part of it that is wrong) and says
/// how to write what was probably meant. Nothing is guessed: "1,000" is refused, because half the world reads 1.
namespace tradesh::cli {

struct ParsedSize {
    orders::Size value;
    bool has_unit = false;      ///< a live order from argv or `-c` needs one: a shell turns "$15000" into "5000"
    std::size_t words_used = 1; ///< 2 for "risk 200usd"
};

/// "100", "100sh", "1_000", "15000usd", "25pct", "all", "risk 200usd"; where no shell has been before us also "$15000"
/// and "25%". `words` starts at the size and must not be empty.
Result<ParsedSize> parse_size(std::span<const Word> words);

/// "233.33", "mid", "bid+1t", "last-0.5pct", "ask+0.05usd"; where no shell has been before us also "ask+0.05" and
/// "last-0.5%".
Result<orders::PriceWord> parse_price(const Word& word);

/// A price, or a step from where it is counted: "110", "+2pct", "-0.50usd", "+1t". `counted_from` is for the message.
Result<orders::PriceWord> parse_price_or_step(const Word& word, std::string_view counted_from);

/// How far a stop trails the market: "1.50", "2pct"; where no shell has been before us also "2%".
Result<orders::TrailForm> parse_trail(const Word& word);

/// "0.2pct", where no shell has been before us also "0.2%"; above zero. A share of something, not a size.
Result<Decimal> parse_percent(const Word& word);

/// A positive whole number: "-n 5".
Result<std::int64_t> parse_count(const Word& word);

/// An exact number: no unit, sign allowed.
Result<Decimal> parse_number(const Word& word);

/// "250ms", "5s", "1m", "1h30m"; positive.
Result<Duration> parse_span(const Word& word);

/// A moment: "now", "now-2h", "-5d", "today", "yesterday", "2026-11-21", "2026-11-21 14:30", RFC 3339. Days are those
/// of UTC; a moment without an offset is in UTC.
Result<Instant> parse_time(const Word& word, Instant now);

} // namespace tradesh::cli
