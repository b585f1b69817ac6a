#include "cli/commands/scan_saved.hpp"

#include "cli/commands/data_words.hpp"
#include "cli/commands/saved_name.hpp"
#include "cli/commands/saved_scan.hpp"
#include "cli/commands/scan_words.hpp"
#include "cli/render/exit_code.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/saved_desk.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;
using store::SavedItem;
using store::SavedKind;

constexpr std::string_view built_in = "built in";
constexpr std::string_view saved = "saved";

ArgumentSpec name_argument() { return {.name = "name", .help = "what it is kept under", .kind = ValueKind::scan}; }

/// A name that can be given to a scan.
Result<std::string> new_name(const Word& word) {
    Result<std::string> name = saved_name_of(word, "scan");
    if (!name) {
        return name;
    }
    if (!is_scan_name(*name)) {
        return fail(Error(ErrorKind::usage, "name.taken", "'" + *name + "' is a word of the language of scans")
                        .at(word.where())
                        .advise("take another name"));
    }
    if (scan::find_built_in_scan(*name) != nullptr) {
        return fail(Error(ErrorKind::refused, "name.built_in", "'" + *name + "' is built in and cannot be replaced")
                        .at(word.where())
                        .advise("take another name"));
    }
    return name;
}

Result<void> check_save(const Arguments& arguments) {
    const Result<std::string> name = new_name(arguments.required("name"));
    if (!name) {
        return fail(name.error());
    }
    const Result<std::optional<ChosenScan>> chosen = choose_built_in(arguments);
    if (!chosen || !*chosen) {
        return chosen ? Result<void>() : fail(chosen.error());
    }
    const Result<ScanWords> words = read_scan((*chosen)->arguments, no_time);
    return words ? Result<void>() : fail(words.error());
}

/// Lists that a universe names and that are not there.
Task<std::vector<std::string>> missing_lists(engine::SavedDesk& desk, std::string universe) {
    std::vector<std::string> missing;
    const Result<scan::Universe> named = scan::parse_universe(universe);
    if (!named || !named->names_lists()) {
        co_return missing;
    }
    const Result<std::vector<SavedItem>> lists = co_await desk.list(SavedKind::watchlist);
    if (!lists) {
        co_return missing;
    }
    for (const std::string& entry : named->entries) {
        if (entry.starts_with('@') && std::ranges::find(*lists, entry.substr(1), &SavedItem::name) == lists->end()) {
            missing.push_back(entry.substr(1));
        }
    }
    co_return missing;
}

Task<Result<void>> run_save(CommandContext& context) {
    Result<std::string> name = new_name(context.arguments.required("name"));
    if (!name) {
        co_return fail(std::move(name.error()));
    }
    engine::SavedDesk& desk = context.engine().saved();
    const Result<ChosenScan> chosen = co_await choose_scan(desk, context.arguments);
    if (!chosen) {
        co_return fail(chosen.error());
    }
    const Result<ScanWords> words = read_scan(chosen->arguments, context.engine().clock().now());
    if (!words) {
        co_return fail(words.error());
    }
    SavedItem item{.name = *name, .text = text_of_scan(chosen->arguments)};
    std::vector<Field> fields{{"name", item.name}, {"scan", item.text}};
    const Result<bool> replaced = co_await desk.put(SavedKind::scan, std::move(item));
    if (!replaced) {
        co_return fail(replaced.error());
    }
    context.report.note(std::string(*replaced ? "put in place of the one of that name" : "saved") + ": scan run " +
                        *name);
    const std::vector<std::string> missing = co_await missing_lists(desk, words->wanted.universe);
    for (const std::string& list : missing) {
        context.report.note("there is no list @" + list + " yet: watchlist add " + list + " AAPL,MSFT");
    }
    const Result<void> shown = co_await context.report.record(std::move(fields));
    co_return shown;
}

Task<Result<void>> run_list(CommandContext& context) {
    const Result<std::vector<SavedItem>> items = co_await context.engine().saved().list(SavedKind::scan);
    if (!items) {
        co_return fail(items.error());
    }
    context.report.table({{"name"}, {"origin"}, {"scan"}});
    for (const SavedItem& item : *items) {
        std::vector<Cell> cells{item.name, saved, item.text};
        const Result<void> shown = co_await context.report.row(std::move(cells));
        if (!shown) {
            co_return shown;
        }
    }
    for (const scan::BuiltInScan& scan : scan::built_in_scans()) {
        std::vector<Cell> cells{scan.name, built_in, scan.summary};
        const Result<void> shown = co_await context.report.row(std::move(cells));
        if (!shown) {
            co_return shown;
        }
    }
    co_return Result<void>();
}

