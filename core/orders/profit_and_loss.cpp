#include "core/orders/profit_and_loss.hpp"

#include <chrono>

namespace tradesh::orders {
namespace {

using QuarterHours = std::chrono::duration<std::int64_t, std::ratio<900>>;

Instant quarter_of(Instant time) { return std::chrono::floor<QuarterHours>(time); }

} // namespace

TradingDate trading_date(Instant time, const std::optional<Zone>& zone) {
    const Duration on_clock = zone ? zone->to_local(time).time_since_epoch() : time.time_since_epoch();
    return TradingDate(std::chrono::floor<std::chrono::days>(on_clock));
}

Profit& Profit::operator+=(const Profit& other) {
    realised = (realised + other.realised).normalized();
    fees = (fees + other.fees).normalized();
    fills += other.fills;
    return *this;
}

void ProfitAndLoss::fold(const Fill& fill, const ContractTerms& terms) {
    if (fill.of == FillOf::combo) {
        return; // its legs move the positions
    }
    HeldAtCost& held = positions_[fill.symbol];
    held.terms = terms;
    const Decimal realised = held.basis.trade(fill.side, fill.quantity, fill.price, terms.multiplier);
    ProfitLine line{.day = grouping_.by_day ? trading_date(fill.time, terms.zone) : TradingDate(),
                    .symbol = grouping_.by_symbol ? fill.symbol : std::string(),
                    .currency = terms.currency};
    const bool fee_elsewhere = fill.fee.currency.is_set() && fill.fee.currency != terms.currency;
    book(line, Profit{.realised = realised, .fees = fee_elsewhere ? Decimal(0) : fill.fee.amount, .fills = 1},
         fill.time);
    if (fee_elsewhere) {
        line.currency = fill.fee.currency;
        book(line, Profit{.realised = {}, .fees = fill.fee.amount, .fills = 0}, fill.time);
    }
}

void ProfitAndLoss::book(const ProfitLine& line, const Profit& profit, Instant time) {
    if (time >= grouping_.from && time < grouping_.to) {
        lines_[line] += profit;
        totals_[line.currency] += profit;
    }
    recent_[quarter_of(time)][line.currency] += profit;
    const Instant oldest = quarter_of(recent_.rbegin()->first - looks_back);
    recent_.erase(recent_.begin(), recent_.lower_bound(oldest));
}

ProfitByCurrency ProfitAndLoss::realised_since(Instant since) const {
    ProfitByCurrency sum;
    for (auto quarter = recent_.lower_bound(quarter_of(since)); quarter != recent_.end(); ++quarter) {
        for (const auto& [currency, profit] : quarter->second) {
            sum[currency] += profit;
        }
    }
    return sum;
}

} // namespace tradesh::orders
