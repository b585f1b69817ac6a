#pragma once

#include "core/base/money.hpp"
#include "core/market/currency_rates.hpp"
#include "core/market/instrument.hpp"
#include "core/market/moment_word.hpp"
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
/// "risk 200usd": as many as lose that much between the entry and the protect price
struct SizeByRisk {
    Money amount;
};
using Size = std::variant<SizeInUnits, SizeInMoney, SizeInPercent, SizeAll, SizeByRisk>;

/// What a price word starts from.
enum class PriceBase : std::uint8_t {
    absolute,
    bid,
    ask,
    mid,
    last,
    present, ///< "+2pct": for an exit the entry's price, for a change what the price is now
};
enum class OffsetUnit : std::uint8_t { currency, ticks, percent };

/// "99.50", "mid", "bid+1t", "last-0.5pct", "+2pct"
struct PriceWord {
    PriceBase base = PriceBase::absolute;
    Decimal offset; ///< signed; for `absolute` the price itself
    OffsetUnit unit = OffsetUnit::currency;
    Currency currency{};               ///< where the offset names one: it has to be the instrument's
    std::optional<SourceSpan> where{}; ///< and where it was written
    bool operator==(const PriceWord&) const = default;
};

struct MarketForm {};
struct LimitForm {
    PriceWord limit;
};
struct StopForm {
    PriceWord stop;
    std::optional<PriceWord> limit;
};
/// "trail 1.50", "trail 2pct"
struct TrailForm {
    Decimal distance; ///< > 0
    bool percent = false;
    bool operator==(const TrailForm&) const = default;
};
using PriceForm = std::variant<MarketForm, LimitForm, StopForm, TrailForm>;

/// What ends a position that went wrong: a stop at a price, or one that trails the market.
using ProtectForm = std::variant<PriceWord, TrailForm>;

/// Until when an order may live.
struct Validity {
    std::variant<MomentWord, Duration> asked; ///< a span counts from the moment the order is made
    /// What a MomentWord comes to, looked up before the form is resolved; not part of the words.
    std::optional<Instant> moment{};
};

struct OrderForm {
    Side side = Side::buy;
    std::string symbol;
    Size size = SizeInUnits{};
    PriceForm price = MarketForm{};
    std::optional<PriceForm> alternative{}; ///< "limit 110 or stop 95": two orders of which one cancels the other
    TimeInForce time_in_force = TimeInForce::day;
    bool may_open_short = false;
    bool closes = false;     ///< `close`: the side comes from the position
    bool reverses = false;   ///< `close --reverse`: twice the position, so that as much is held the other way
    bool rebalances = false; ///< `rebalance`: the size is the share of net liquidation to hold, in percent
    std::optional<PriceWord> target{};
    std::optional<ProtectForm> protect{};
    std::optional<Validity> valid_until{};
    std::optional<Duration> quote_age_max{};       ///< instead of the usual one
    std::optional<Decimal> slippage_percent_max{}; ///< of a market order: how far its price may lie from the middle
};

/// The form in canonical words: "buy GOOG 10 limit 99.5 day target +2pct". Equal forms give equal words; a key stands
/// for them.
std::string to_text(const OrderForm& form);
std::string to_text(const PriceWord& word);
std::string to_text(const Size& size);

/// Widest spread, in percent of the middle, of a quote that a price word may use, unless the profile says otherwise:
/// the second one for options and combos.
inline constexpr int quote_spread_max_percent_usual = 5;
inline constexpr int quote_spread_max_percent_of_options = 25;

/// What sizes and price words are resolved against. All of one moment.
struct MarketView {
    std::optional<Quote> quote;
    Duration quote_age{0};
    Decimal position_quantity;      ///< in the symbol, signed; zero when flat
    Decimal open_reducing_quantity; ///< of the symbol, in open orders on the side that reduces the position
    Decimal open_quantity;          ///< of the symbol, in open orders on both sides
    AccountSummary account;
    Duration account_asked{0}; ///< Clock::elapsed() when the account was asked for
    Instant now;
    const CurrencyRates* rates = nullptr; ///< for sizes in another currency; null: there are none
    std::chrono::days rates_age_max{0};
    std::optional<Decimal> quote_spread_max_percent{}; ///< as the profile sets it; else the usual one of the kind
};

/// Oldest quote that a price word may use.
inline constexpr Duration quote_age_max = std::chrono::seconds(2);

/// True when the form cannot be resolved without a quote.
bool needs_quote(const OrderForm& form);

/// Resolves side, quantity and prices; the id is left empty. Quantities are rounded down to the lot, prices are never
/// moved: one off the tick is refused. Refusals (kind refused or not_found) name the numbers that decided.
///
/// A rebalance counts on what is held; while orders in the symbol are open it is refused.
Result<OrderRequest> resolve(const OrderForm& form, const Instrument& instrument, const MarketView& view);

/// True for a form that means the whole position: nothing is to be held after it.
bool closes_all(const OrderForm& form);
/// Refuses such a form where open orders leave less than the position to close.
Result<void> check_closes_all(const OrderForm& form, Decimal quantity, const MarketView& view);

/// What goes out together with the entry: its exits, the target first, or the alternative to it; often nothing.
///
/// An alternative is the same order at another price. Exits take the entry's quantity to
/// the other side, until cancelled. A relative price is counted from the entry's limit, else its stop, else the far
/// side of the quote: the venue needs a number with the order, before it has filled. It is rounded towards the entry
/// for `protect` and away from it for `target`. A price on the wrong side of the entry is refused. Ids and links are
/// left empty: see link_exits.
Result<std::vector<OrderRequest>> resolve_exits(const OrderForm& form, const OrderRequest& entry,
                                                const Instrument& instrument, const MarketView& view);

/// Once all have their ids: ties exits to their entry and two of them to one another, or the alternative to the order.
void link_exits(OrderRequest& entry, std::vector<OrderRequest>& exits);

/// price * quantity * multiplier in the instrument's currency, at the limit or stop where there is one, else at the far
/// side of the quote; nullopt for a market order without a quote.
std::optional<Money> notional_of(const OrderRequest& request, const Instrument& instrument,
                                 const std::optional<Quote>& quote);

} // namespace tradesh::orders