/// What would keep it from running, in words; nothing where all is well.
std::optional<std::string> problem_of(std::string_view name, const std::string& text, Instant now) {
    const Result<Arguments> arguments = read_saved_scan(name, text);
    if (!arguments) {
        return arguments.error().message;
    }
    const Result<ScanWords> words = read_scan(*arguments, now);
    return words ? std::nullopt : std::optional(words.error().message);
}

Task<Result<void>> run_show(CommandContext& context) {
    const Word& word = context.arguments.required("name");
    engine::SavedDesk& desk = context.engine().saved();
    std::vector<Field> fields{{"name", word.text}};
    if (const scan::BuiltInScan* scan = scan::find_built_in_scan(word.text)) {
        fields.insert(fields.end(), {{"origin", built_in},
                                     {"summary", scan->summary},
                                     {"scan", text_of_scan(*scan)},
                                     {"source", scan->source},
                                     {"differs", scan->differs}});
        const Result<void> shown = co_await context.report.record(std::move(fields));
        co_return shown;
    }
    const Result<std::optional<SavedItem>> item = co_await desk.find(SavedKind::scan, word.text);
    if (!item) {
        co_return fail(item.error());
    }
    if (!*item) {
        const Result<std::vector<std::string>> names = co_await scan_names(desk);
        co_return fail(no_such_name(word, "scan", names.value_or(std::vector<std::string>())));
    }
    const std::optional<std::string> problem = problem_of(word.text, (*item)->text, context.engine().clock().now());
    if (problem) {
        context.report.warn("it cannot run: " + *problem);
    }
    fields.insert(fields.end(), {{"origin", saved}, {"scan", (*item)->text}});
    const Result<void> shown = co_await context.report.record(std::move(fields));
    co_return shown;
}

Task<Result<void>> run_rm(CommandContext& context) {
    const Word& word = context.arguments.required("name");
    if (scan::find_built_in_scan(word.text) != nullptr) {
        co_return fail(
            Error(ErrorKind::refused, "name.built_in", "'" + word.text + "' is built in and stays").at(word.where()));
    }
    engine::SavedDesk& desk = context.engine().saved();
    const Result<bool> erased = co_await desk.erase(SavedKind::scan, word.text);
    if (!erased) {
        co_return fail(erased.error());
    }
    if (!*erased) {
        const Result<std::vector<std::string>> names = co_await scan_names(desk);
        co_return fail(no_such_name(word, "scan", names.value_or(std::vector<std::string>())));
    }
    context.report.note("removed " + word.text);
    co_return Result<void>();
}

} // namespace

std::vector<CommandSpec> saved_scan_commands() {
    return {
        {.family = "scan",
         .verb = "save",
         .summary = "Keep a scan under a name",
         .arguments = {name_argument(), scan_argument()},
         .options = scan_options(),
         .examples = {{"scan save oversold \"rsi(14) < 30 and close > ema(200)\" -u @tech --rank \"rvol(20)\"",
                       "with its options"},
                      {"scan run oversold -n 5", "run it, with an option more"},
                      {"scan save bot-1m alpaca-2022 -t 1m", "another one's rule with options of your own"}},
         .schema = "scan.save@1",
         .run = run_save,
         .check = check_save,
         .rehearses = false,
         .details = "It is checked first, and kept for every profile as the words that you typed. A name has small "
                    "letters, digits and -, begins with a letter and is no word of the language. One of that name is "
                    "replaced; those that are built in are not.",
         .further_exit_codes = {exit_codes::refused}},
        {.family = "scan",
         .verb = "list",
         .summary = "Scans that have a name",
         .examples = {{"scan list", "yours first, then those that are built in"},
                      {"scan list --fields name", "their names"},
                      {"scan list --json", "for a script"}},
         .schema = "scan.list@1",
         .run = run_list},
        {.family = "scan",
         .verb = "show",
         .summary = "What a scan of that name looks for, and where it comes from",
         .arguments = {name_argument()},
         .examples = {{"scan show alpaca-scalper-buy", "its rule, and what differs from the original"},
                      {"scan show oversold", "the words it was saved with"},
                      {"scan show oversold --json", "for a script"}},
         .schema = "scan.show@1",
         .run = run_show,
         .details = "A saved scan that can no longer run is shown with the reason. Exit 12: there is none."},
        {.family = "scan",
         .verb = "rm",
         .summary = "Forget a saved scan",
         .arguments = {name_argument()},
         .examples = {{"scan rm oversold", "forget it"},
                      {"try scan rm oversold", "in a script that goes on where there is none"},
                      {"scan list", "what is left"}},
         .schema = "scan.rm@1",
         .run = run_rm,
         .rehearses = false,
         .details = "Those that are built in stay. Exit 12: there was none.",
         .further_exit_codes = {exit_codes::refused}},
    };
}

} // namespace tradesh::cli
