#include "core/orders/day_result.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace tradesh::orders {
namespace {

using nlohmann::json;

/// The decimal of a JSON string; throws what json throws, and `restore` catches it.
Decimal decimal_from(const json& text) {
    const Result<Decimal> number = Decimal::parse(text.get<std::string>());
    if (!number) {
        throw std::invalid_argument("no number");
    }
    return *number;
}

} // namespace

void DayResult::begin(Instant now, const HeldPositions& positions) {
    date_ = std::chrono::floor<std::chrono::days>(now);
    began_ = now;
    begun_.clear();
    flows_.clear();
    for (const auto& [symbol, position] : positions) {
        begun_.emplace(symbol, Begun{.quantity = position.quantity, .price = std::nullopt});
    }
}

std::set<std::string> DayResult::symbols() const {
    std::set<std::string> symbols;
    for (const auto& [symbol, begun] : begun_) {
        symbols.insert(symbol);
    }
    for (const auto& [symbol, flow] : flows_) {
        symbols.insert(symbol);
    }
    return symbols;
}

void DayResult::filled(const Fill& fill) { add(fill, 1); }

void DayResult::unfilled(const Fill& fill) { add(fill, -1); }

void DayResult::add(const Fill& fill, Decimal sign) {
    if (fill.time <= began_) {
        return;
    }
    Flow& flow = flows_[fill.symbol];
    const Decimal bought = sign * Decimal(sign_of(fill.side)) * fill.quantity;
    flow.quantity += bought;
    flow.money -= bought * fill.price;
    flow.fees += sign * fill.fee.amount;
}

void DayResult::saw_net_liquidation(Money amount) {
    if (!highest_ || highest_->currency != amount.currency || amount.amount > highest_->amount) {
        highest_ = amount;
    }
    latest_ = amount;
}

void DayResult::forget_highest() { highest_ = latest_; }

bool DayResult::see_first(const Marks& marks) {
    bool is_news = false;
    for (auto& [symbol, begun] : begun_) {
        const auto mark = marks.find(symbol);
        if (!begun.price && mark != marks.end()) {
            begun.price = mark->second.price;
            is_news = true;
        }
    }
    return is_news;
}

/// Worth now plus what the fills brought, less the worth as the day began. A fee is in the instrument's currency.
Result<Money> DayResult::profit_of(const std::string& symbol, const Marks& marks, const CountedSymbols& counted) const {
    const auto counts = counted.find(symbol);
    const auto mark = marks.find(symbol);
    const auto begun = begun_.find(symbol);
    const auto flow = flows_.find(symbol);
    const Begun start = begun == begun_.end() ? Begun{} : begun->second;
    const Flow moved = flow == flows_.end() ? Flow{} : flow->second;
    const Decimal now = start.quantity + moved.quantity;
    if (counts == counted.end()) {
        return fail(ErrorKind::refused, "risk.day_unknown", "what " + symbol + " is counted in is not known");
    }
    const bool needs_mark = !now.is_zero() || (!start.quantity.is_zero() && !start.price);
    if (needs_mark && mark == marks.end()) {
        return fail(ErrorKind::refused, "risk.day_unknown", "there is no quote of " + symbol);
    }
    const Decimal price = mark == marks.end() ? Decimal(0) : mark->second.price;
    const Decimal worth = now * price - start.quantity * start.price.value_or(price) + moved.money;
    return Money{.amount = worth * counts->second.multiplier - moved.fees, .currency = counts->second.currency};
}

DayMeasure DayResult::measure(const Marks& marks, const CountedSymbols& counted, Currency currency,
                              const CurrencyRates& rates, std::chrono::days rates_age_max) const {
    DayMeasure measure;
    if (highest_ && latest_ && highest_->amount.is_positive()) {
        measure.drawdown_pct =
            Decimal::divide((highest_->amount - latest_->amount) * 100, highest_->amount, 4, Rounding::half_even);
    }
    Money sum{.amount = 0, .currency = currency};
    for (const std::string& symbol : symbols()) {
        Result<Money> profit = profit_of(symbol, marks, counted);
        if (profit) {
            profit = rates.convert(*profit, currency, date_, rates_age_max);
        }
        if (!profit) {
            measure.unknown = profit.error().message;
            return measure;
        }
        sum.amount += profit->amount;
    }
    measure.profit = sum;
    return measure;
}

std::string DayResult::to_json() const {
    json begun = json::object();
    for (const auto& [symbol, position] : begun_) {
        begun[symbol]["quantity"] = position.quantity.to_string();
        if (position.price) {
            begun[symbol]["price"] = position.price->to_string();
        }
    }
    json whole{{"began", to_rfc3339(began_)}, {"begun", std::move(begun)}};
    if (highest_) {
        whole["highest"] = {{"amount", highest_->amount.to_string()}, {"currency", highest_->currency.code()}};
    }
    return whole.dump();
}

bool DayResult::restore(std::string_view text) {
    try {
        const json whole = json::parse(text);
        const Result<Instant> began = parse_instant(whole.at("began").get<std::string>());
        if (!began) {
            return false;
        }
        DayResult restored;
        restored.began_ = *began;
        restored.date_ = std::chrono::floor<std::chrono::days>(*began);
        for (const auto& [symbol, position] : whole.at("begun").items()) {
            Begun begun{.quantity = decimal_from(position.at("quantity")), .price = std::nullopt};
            if (position.contains("price")) {
                begun.price = decimal_from(position.at("price"));
            }
            restored.begun_.emplace(symbol, begun);
        }
        if (whole.contains("highest")) {
            const json& highest = whole.at("highest");
            restored.highest_ = Money{.amount = decimal_from(highest.at("amount")),
                                      .currency = Currency(highest.at("currency").get<std::string>())};
        }
        *this = std::move(restored);
        return true;
    } catch (const std::exception&) {
        return false; // nobody can read it: the day begins anew
    }
}

} // namespace tradesh::orders
