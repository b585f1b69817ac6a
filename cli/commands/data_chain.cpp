#include "cli/commands/data_chain.hpp"

#include "cli/commands/chain_words.hpp"
#include "cli/commands/data_words.hpp"
#include "cli/parse/values.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/option_desk.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

Error twice(const Word& word, std::string_view first, std::string_view second) {
    return Error(ErrorKind::usage, "chain.twice",
                 "--" + std::string(first) + " and --" + std::string(second) + " say the same in two ways")
        .at(word.where())
        .advise("leave one out");
}

/// "200..250", "200..", "..250" or one strike, exactly.
Result<void> read_strikes(const Word& word, engine::OptionsWanted& wanted) {
    if (word.text.empty() || word.text.find("...") != std::string::npos) {
        return fail(Error(ErrorKind::usage, "chain.strikes", "'" + word.text + "' is no range of strikes")
                        .at(word.where())
                        .advise("write 200..250, 200.. or ..250"));
    }
    const std::size_t dots = word.text.find("..");
    const auto strike = [&](std::string_view text) -> Result<std::optional<Decimal>> {
        if (text.empty()) {
            return std::nullopt;
        }
        const Result<Decimal> parsed = Decimal::parse(text);
        if (!parsed || !parsed->is_positive()) {
            return fail(Error(ErrorKind::usage, "chain.strikes", "'" + word.text + "' is no range of strikes")
                            .at(word.where())
                            .advise("write 200..250, 200.. or ..250"));
        }
        return *parsed;
    };
    const std::string_view text = word.text;
    const std::string_view high = dots == std::string_view::npos ? text : text.substr(dots + 2);
    const Result<std::optional<Decimal>> least = strike(text.substr(0, dots));
    const Result<std::optional<Decimal>> most = strike(high);
    if (!least || !most) {
        return fail(least ? most.error() : least.error());
    }
    wanted.strike_least = *least;
    wanted.strike_most = *most;
    if (*least && *most && **least > **most) {
        return fail(Error(ErrorKind::usage, "chain.strikes", "'" + word.text + "' ends below where it begins")
                        .at(word.where())
                        .advise("write the lower strike first"));
    }
    return {};
}

Result<void> read_expiries(const Arguments& arguments, Instant now, engine::OptionsWanted& wanted) {
    if (const Word* expiry = arguments.find("expiry")) {
        const Result<Instant> time = parse_time(*expiry, now);
        if (!time) {
            return fail(time.error());
        }
        wanted.expiry_from = wanted.expiry_to = std::chrono::floor<std::chrono::days>(*time);
    }
    if (const Word* dte = arguments.find("dte")) {
        if (wanted.expiry_from) {
            return fail(twice(*dte, "dte", "expiry"));
        }
        const Result<scan::SpreadFilter> range = read_spread_filter("dte", *dte);
        if (!range) {
            return fail(range.error());
        }
        constexpr double days_max = 36'500; // a hundred years: later than anything is listed
        const auto whole = [&](double days) { return static_cast<int>(std::clamp(days, 0.0, days_max)); };
        wanted.days_to_expiry = {whole(std::ceil(range->range.least)), whole(std::floor(range->range.most))};
    }
    return {};
}

Result<engine::OptionsWanted> options_wanted(const Arguments& arguments, Instant now) {
    engine::OptionsWanted wanted;
    engine::BarsWanted series; // for what its options share with those of bars
    Result<std::string> symbol = symbol_of(arguments.required("symbol"));
    if (!symbol) {
        return fail(std::move(symbol.error()));
    }
    wanted.symbol = std::move(*symbol);
    if (Result<void> read = read_series_options(arguments, now, series); !read) {
        return fail(std::move(read.error()));
    }
    wanted.exchange = series.exchange;
    if (Result<void> read = read_expiries(arguments, now, wanted); !read) {
        return fail(std::move(read.error()));
    }
    if (const Word* right = arguments.find("right")) {
        wanted.right = right->text == "call" ? OptionRight::call : OptionRight::put;
    }
    if (const Word* strikes = arguments.find("strikes")) {
        if (Result<void> read = read_strikes(*strikes, wanted); !read) {
            return fail(std::move(read.error()));
        }
    }
    if (const Word* near = arguments.find("near")) {
        const Result<std::int64_t> count = parse_count(*near);
        if (!count) {
            return fail(count.error());
        }
        wanted.strikes_near = static_cast<std::size_t>(*count);
    }
    return wanted;
}

