#pragma once

#include "core/orders/risk_checks.hpp"
#include "tests/orders/order_facts.hpp"

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// One question to the risk checks, fit to pass, of which a test changes what it is about: buy GOOG 100 limit 99.50 at
/// 99.40 to 99.60, 100,000 USD in hand.
namespace tradesh::test {

struct RiskCase {
    explicit RiskCase(bool live_rules = false) : limits(live_rules) {
        instrument.symbol = "GOOG";
        quote.emplace();
        quote->symbol = "GOOG";
        quote->bid = Decimal::of(9940, 2);
        quote->ask = Decimal::of(9960, 2);
        account = AccountSummary{.account = "T1",
                                 .currency = Currency("USD"),
                                 .cash = 100'000,
                                 .reserved = 0,
                                 .position_value = 0,
                                 .net_liquidation = 100'000,
                                 .buying_power = 100'000};
    }

    RiskCase& set(orders::Limit limit, Decimal number, std::string currency = "", orders::LimitScope scope = {}) {
        limits.set(limit, std::move(scope),
                   {.number = number,
                    .currency = currency.empty() ? Currency() : Currency(currency),
                    .source = "limits.toml:7"});
        return *this;
    }
    RiskCase& hold(std::string symbol, Decimal quantity, Decimal price = 100) {
        positions.insert_or_assign(
            std::move(symbol),
            orders::HeldPosition{.quantity = quantity, .average_price = price, .currency = Currency("USD")});
        return *this;
    }
    /// An order that is open, 30 seconds old.
    RiskCase& open(OrderRequest working) {
        const ClientOrderId id = working.id;
        const Instant then = nine_thirty - std::chrono::seconds(30);
        ledger.apply(
            {.time = then, .fact = orders::OrderIntended{{.request = std::move(working), .key = "", .form = ""}}});
        ledger.apply({.time = then, .fact = venue::OrderAccepted{id, VenueOrderId("V" + id.value)}});
        return *this;
    }

    std::vector<orders::RiskCheck> checks() const {
        const orders::AskedOrder asked{.request = order,
                                       .instrument = instrument,
                                       .purpose = purpose,
                                       .keyed = keyed,
                                       .replaces = replaces,
                                       .quote = quote,
                                       .quote_age = quote_age,
                                       .account = account,
                                       .positions = positions,
                                       .ledger = ledger,
                                       .capabilities = capabilities};
        return orders::check_risk(orders::RiskQuestion{.asked = asked,
                                                       .limits = limits,
                                                       .rates = rates,
                                                       .standing = standing,
                                                       .marks = marks,
                                                       .counted = counted,
                                                       .account = "T1",
                                                       .sent = sent,
                                                       .day = day,
                                                       .reserved = reserved,
                                                       .reserved_unknown = "",
                                                       .simulated = simulated,
                                                       .calendar = calendar,
                                                       .now = now});
    }
    orders::RiskCheck check(std::string_view name) const {
        for (orders::RiskCheck& each : checks()) {
            if (each.name == name) {
                return each;
            }
        }
        throw std::logic_error("no such check");
    }
    orders::Verdict verdict(std::string_view name) const { return check(name).verdict; }

    OrderRequest order = request("");
    Instrument instrument;
    orders::RiskPurpose purpose = orders::RiskPurpose::open;
    bool keyed = false;
    const orders::Order* replaces = nullptr;
    std::optional<Quote> quote;
    Duration quote_age{0};
    AccountSummary account;
    orders::HeldPositions positions;
    orders::OrderLedger ledger;
    venue::Capabilities capabilities;
    orders::RiskLimits limits;
    CurrencyRates rates;
    orders::TradingStanding standing;
    orders::Marks marks;
    orders::CountedSymbols counted;
    orders::SentCounts sent;
    orders::DayMeasure day{
        .profit = Money{.amount = 0, .currency = Currency("USD")}, .unknown = "", .drawdown_pct = Decimal(0)};
    Decimal reserved;
    bool simulated = true;
    std::optional<SessionCalendar> calendar;
    Instant now = nine_thirty;
};

} // namespace tradesh::test
