#include "cli/commands/account_pnl.hpp"

#include "cli/commands/cents.hpp"
#include "cli/commands/time_range.hpp"
#include "core/engine/account_desk.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/risk_desk.hpp"
#include "core/orders/risk_book.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace tradesh::cli {
namespace {

using orders::Profit;
using orders::ProfitLine;
using runtime::Task;

struct PnlWords {
    orders::ProfitGrouping grouping;
    std::optional<std::string> symbol{};
    bool ends_before_now = false;
};

/// "day", "symbol", "day,symbol".
Result<void> read_by(const Word& word, orders::ProfitGrouping& grouping) {
    grouping.by_day = word.text == "day" || word.text == "day,symbol" || word.text == "symbol,day";
    grouping.by_symbol = word.text == "symbol" || word.text == "day,symbol" || word.text == "symbol,day";
    if (!grouping.by_day && !grouping.by_symbol) {
        return fail(Error(ErrorKind::usage, "pnl.by_unknown", "'" + word.text + "' is nothing to group by")
                        .at(word.where())
                        .advise("--by day, --by symbol or --by day,symbol"));
    }
    return {};
}

Result<PnlWords> pnl_words(const Arguments& arguments, Instant now) {
    const Result<TimeRange> range = read_time_range(arguments, now);
    if (!range) {
        return fail(range.error());
    }
    PnlWords words{.grouping = {.by_day = false, .by_symbol = true, .from = range->from, .to = range->to}};
    words.ends_before_now = range->to <= now;
    if (const Word* word = arguments.find("by")) {
        if (Result<void> read = read_by(*word, words.grouping); !read) {
            return fail(std::move(read.error()));
        }
    }
    if (const Word* word = arguments.find("symbol")) {
        Result<std::string> symbol = symbol_of(*word);
        if (!symbol) {
            return fail(std::move(symbol.error()));
        }
        words.symbol = std::move(*symbol);
    }
    return words;
}

/// A line with what is open now beside what was closed.
struct PnlLine {
    Profit closed;
    std::optional<Decimal> unrealised = Decimal(0); ///< nullopt where some of it has no price