std::vector<Column> chain_columns(const std::string& currency, bool greeks) {
    std::vector<Column> columns{{"expiry", CellType::date},
                                {"dte", CellType::integer},
                                {"strike", CellType::decimal, currency},
                                {"right", CellType::text},
                                {"bid", CellType::decimal, currency},
                                {"ask", CellType::decimal, currency},
                                {"middle", CellType::decimal, currency},
                                {"volume", CellType::integer},
                                {"open_interest", CellType::integer},
                                {"iv", CellType::real}};
    if (greeks) {
        for (const char* name : {"delta", "gamma", "theta", "vega", "rho"}) {
            columns.push_back({name, CellType::real});
        }
    }
    columns.push_back({"symbol", CellType::text}); // of the contract: a leg of 'order spread'
    return columns;
}

std::vector<Cell> chain_cells(const engine::ListedOption& listed, bool greeks) {
    const OptionQuote& quote = listed.quote;
    const std::optional<Decimal> middle =
        quote.bid && quote.ask ? std::optional((*quote.bid + *quote.ask) * Decimal::of(5, 1)) : std::nullopt;
    std::vector<Cell> cells{date_cell(quote.option.expiry),
                            listed.days_to_expiry,
                            quote.option.strike,
                            quote.option.right == OptionRight::call ? "call" : "put",
                            quote.bid,
                            quote.ask,
                            middle,
                            quote.volume,
                            quote.open_interest,
                            listed.volatility ? Cell(Real{.value = *listed.volatility}) : Cell()};
    if (greeks) {
        const options::Greeks& all = listed.greeks;
        for (const double value : {all.delta, all.gamma, all.theta, all.vega, all.rho}) {
            cells.push_back(listed.volatility ? Cell(Real{.value = value}) : Cell());
        }
    }
    cells.push_back(quote.symbol);
    return cells;
}

Task<Result<void>> run_chain(CommandContext& context) {
    Result<engine::OptionsWanted> wanted = options_wanted(context.arguments, context.engine().clock().now());
    if (!wanted) {
        co_return fail(std::move(wanted.error()));
    }
    context.task.awaits = "the option chain of " + wanted->symbol;
    const Result<engine::OptionsFound> found = co_await context.engine().options().list(std::move(*wanted));
    if (!found) {
        co_return fail(found.error());
    }
    const bool greeks = context.arguments.has("greeks");
    context.report.table(chain_columns(std::string(found->facts.instrument.currency.code()), greeks));
    for (const engine::ListedOption& listed : found->options) {
        std::vector<Cell> row = chain_cells(listed, greeks);
        const Result<void> shown = co_await context.report.row(std::move(row));
        if (!shown) {
            co_return shown;
        }
    }
    context.report.note(headline_of(found->facts));
    context.report.note(valuation_of(found->facts));
    for (const std::string& note : found->facts.notes) {
        context.report.note(note);
    }
    co_return Result<void>();
}

} // namespace

CommandSpec data_chain_command() {
    return CommandSpec{
        .family = "data",
        .verb = "chain",
        .summary = "Show the options on an underlying",
        .arguments = {symbol_argument()},
        .options = {{.name = "expiry",
                     .value_name = "DATE",
                     .help = "only those that expire on this day",
                     .kind = ValueKind::time},
                    dte_option(),
                    {.name = "right", .value_name = "RIGHT", .help = "only calls or puts", .choices = {"call", "put"}},
                    {.name = "strikes", .value_name = "RANGE", .help = "only these strikes: 200..250, 200.., ..250"},
                    {.name = "near",
                     .value_name = "N",
                     .help = "of each expiry only the N strikes nearest to the price, of those of --strikes",
                     .kind = ValueKind::count},
                    {.name = "greeks", .value_name = "", .help = "delta, gamma, theta, vega and rho too"},
                    exchange_option()},
        .examples = {{"data chain AAPL --dte 30..45 --near 8", "a month ahead, around the price"},
                     {"data chain AAPL --expiry 2026-12-18 --right put --greeks", "the puts of one day"},
                     {"data chain AAPL --strikes 200..250 --json", "for a script"}},
        .schema = "data.chain@1",
        .run = run_chain,
        .check =
            [](const Arguments& arguments) {
                const Result<engine::OptionsWanted> wanted = options_wanted(arguments, no_time);
                return wanted ? Result<void>() : fail(wanted.error());
            },
        .details =
            "Implied volatility (0.2 is 20 %) and Greeks are those of Black, Scholes and Merton at the middle of "
            "the quote, of the option out of the money for both of a strike; empty where no volatility explains it. "
            "Days "
            "to expiry count where the underlying trades. Delta and gamma are for 1 of the underlying's price, "
            "theta for a calendar day, vega and rho for one point (0.01). Rank and percentile compare the volatility "
            "at the money, about 30 days ahead, with the last 252 trading days.",
    };
}

} // namespace tradesh::cli
