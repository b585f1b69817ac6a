#include "core/engine/account_desk.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace tradesh::engine {

using orders::ContractTerms;
using runtime::Task;

namespace {

const Position* find_position(const std::vector<ValuedPosition>& held, std::string_view symbol) {
    const auto found = std::ranges::find(held, symbol, [](const ValuedPosition& each) { return each.position.symbol; });
    return found == held.end() ? nullptr : &found->position;
}

/// The price at which `quantity` could be closed now.
std::optional<Decimal> closing_price(const Result<Quote>& quote, Decimal quantity) {
    if (!quote || !quote->bid || !quote->ask || *quote->bid > *quote->ask) {
        return std::nullopt;
    }
    return quantity.is_negative() ? *quote->ask : *quote->bid;
}

/// Where our record of a position is not the venue's, what was bought elsewhere has no cost here.
void compare(ProfitReport& report, const std::vector<ValuedPosition>& held, const std::optional<std::string>& symbol) {
    std::set<std::string> symbols;
    for (const auto& [name, position] : report.book.positions()) {
        symbols.insert(name);
    }
    for (const ValuedPosition& each : held) {
        symbols.insert(each.position.symbol);
    }
    for (const std::string& name : symbols) {
        const Position* theirs = find_position(held, name);
        const auto ours = report.book.positions().find(name);
        const Decimal there = theirs == nullptr ? Decimal(0) : theirs->quantity;
        const Decimal here = ours == report.book.positions().end() ? Decimal(0) : ours->second.basis.quantity();
        if (there != here && (!symbol || *symbol == name)) {
            report.warnings.push_back("the venue holds " + there.normalized().to_string() + " " + name +
                                      " and the fills of the journal come to " + here.normalized().to_string() +
                                      ": what was traded elsewhere is not in here");
        }
    }
}

} // namespace

/// Instruments may have been deleted since; the venue still knows what it holds.
Task<std::optional<ContractTerms>> AccountDesk::terms_of(std::string symbol, const std::vector<ValuedPosition>& held) {
    const Result<Instrument> instrument = co_await parts_.instruments.find_traded(symbol);
    if (!instrument) {
        const Position* position = find_position(held, symbol);
        co_return position == nullptr
            ? std::nullopt
            : std::optional(ContractTerms{.currency = position->currency, .multiplier = position->multiplier});
    }
    ContractTerms terms{.currency = instrument->currency, .multiplier = instrument->multiplier};
    if (parts_.profile.live_rules() && !instrument->assumed.zone && !instrument->zone.empty()) {
        auto find = [name = instrument->zone] { return Zone::find(name); };
        const Result<Zone> zone = co_await parts_.workers.run(find);
        if (zone) {
            terms.zone = *zone;
        }
    }
    co_return terms;
}

Task<void> AccountDesk::value_open(ProfitReport& report) {
    for (const auto& [symbol, position] : report.book.positions()) {
        const Decimal quantity = position.basis.quantity();
        if (quantity.is_zero()) {
            continue;
        }
        OpenProfit open{.symbol = symbol,
                        .currency = position.terms.currency,
                        .today = orders::trading_date(parts_.clock.now(), position.terms.zone),
                        .unrealised = std::nullopt};
        const Result<Quote> quote = co_await parts_.trading.quote(symbol);
        const std::optional<Decimal> mark = closing_price(quote, quantity);
        if (mark) {
            open.unrealised = position.basis.unrealised(*mark, position.terms.multiplier);
            open.mark_kind = quote->kind;
        } else {
            report.warnings.push_back("there is no usable quote of " + symbol + ": what is open in it has no value" +
                                      (quote ? "" : " (" + quote.error().message + ")"));
        }
        report.open.push_back(std::move(open));
    }
}

Task<Result<void>> AccountDesk::fold_all(ProfitReport& report, const std::optional<std::string>& symbol,
                                         const std::vector<ValuedPosition>& held) {
    std::map<std::string, std::optional<ContractTerms>, std::less<>> known;
    orders::FillReader reader(parts_.journal);
    for (;;) {
        Result<std::vector<orders::RecordedFill>> page = co_await reader.next();
        if (!page || page->empty()) {
            co_return page ? Result<void>() : fail(std::move(page.error()));
        }
        for (const orders::RecordedFill& each : *page) {
            const std::string& name = each.fill.symbol;
            if ((symbol && *symbol != name) || each.fill.of == FillOf::combo) {
                continue;
            }
            auto terms = known.find(name);
            if (terms == known.end()) {
                const std::optional<ContractTerms> found = co_await terms_of(name, held);
                terms = known.emplace(name, found).first;
                if (!found) {
                    report.warnings.push_back("the contract of " + name +
                                              " is no longer known, and its trades are left out");
                }
            }
            if (terms->second) {
                report.book.fold(each.fill, *terms->second);
            }
        }
    }
}

Task<Result<ProfitReport>> AccountDesk::profit(orders::ProfitGrouping grouping, std::optional<std::string> symbol) {
    Result<Holdings> holdings = co_await parts_.trading.holdings();
    if (!holdings) {
        co_return fail(std::move(holdings.error()).attempting("work out profit and loss"));
    }
    ProfitReport report{.book = orders::ProfitAndLoss(grouping), .open = {}, .warnings = {}};
    const Result<void> folded = co_await fold_all(report, symbol, holdings->positions);
    if (!folded) {
        co_return fail(Error(folded.error()).attempting("work out profit and loss"));
    }
    co_await value_open(report);
    compare(report, holdings->positions, symbol);
    co_return report;
}

} // namespace tradesh::engine