    void add(const std::optional<Decimal>& open) {
        unrealised = unrealised && open ? std::optional(*unrealised + *open) : std::nullopt;
    }
    std::optional<Decimal> total() const {
        return unrealised ? std::optional(closed.net() + *unrealised) : std::nullopt;
    }
};

struct PnlLines {
    std::map<ProfitLine, PnlLine> lines;
    std::map<Currency, PnlLine> totals;
};

PnlLine line_of(const Profit& closed, const PnlWords& words) {
    return PnlLine{.closed = closed, .unrealised = words.ends_before_now ? std::nullopt : std::optional(Decimal(0))};
}

/// What is open counts on the day that it is asked for; nothing of a range that is over.
PnlLines lines_of(const engine::ProfitReport& report, const PnlWords& words) {
    PnlLines all;
    for (const auto& [line, profit] : report.book.lines()) {
        all.lines[line] = line_of(profit, words);
    }
    for (const auto& [currency, profit] : report.book.totals()) {
        all.totals[currency] = line_of(profit, words);
    }
    for (const engine::OpenProfit& open : report.open) {
        if (words.ends_before_now) {
            break;
        }
        const ProfitLine line{.day = words.grouping.by_day ? open.today : TradingDate(),
                              .symbol = words.grouping.by_symbol ? open.symbol : std::string(),
                              .currency = open.currency};
        all.lines[line].add(open.unrealised);
        all.totals[open.currency].add(open.unrealised);
    }
    return all;
}

void add_columns(std::vector<Column>& columns) {
    columns.insert(columns.end(), {{"currency", CellType::text},
                                   {"fills", CellType::integer},
                                   {"realised", CellType::decimal},
                                   {"fees", CellType::decimal},
                                   {"net", CellType::decimal},
                                   {"unrealised", CellType::decimal},
                                   {"total", CellType::decimal}});
}

void add_cells(std::vector<Cell>& row, const Currency& currency, const PnlLine& pnl) {
    row.insert(row.end(), {currency.code(), pnl.closed.fills, in_cents(pnl.closed.realised), in_cents(pnl.closed.fees),
                           in_cents(pnl.closed.net()), in_cents(pnl.unrealised), in_cents(pnl.total())});
}

Task<Result<void>> report_lines(Report& report, const PnlLines& all, const orders::ProfitGrouping& grouping) {
    std::vector<Column> columns;
    if (grouping.by_day) {
        columns.push_back({"day", CellType::date});
    }
    if (grouping.by_symbol) {
        columns.push_back({"symbol", CellType::text});
    }
    add_columns(columns);
    report.table(std::move(columns), "lines");
    for (const auto& [line, pnl] : all.lines) {
        std::vector<Cell> row;
        if (grouping.by_day) {
            row.emplace_back(Instant(line.day));
        }
        if (grouping.by_symbol) {
            row.emplace_back(line.symbol);
        }
        add_cells(row, line.currency, pnl);
        const Result<void> shown = co_await report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    co_return Result<void>();
}

/// One line a currency: unlike currencies are never added.
Task<Result<void>> report_totals(Report& report, const PnlLines& all) {
    std::vector<Column> columns;
    add_columns(columns);
    report.table(std::move(columns), "totals");
    for (const auto& [currency, pnl] : all.totals) {
        std::vector<Cell> row;
        add_cells(row, currency, pnl);
        const Result<void> shown = co_await report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    co_return Result<void>();
}

/// All currencies in that of the account, where each has a rate that is not too old; an Error that says which has none.
Result<PnlLine> in_base(const PnlLines& all, const orders::RiskBook& book, TradingDate today) {
    const Currency base = book.base_currency();
    PnlLine sum;
    for (const auto& [currency, pnl] : all.totals) {
        const auto convert = [&, from = currency](Decimal amount) {
            return book.rates().convert(Money{amount, from}, base, today, book.rates_age_max());
        };
        const Result<Money> realised = convert(pnl.closed.realised);
        const Result<Money> fees = convert(pnl.closed.fees);
        const Result<Money> unrealised = convert(pnl.unrealised.value_or(0));
        for (const Result<Money>* each : {&realised, &fees, &unrealised}) {
            if (!*each) {
                return fail(each->error());
            }
        }
        sum.closed += Profit{.realised = realised->amount, .fees = fees->amount, .fills = pnl.closed.fills};
        sum.add(pnl.unrealised ? std::optional(unrealised->amount) : std::nullopt);
    }
    return sum;
}

Task<Result<void>> report_base(CommandContext& context, const PnlLines& all) {
    const orders::RiskBook& book = context.engine().risk().book();
    const auto today = std::chrono::floor<std::chrono::days>(context.engine().clock().now());
    const Result<PnlLine> sum = in_base(all, book, today);
    if (!sum) {
        context.report.note("the currencies are not added up: " + sum.error().message);
        co_return Result<void>();
    }
    std::vector<Column> columns;
    add_columns(columns);
    context.report.table(std::move(columns), "base");
    std::vector<Cell> row;
    add_cells(row, book.base_currency(), *sum);
    const Result<void> shown = co_await context.report.row(std::move(row));
    co_return shown;
}

void tell(Report& report, const engine::ProfitReport& profit, const PnlWords& words, const PnlLines& all) {
    for (const std::string& warning : profit.warnings) {
        report.warn(warning);
    }
    if (all.lines.empty()) {
        report.note("no trades yet");
    } else if (words.ends_before_now) {
        report.note("unrealised is left out: it is of now, and --to lies before that");
    } else if (std::ranges::any_of(profit.open, [](const engine::OpenProfit& open) {
                   return open.unrealised && open.mark_kind != QuoteKind::realtime;
               })) {
        report.note("unrealised at " + std::string(name_of(profit.open.front().mark_kind)) + " quotes");
    }
}

Task<Result<void>> run_pnl(CommandContext& context) {
    const Result<PnlWords> words = pnl_words(context.arguments, context.engine().clock().now());
    if (!words) {
        co_return fail(words.error());
    }
    context.task.awaits = "the fills of the journal";
    const Result<engine::ProfitReport> profit =
        co_await context.engine().account_desk().profit(words->grouping, words->symbol);
    if (!profit) {
        co_return fail(profit.error());
    }
    const PnlLines all = lines_of(*profit, *words);
    if (all.lines.empty() && words->symbol) { // "no trades" of a symbol that does not exist would hide a typo
        const Result<Instrument> known = co_await context.engine().instruments().find(*words->symbol);
        if (!known) {
            co_return fail(known.error());
        }
    }
    tell(context.report, *profit, *words, all);
    const Result<void> shown = co_await report_lines(context.report, all, words->grouping);
    if (!shown) {
        co_return shown;
    }
    const Result<void> totals = co_await report_totals(context.report, all);
    if (!totals || all.totals.size() < 2) {
        co_return totals;
    }
    const Result<void> base = co_await report_base(context, all);
    co_return base;
}

} // namespace

CommandSpec account_pnl_command() {
    return CommandSpec{
        .family = "account",
        .verb = "pnl",
        .summary = "Show profit and loss: realised, unrealised and fees",
        .options = {{.name = "by", .value_name = "WHAT", .help = "day, symbol or day,symbol (symbol)"},
                    from_option(),
                    to_option(),
                    {.name = "symbol", .value_name = "SYMBOL", .help = "only this", .kind = ValueKind::symbol}},
        .examples = {{"pnl", "every symbol, since the beginning"},
                     {"pnl --by day,symbol --from -5d", "of the last days, line by line"},
                     {"account pnl --from today --json", "of this day, for a script"}},
        .schema = "account.pnl@1",
        .run = run_pnl,
        .check =
            [](const Arguments& arguments) {
                const Result<PnlWords> words = pnl_words(arguments, no_time);
                return words ? Result<void>() : fail(words.error());
            },
        .quick = "pnl",
        .details = "Realised is what was closed, at average cost; net is that without the fees. Unrealised is what "
                   "closing at the bid (or buying back at the ask) would add now, and empty without a usable quote; by "
                   "day it stands in the line of today. A day is that of the exchange's clock; on paper, of UTC. "
                   "Each currency has its own lines; they are added up, in the account's own, only by dated rates "
                   "(rates.csv).",
    };
}

} // namespace tradesh::cli
