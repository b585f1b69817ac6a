#pragma once

#include "core/market/instrument.hpp"
#include "core/market/order.hpp"
#include "core/market/quote.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

/// An order as a person asks for it, and how it becomes an OrderRequest with nothing left to guess.
namespace tradesh::orders {

/// "100", "100sh"
struct SizeInUnits {
    Decimal quantity;
};
/// "15000usd"
struct SizeInMoney {
    Decimal amount;
    Currency currency;
};
/// "25pct": of buying power when buying, of the position when selling or closing
struct SizeInPercent {
    Decimal percent;
};
/// "all" of a position
struct SizeAll {};
using Size = std::variant<SizeInUnits, SizeInMoney, SizeInPercent, SizeAll>;

/// What a price word starts from.
enum class PriceBase : std::uint8_t { absolute, bid, ask, mid, last };
enum class OffsetUnit : std::uint8_t { currency, ticks, percent };

/// "99.50", "mid", "bid+1t", "last-0.5pct"
struct PriceWord {
    PriceBase base = PriceBase::absolute;
    Decimal offset; ///< signed; for `absolute` the price itself
    OffsetUnit unit = OffsetUnit::currency;
};

struct MarketForm {};
struct LimitForm {
    PriceWord limit;
};
struct StopForm {
    PriceWord stop;
    std::optional<PriceWord> limit;
};
using PriceForm = std::variant<MarketForm, LimitForm, StopForm>;

struct OrderForm {
    Side side = Side::buy;
    std::string symbol;
    Size size = SizeInUnits{};
    PriceForm price = MarketForm{};
    TimeInForce time_in_force = TimeInForce::day;
    bool may_open_short = false;
    bool closes = false; ///< `close`: the side comes from the position
};

/// The form in canonical words: "buy GOOG 10 limit 99.5 day". Equal forms give equal words; a key stands for them.
std::string to_text(const OrderForm& form);
std::string to_text(const PriceWord& word);

/// What sizes and price words are resolved against. All of one moment.
struct MarketView {
    std::optional<Quote> quote;
    Duration quote_age{0};
    Decimal position_quantity;      ///< in the symbol, signed; zero when flat
    Decimal open_reducing_quantity; ///< of the symbol, in open orders on the side that reduces the position
    AccountSummary account;
    Duration account_asked{0}; ///< Clock::elapsed() when the account was asked for
};

/// Oldest quote that a price word may use.
inline constexpr Duration quote_age_max = std::chrono::seconds(2);

/// True when the form cannot be resolved without a quote.
bool needs_quote(const OrderForm& form);

/// Resolves side, quantity and prices; the id is left empty. Quantities are rounded down to the lot, prices are never
/// moved: one off the tick is refused. Refusals (kind refused or not_found) name the numbers that decided.
Result<OrderRequest> resolve(const OrderForm& form, const Instrument& instrument, const MarketView& view);

/// price * quantity * multiplier in the instrument's currency, at the limit or stop where there is one, else at the far
/// side of the quote; nullopt for a market order without a quote.
std::optional<Money> notional_of(const OrderRequest& request, const Instrument& instrument,
                                 const std::optional<Quote>& quote);

} // namespace tradesh::orders
