#include "cli/commands/watchlist.hpp"

#include "cli/commands/data_words.hpp"
#include "cli/commands/saved_name.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/instruments.hpp"
#include "core/engine/saved_desk.hpp"
#include "core/scan/universe.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;
using store::SavedItem;
using store::SavedKind;
using Symbols = std::vector<std::string>;

/// A list is kept as scans take it: "AAPL,MSFT".
std::string text_of(const Symbols& symbols) {
    std::string text;
    for (const std::string& symbol : symbols) {
        text += (text.empty() ? "" : ",") + symbol;
    }
    return text;
}

Result<Symbols> read_list(const SavedItem& item) {
    Result<scan::Universe> universe = scan::parse_universe(item.text);
    if (!universe) {
        return fail(std::move(universe.error()).attempting("read the watchlist").on(item.name));
    }
    return std::move(universe->entries);
}

Task<Result<Symbols>> names_of_lists(engine::SavedDesk& desk) {
    const Result<std::vector<SavedItem>> items = co_await desk.list(SavedKind::watchlist);
    if (!items) {
        co_return fail(items.error());
    }
    Symbols names;
    std::ranges::transform(*items, std::back_inserter(names), &SavedItem::name);
    co_return names;
}

/// The symbols of the list that the argument "name" means; none for no list where `may_be_new`.
Task<Result<Symbols>> find_list(CommandContext& context, bool may_be_new) {
    const Word& word = context.arguments.required("name");
    engine::SavedDesk& desk = context.engine().saved();
    const Result<std::optional<SavedItem>> item = co_await desk.find(SavedKind::watchlist, word.text);
    if (!item) {
        co_return fail(item.error());
    }
    if (*item) {
        co_return read_list(**item);
    }
    if (may_be_new) {
        co_return Symbols();
    }
    const Result<Symbols> names = co_await names_of_lists(desk);
    co_return fail(no_such_name(word, "watchlist", names.value_or(Symbols())));
}

/// Puts the list in place; an empty one is none.
Task<Result<void>> keep_list(CommandContext& context, const Symbols& symbols) {
    engine::SavedDesk& desk = context.engine().saved();
    const std::string& name = context.arguments.required("name").text;
    if (symbols.empty()) {
        const Result<bool> erased = co_await desk.erase(SavedKind::watchlist, name);
        co_return erased ? Result<void>() : fail(erased.error());
    }
    SavedItem item{.name = name, .text = text_of(symbols)};
    const Result<bool> kept = co_await desk.put(SavedKind::watchlist, std::move(item));
    co_return kept ? Result<void>() : fail(kept.error());
}

Task<Result<void>> report_list(CommandContext& context, const Symbols& symbols) {
    std::vector<Field> fields{
        {"name", context.arguments.required("name").text}, {"count", symbols.size()}, {"symbols", text_of(symbols)}};
    const Result<void> shown = co_await context.report.record(std::move(fields));
    co_return shown;
}

Result<std::vector<NamedSymbol>> added_symbols(const Arguments& arguments) {
    if (Result<std::string> name = saved_name_of(arguments.required("name"), "watchlist"); !name) {
        return fail(std::move(name.error()));
    }
    return read_symbols(arguments);
}

Task<Result<void>> run_add(CommandContext& context) {
    const Result<std::vector<NamedSymbol>> added = added_symbols(context.arguments);
    if (!added) {
        co_return fail(added.error());
    }
    Result<Symbols> symbols = co_await find_list(context, true);
    if (!symbols) {
        co_return fail(std::move(symbols.error()));
    }
    for (const NamedSymbol& symbol : *added) {
        if (std::ranges::find(*symbols, symbol.symbol) == symbols->end()) {
            symbols->push_back(symbol.symbol);
        }
    }
    if (symbols->size() > scan::symbols_max) {
        co_return fail(ErrorKind::usage, "watchlist.too_large",
                       "a list has at most " + std::to_string(scan::symbols_max) + " symbols");
    }
    const Result<void> kept = co_await keep_list(context, *symbols);
    if (!kept) {
        co_return kept;
    }
    const Result<std::vector<Instrument>> known = co_await context.engine().instruments().list();
    Symbols unknown;
    for (const NamedSymbol& symbol : *added) {
        if (known && std::ranges::find(*known, symbol.symbol, &Instrument::symbol) == known->end()) {
            unknown.push_back(symbol.symbol);
        }
    }
    if (!unknown.empty()) {
        context.report.note("nothing is stored of " + text_of(unknown) + " yet: data load " + text_of(unknown));
    }
    const Result<void> shown = co_await report_list(context, *symbols);
    co_return shown;
}

Result<void> check_rm(const Arguments& arguments) {
    if (!arguments.has("symbol")) {
        return {};
    }
    const Result<std::vector<NamedSymbol>> symbols = read_symbols(arguments);
    return symbols ? Result<void>() : fail(symbols.error());
}

Task<Result<void>> run_rm(CommandContext& context) {
    Result<Symbols> symbols = co_await find_list(context, false);
    if (!symbols) {
        co_return fail(std::move(symbols.error()));
    }
    Result<std::vector<NamedSymbol>> removed = std::vector<NamedSymbol>();
    if (context.arguments.has("symbol")) {
        removed = read_symbols(context.arguments);
        if (!removed) {
            co_return fail(std::move(removed.error()));
        }
    } else {
        symbols->clear();
    }
    for (const NamedSymbol& symbol : *removed) {
        if (std::erase(*symbols, symbol.symbol) == 0) {
            co_return fail(Error(ErrorKind::not_found, "watchlist.no_symbol", symbol.symbol + " is not in the list")
                               .at(symbol.where)
                               .advise("watchlist show " + context.arguments.required("name").text));
        }
    }
    const Result<void> kept = co_await keep_list(context, *symbols);
    if (!kept) {
        co_return kept;
    }
    if (symbols->empty()) {
        context.report.note("the list is gone");
    }
    const Result<void> shown = co_await report_list(context, *symbols);
    co_return shown;
}

