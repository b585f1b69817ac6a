#include "cli/commands/help.hpp"

#include "cli/commands/help_expressions.hpp"
#include "cli/commands/help_indicators.hpp"
#include "cli/commands/help_text.hpp"
#include "core/base/suggestion.hpp"
#include "core/expression/words.hpp"

#include <algorithm>
#include <optional>

namespace tradesh::cli {

namespace {

Error unknown(const Word& word, std::string message, const std::vector<std::string_view>& candidates) {
    const std::string suggestion = did_you_mean(word.text, candidates);
    return Error(ErrorKind::usage, "help.unknown", std::move(message))
        .at(word.where())
        .advise(suggestion.empty() ? "help lists everything" : suggestion);
}

Result<std::string> text_on_command(const CommandTable& table, std::span<const Word> topic) {
    const Word& first = topic[0];
    if (topic.size() > 1) {
        const CommandSpec* command = table.find(first.text, topic[1].text);
        if (command == nullptr) {
            return fail(
                unknown(topic[1], "'" + first.text + "' has no verb '" + topic[1].text + "'", table.verbs(first.text)));
        }
        return help_on_command(*command);
    }
    const CommandSpec* alone = table.find(first.text, "");
    if (alone == nullptr || !alone->run) {
        return help_on_family(table, first.text);
    }
    return help_on_command(*alone) + (table.verbs(first.text).empty() ? "" : "\n" + help_on_family(table, first.text));
}

std::string lower_case(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; });
    return text;
}

/// What expressions are made of: "rsi", "macd.signal", "crosses_above", "volume", "let".
std::optional<std::string> text_on_part(const std::string& written) {
    const std::string name = lower_case(written.substr(0, written.find_first_of(".(")));
    if (const expression::Word* word = expression::find_word(name)) {
        return help_on_word(*word);
    }
    if (const indicators::Indicator* indicator = indicators::find_indicator(name)) {
        return help_on_indicator(*indicator);
    }
    if (const std::optional<indicators::Column> field = indicators::find_column(name)) {
        return help_on_field(*field);
    }
    if (is_syntax(lower_case(written))) {
        return help_on_expressions();
    }
    return std::nullopt;
}

/// Every word that may follow `help`.
std::vector<std::string_view> topics(const CommandTable& table) {
    std::vector<std::string_view> names = table.first_words();
    names.insert(names.end(), {"indicators", "expressions", "exit-codes"});
    for (const indicators::Indicator& indicator : indicators::catalogue()) {
        names.push_back(indicator.name);
    }
    for (const expression::Word& word : expression::words()) {
        names.push_back(word.name);
    }
    for (const indicators::Column field : indicators::columns) {
        names.push_back(name_of(field));
    }
    return names;
}

Result<std::string> text_for(const CommandTable& table, std::span<const Word> topic) {
    if (topic.empty()) {
        return help_overview(table);
    }
    const Word& first = topic[0];
    if (const CommandSpec* quick = table.find_quick(first.text)) {
        const bool is_field = indicators::find_column(first.text).has_value();
        return help_on_command(*quick) +
               (is_field ? "in expressions " + first.text + " is a field of the bar: help expressions\n" : "");
    }
    if (table.has_family(first.text)) {
        return text_on_command(table, topic);
    }
    // An order verb that has no short form is known by its name all the same.
    if (const CommandSpec* of_orders = table.find("order", first.text); of_orders != nullptr && topic.size() == 1) {
        return help_on_command(*of_orders);
    }
    const bool names_indicator = (first.text == "indicator" || first.text == "indicators") && topic.size() > 1;
    const Word& name = names_indicator ? topic[1] : first;
    if (const std::optional<std::string> text = text_on_part(name.text)) {
        return *text;
    }
    if (names_indicator) {
        return fail(unknown(name, "there is no indicator '" + name.text + "'", indicator_names()));
    }
    if (first.text == "indicators" || first.text == "indicator") {
        return help_on_indicators();
    }
    if (first.text == "exit-codes" || first.text == "exit-code") {
        return help_on_exit_codes();
    }
    if (first.text == "expressions" || first.text == "expression") {
        return help_on_expressions();
    }
    return fail(unknown(first, "there is no command and no indicator '" + first.text + "'", topics(table)));
}

runtime::Task<Result<void>> run_help(CommandContext& context) {
    Result<std::string> text = text_for(context.commands, context.arguments.all("command"));
    if (!text) {
        co_return std::unexpected(text.error());
    }
    const Result<void> sent = co_await context.report.text(std::move(*text));
    co_return sent;
}

std::string_view effects_text(Effects effects) {
    switch (effects) {
    case Effects::orders: return "orders";
    case Effects::session: return "session";
    case Effects::none: break;
    }
    return "none";
}

runtime::Task<Result<void>> run_schema(CommandContext& context) {
    context.report.table({{"command"}, {"schema"}, {"effects"}, {"usage"}});
    for (const CommandSpec& command : context.commands.all()) {
        std::vector<Cell> cells{name_of(command), command.schema, effects_text(command.effects), usage_line(command)};
        const Result<void> sent = co_await context.report.row(std::move(cells));
        if (!sent) {
            co_return sent;
        }
    }
    co_return Result<void>();
}

} // namespace

std::vector<CommandSpec> help_commands() {
    return {
        {.family = "help",
         .summary = "What there is, and how to use it",
         .arguments = {{.name = "command",
                        .help = "a command, such as order buy; an indicator; indicators; expressions",
                        .kind = ValueKind::command,
                        .required = false,
                        .repeatable = true}},
         .examples = {{"help", "every command in one line"},
                      {"help order buy", "arguments, options, exit codes, examples"},
                      {"help rsi", "formula, parameters, first value, source"}},
         .schema = "help@1",
         .run = run_help,
         .details = "help expressions tells the language that conditions are written in, help indicators what it can\n"
                    "compute, help rsi everything about one of them."},
        {.family = "schema",
         .summary = "The commands and the schemas of their results, for programs",
         .examples = {{"schema", "a table"},
                      {"schema --json", "one JSON object"},
                      {"schema --fields command,schema", "two columns"}},
         .schema = "schema@1",
         .run = run_schema},
    };
}

} // namespace tradesh::cli
