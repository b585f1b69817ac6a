#pragma once

#include "core/base/decimal.hpp"
#include "core/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh {

/// How true a quote is. A simulated quote says so wherever it is shown.
enum class QuoteKind : std::uint8_t { realtime, delayed, frozen, simulated };
std::string_view name_of(QuoteKind kind);

/// The best bid and ask and the last trade, as far as the venue knows them.
struct Quote {
    std::string symbol;
    QuoteKind kind = QuoteKind::realtime;
    std::optional<Decimal> bid;
    std::optional<Decimal> bid_size;
    std::optional<Decimal> ask;
    std::optional<Decimal> ask_size;
    std::optional<Decimal> last;
    Instant time;                 ///< when the venue made it
    Duration received_elapsed{0}; ///< Clock::elapsed() when it reached us; ages are measured from here
};

/// The age of a quote by our own clock; never negative.
Duration age_of(const Quote& quote, const Clock& clock);

struct BookLevel {
    Decimal price;
    Decimal quantity;
};

struct Book {
    std::string symbol;
    QuoteKind kind = QuoteKind::realtime;
    std::vector<BookLevel> bids; ///< best first
    std::vector<BookLevel> asks; ///< best first
    Instant time;
};

} // namespace tradesh
