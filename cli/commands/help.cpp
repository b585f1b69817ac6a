#include "cli/commands/help.hpp"

#include "cli/commands/help_text.hpp"
#include "core/base/suggestion.hpp"

namespace tradesh::cli {

namespace {

Error unknown(const Word& word, std::string message, const std::vector<std::string_view>& candidates) {
    const std::string suggestion = did_you_mean(word.text, candidates);
    return Error(ErrorKind::usage, "help.unknown", std::move(message))
        .at(word.where())
        .advise(suggestion.empty() ? "help lists everything" : suggestion);
}

Result<std::string> text_for(const CommandTable& table, std::span<const Word> topic) {
    if (topic.empty()) {
        return help_overview(table);
    }
    const Word& first = topic[0];
    if (const CommandSpec* quick = table.find_quick(first.text)) {
        return help_on_command(*quick);
    }
    if (!table.has_family(first.text)) {
        return fail(unknown(first, "there is no command '" + first.text + "'", table.first_words()));
    }
    if (topic.size() > 1) {
        const CommandSpec* command = table.find(first.text, topic[1].text);
        if (command == nullptr) {
            return fail(
                unknown(topic[1], "'" + first.text + "' has no verb '" + topic[1].text + "'", table.verbs(first.text)));
        }
        return help_on_command(*command);
    }
    const CommandSpec* alone = table.find(first.text, "");
    return alone != nullptr && table.verbs(first.text).empty() ? help_on_command(*alone)
                                                               : help_on_family(table, first.text);
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
                        .help = "a command, such as order buy",
                        .kind = ValueKind::command,
                        .required = false,
                        .repeatable = true}},
         .examples = {{"help", "every command in one line"},
                      {"help data", "the verbs of data"},
                      {"help order buy", "arguments, options, exit codes, examples"}},
         .schema = "help@1",
         .run = run_help},
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
