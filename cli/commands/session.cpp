#include "cli/commands/session.hpp"

#include "cli/commands/command_table.hpp"
#include "cli/parse/lexer.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace tradesh::cli {

namespace {

Error usage(std::string_view code, std::string message, const Word& word, std::string_view hint) {
    return Error(ErrorKind::usage, code, std::move(message)).at(word.where()).advise(hint);
}

std::string joined(std::span<const Word> words) {
    std::string text;
    for (const Word& word : words) {
        text += (text.empty() ? "" : " ") + word.text;
    }
    return text;
}

/// "NAME VALUE" and "NAME=VALUE" are both natural to type.
struct Assignment {
    std::string name;
    std::string value;
};

Result<Assignment> assignment_of(const Arguments& arguments) {
    const Word& first = arguments.required("name");
    const std::span<const Word> values = arguments.all("value");
    const std::size_t equals = first.text.find('=');
    Assignment assignment{first.text.substr(0, equals), joined(values)};
    if (equals != std::string::npos) {
        assignment.value = first.text.substr(equals + 1) + (values.empty() ? "" : " ") + assignment.value;
    }
    if (!is_variable_name(assignment.name) || assignment.name == "_") {
        return fail(usage("variable.name", "'" + assignment.name + "' is no name for a variable", first,
                          "a name has letters, digits and _ and does not start with a digit: set RISK 500"));
    }
    if (equals == std::string::npos && values.empty()) {
        return fail(usage("variable.value", "'" + assignment.name + "' needs a value", first,
                          "write set " + assignment.name + " VALUE, or unset " + assignment.name));
    }
    return assignment;
}

Result<void> check_set(const Arguments& arguments) {
    if (!arguments.has("name")) {
        return {};
    }
    const Result<Assignment> assignment = assignment_of(arguments);
    return assignment ? Result<void>() : std::unexpected(assignment.error());
}

runtime::Task<Result<void>> list(Report& report, const std::map<std::string, std::string, std::less<>>& entries) {
    report.table({{"name"}, {"value"}});
    for (const auto& [name, value] : entries) {
        std::vector<Cell> cells{name, value};
        const Result<void> sent = co_await report.row(std::move(cells));
        if (!sent) {
            co_return sent;
        }
    }
    co_return Result<void>();
}

runtime::Task<Result<void>> run_set(CommandContext& context) {
    if (!context.arguments.has("name")) {
        const Result<void> listed = co_await list(context.report, context.session.variables);
        co_return listed;
    }
    Result<Assignment> assignment = assignment_of(context.arguments);
    if (!assignment) {
        co_return std::unexpected(assignment.error());
    }
    if (!context.session.variables.contains(assignment->name) &&
        context.session.variables.size() >= Session::names_max) {
        co_return fail(usage("variable.too_many", "this session has too many variables",
                             context.arguments.required("name"), "remove some with: unset NAME"));
    }
    context.session.variables[assignment->name] = std::move(assignment->value);
    co_return Result<void>();
}

runtime::Task<Result<void>> run_unset(CommandContext& context) {
    for (const Word& word : context.arguments.all("name")) {
        if (context.session.variables.erase(word.text) == 0) {
            co_return fail(Error(ErrorKind::not_found, "variable.undefined", "variable '" + word.text + "' is not set")
                               .at(word.where())
                               .advise("see what is set with: set"));
        }
    }
    co_return Result<void>();
}

runtime::Task<Result<void>> run_alias(CommandContext& context) {
    const Word* name = context.arguments.find("name");
    if (name == nullptr) {
        const Result<void> listed = co_await list(context.report, context.session.aliases);
        co_return listed;
    }
    const std::string text = joined(context.arguments.all("command"));
    const std::vector<std::string_view> taken = context.commands.first_words();
    if (std::ranges::find(taken, name->text) != taken.end() || name->text == "try") {
        co_return fail(usage("alias.taken", "'" + name->text + "' is a command and cannot mean anything else", *name,
                             "choose another name"));
    }
    if (!is_variable_name(name->text)) {
        co_return fail(usage("alias.name", "'" + name->text + "' is no name for an alias", *name,
                             "a name has letters, digits and _"));
    }
    if (text.empty()) {
        co_return fail(usage("alias.command", "alias '" + name->text + "' needs the words it stands for", *name,
                             "write alias " + name->text + " data show GOOG -n 5"));
    }
    if (context.session.aliases.size() >= Session::names_max) {
        co_return fail(
            usage("alias.too_many", "this session has too many aliases", *name, "remove some with: unalias NAME"));
    }
    context.session.aliases[name->text] = text;
    co_return Result<void>();
}

runtime::Task<Result<void>> run_unalias(CommandContext& context) {
    const Word& name = context.arguments.required("name");
    if (context.session.aliases.erase(name.text) == 0) {
        co_return fail(Error(ErrorKind::not_found, "alias.undefined", "there is no alias '" + name.text + "'")
                           .at(name.where())
                           .advise("see which there are with: alias"));
    }
    co_return Result<void>();
}

runtime::Task<Result<void>> run_history(CommandContext& context) {
    context.report.table({{"number", CellType::integer}, {"line"}});
    std::int64_t number = 0;
    for (const std::string& line : context.session.history) {
        std::vector<Cell> cells{++number, line};
        const Result<void> sent = co_await context.report.row(std::move(cells));
        if (!sent) {
            co_return sent;
        }
    }
    co_return Result<void>();
}

Result<int> exit_code_argument(const Arguments& arguments) {
    const Word* word = arguments.find("code");
    if (word == nullptr) {
        return 0;
    }
    int code = 0;
    const char* end = word->text.data() + word->text.size();
    const auto [stop, failure] = std::from_chars(word->text.data(), end, code);
    if (failure != std::errc() || stop != end || code < 0 || code > 255) {
        return fail(usage("exit.code", "'" + word->text + "' is no exit code", *word, "write a number from 0 to 255"));
    }
    return code;
}

Result<void> check_exit(const Arguments& arguments) {
    const Result<int> code = exit_code_argument(arguments);
    return code ? Result<void>() : std::unexpected(code.error());
}

runtime::Task<Result<void>> run_exit(CommandContext& context) {
    const Result<int> code = exit_code_argument(context.arguments);
    if (!code) {
        co_return std::unexpected(code.error());
    }
    context.session.exit_requested = *code;
    co_return Result<void>();
}

std::vector<CommandSpec> variable_commands() {
    return {
        {.family = "set",
         .summary = "Set a variable, or list them",
         .arguments = {{.name = "name", .help = "its name", .kind = ValueKind::variable, .required = false},
                       {.name = "value", .help = "its value", .required = false, .repeatable = true}},
         .examples = {{"set RISK 500usd", "a value to use as $RISK"},
                      {"set note 'first try'", "quotes keep spaces"},
                      {"set", "list what is set"}},
         .schema = "set@1",
         .run = run_set,
         .check = check_set,
         .effects = Effects::session,
         .details = "A variable is used as $NAME or ${NAME} and is always one word, whatever is in it. $? is the exit "
                    "code of the last command and $_ the id of the last thing made."},
        {.family = "unset",
         .summary = "Forget variables",
         .arguments = {{.name = "name", .help = "its name", .kind = ValueKind::variable, .repeatable = true}},
         .examples = {{"unset RISK", "forget one"}, {"unset A B", "forget two"}, {"set", "see what is left"}},
         .schema = "unset@1",
         .run = run_unset,
         .effects = Effects::session},
    };
}

std::vector<CommandSpec> alias_commands() {
    return {
        {.family = "alias",
         .summary = "Give a name to the beginning of a line, or list the names",
         .arguments = {{.name = "name", .help = "the new word", .required = false},
                       {.name = "command",
                        .help = "the words it stands for",
                        .kind = ValueKind::command,
                        .required = false,
                        .repeatable = true}},
         .examples = {{"alias d 'data show'", "d GOOG -n 5 is data show GOOG -n 5"},
                      {"alias morning 'scan run \"close > sma(20)\" --universe @core'", "a whole line"},
                      {"alias", "list the names"}},
         .schema = "alias@1",
         .run = run_alias,
         .effects = Effects::session,
         .details = "An alias replaces the first word of a line. It cannot take the name of a command."},
        {.family = "unalias",
         .summary = "Forget an alias",
         .arguments = {{.name = "name", .help = "its name"}},
         .examples = {{"unalias d", "forget it"}, {"alias", "see what is left"}, {"help alias", "how aliases work"}},
         .schema = "unalias@1",
         .run = run_unalias,
         .effects = Effects::session},
    };
}

std::vector<CommandSpec> flow_commands() {
    return {
        {.family = "source",
         .summary = "Run the lines of a file here",
         .arguments = {{.name = "file", .help = "the script", .kind = ValueKind::file}},
         .examples = {{"source morning.tradesh", "with this session's variables and aliases"},
                      {"source ~/setup.tradesh; status", "then go on"},
                      {"try source extra.tradesh", "go on whatever comes of it"}},
         .schema = "source@1",
         .details = "The file is opened with your rights and your directory. It stops at its first failing line, and "
                    "source then fails with that line's code."},
        {.family = "try",
         .summary = "Run a command and go on even if it fails; its code is in $?",
         .arguments = {{.name = "command", .help = "any command", .kind = ValueKind::command, .repeatable = true}},
         .examples = {{"try cancel $id", "a script goes on when there is nothing to cancel"},
                      {"try data show KO", "no bars are no reason to stop"},
                      {"try source extra.tradesh", "a whole script"}},
         .schema = "try@1",
         .details = "An unknown effect (code 11) stops a script even here: nothing should run before it is settled."},
        {.family = "exit",
         .summary = "Leave the prompt, or end a script, with a code",
         .arguments =
             {{.name = "code", .help = "0 to 255, 0 when left out", .kind = ValueKind::count, .required = false}},
         .examples = {{"exit", "leave with 0"}, {"exit 3", "end a script with 3"}, {"exit $?", "pass a code on"}},
         .schema = "exit@1",
         .run = run_exit,
         .check = check_exit},
        {.family = "history",
         .summary = "List the lines typed at this prompt",
         .examples = {{"history", "all of them"},
                      {"history --json", "for a program"},
                      {"history -o typed.tsv", "to a file"}},
         .schema = "history@1",
         .run = run_history},
    };
}

} // namespace

std::vector<CommandSpec> session_commands() {
    std::vector<CommandSpec> commands = variable_commands();
    for (std::vector<CommandSpec> group : {alias_commands(), flow_commands()}) {
        std::ranges::move(group, std::back_inserter(commands));
    }
    return commands;
}

} // namespace tradesh::cli