Task<Result<void>> run_list(CommandContext& context) {
    const Result<std::vector<SavedItem>> items = co_await context.engine().saved().list(SavedKind::watchlist);
    if (!items) {
        co_return fail(items.error());
    }
    context.report.table({{"name"}, {"count", CellType::integer}, {"symbols"}});
    for (const SavedItem& item : *items) {
        const Result<Symbols> symbols = read_list(item);
        std::vector<Cell> cells{item.name, symbols ? Cell(symbols->size()) : Cell(), item.text};
        const Result<void> shown = co_await context.report.row(std::move(cells));
        if (!shown) {
            co_return shown;
        }
    }
    if (items->empty()) {
        context.report.note("there is no list yet: watchlist add tech AAPL,MSFT");
    }
    co_return Result<void>();
}

/// The newest stored close of a symbol; empty cells where nothing is stored.
Task<std::vector<Cell>> close_cells(CommandContext& context, std::string symbol) {
    engine::Instruments& instruments = context.engine().instruments();
    std::vector<Cell> cells{symbol, {}, {}};
    Result<Instrument> instrument = co_await instruments.find(symbol);
    if (!instrument) {
        co_return cells;
    }
    const Result<Bar> bar = co_await instruments.last_bar(std::move(*instrument));
    if (bar) {
        cells[1] = bar->close;
        cells[2] = to_date_text(bar->open_time);
    }
    co_return cells;
}

Task<Result<void>> run_show(CommandContext& context) {
    const Result<Symbols> symbols = co_await find_list(context, false);
    if (!symbols) {
        co_return fail(symbols.error());
    }
    context.report.table({{"symbol"}, {"close", CellType::decimal}, {"date"}});
    for (const std::string& symbol : *symbols) {
        std::vector<Cell> cells = co_await close_cells(context, symbol);
        const Result<void> shown = co_await context.report.row(std::move(cells));
        if (!shown) {
            co_return shown;
        }
    }
    co_return Result<void>();
}

ArgumentSpec name_argument(std::string_view help) {
    return {.name = "name", .help = help, .kind = ValueKind::watchlist};
}

} // namespace

std::vector<CommandSpec> watchlist_commands() {
    return {
        {.family = "watchlist",
         .verb = "add",
         .summary = "Add symbols to a list, which may be a new one",
         .arguments = {name_argument("the list; it is @NAME where symbols are asked for"),
                       {.name = "symbol",
                        .help = "the instruments: AAPL,MSFT NVDA",
                        .kind = ValueKind::symbol,
                        .repeatable = true}},
         .examples = {{"watchlist add tech AAPL,MSFT NVDA", "a list of three"},
                      {"watchlist add tech AMD", "one more"},
                      {"scan run \"rsi(14) < 30\" -u @tech", "what it is for"}},
         .schema = "watchlist.add@1",
         .run = run_add,
         .check =
             [](const Arguments& arguments) {
                 const Result<std::vector<NamedSymbol>> symbols = added_symbols(arguments);
                 return symbols ? Result<void>() : fail(symbols.error());
             },
         .rehearses = false,
         .details = "A symbol that is there already stays where it is; one of which nothing is stored yet may be "
                    "added. Lists are kept for every profile. A name has small letters, digits and -, and begins with "
                    "a letter."},
        {.family = "watchlist",
         .verb = "rm",
         .summary = "Remove symbols from a list, or the whole list",
         .arguments = {name_argument("the list"),
                       {.name = "symbol",
                        .help = "the instruments; none: the list goes",
                        .kind = ValueKind::symbol,
                        .required = false,
                        .repeatable = true}},
         .examples = {{"watchlist rm tech AMD", "one of them"},
                      {"watchlist rm tech", "all of it"},
                      {"try watchlist rm tech", "in a script that goes on where there is none"}},
         .schema = "watchlist.rm@1",
         .run = run_rm,
         .check = check_rm,
         .rehearses = false,
         .details = "A list without symbols is none. Exit 12: there is no such list, or a symbol is not in it; then "
                    "nothing is removed."},
        {.family = "watchlist",
         .verb = "list",
         .summary = "Every list with its symbols",
         .examples = {{"watchlist list", "all"},
                      {"watchlist list --fields name,count", "how long they are"},
                      {"watchlist list --json", "for a script"}},
         .schema = "watchlist.list@1",
         .run = run_list},
        {.family = "watchlist",
         .verb = "show",
         .summary = "The symbols of a list with their last stored close",
         .arguments = {name_argument("the list")},
         .examples = {{"watchlist show tech", "symbol, close and its date"},
                      {"watchlist show tech --fields symbol --no-header", "the symbols, one a line"},
                      {"watchlist show tech --json", "for a script"}},
         .schema = "watchlist.show@1",
         .run = run_show,
         .details = "A symbol of which nothing is stored has no close. Exit 12: there is no such list."},
    };
}

} // namespace tradesh::cli
