#include "cli/commands/help_text.hpp"

#include "cli/parse/argument_parser.hpp"
#include "cli/render/exit_code.hpp"

#include <algorithm>

namespace tradesh::cli {

namespace {

using Entry = HelpEntry;

Entry option_entry(const OptionSpec& option) {
    std::string term = option.short_name == 0 ? "    " : std::string("-") + option.short_name + ", ";
    term += "--" + std::string(option.name);
    if (!option.value_name.empty()) {
        term += " " + std::string(option.value_name);
    }
    return {term, std::string(option.help)};
}

std::vector<Entry> option_entries(std::span<const OptionSpec> options) {
    std::vector<Entry> entries;
    for (const OptionSpec& option : options) {
        entries.push_back(option_entry(option));
    }
    return entries;
}

std::vector<Entry> exit_code_entries(const CommandSpec& command) {
    std::vector<int> codes{exit_codes::done, exit_codes::failed, exit_codes::usage};
    if (command.effects == Effects::orders) {
        codes.insert(codes.end(), {exit_codes::connection, exit_codes::refused, exit_codes::rejected,
                                   exit_codes::unknown_effect, exit_codes::not_found, exit_codes::still_working});
    } else if (command.effects == Effects::none) {
        codes.push_back(exit_codes::not_found);
    }
    if (command.may_be_partial) {
        codes.push_back(exit_codes::partial);
    }
    codes.push_back(exit_codes::interrupted);
    codes.insert(codes.end(), command.further_exit_codes.begin(), command.further_exit_codes.end());
    std::ranges::sort(codes);
    std::vector<Entry> entries;
    for (const int code : codes) {
        entries.emplace_back(std::to_string(code), meaning_of_exit_code(code));
    }
    return entries;
}

Entry summary_entry(const CommandSpec& command) {
    std::string summary(command.summary);
    if (!command.quick.empty()) {
        summary += "  (short: " + std::string(command.quick) + ")";
    }
    return {name_of(command), summary};
}

} // namespace

std::string entries_text(const std::vector<HelpEntry>& entries) {
    std::size_t width = 0;
    for (const HelpEntry& entry : entries) {
        width = std::max(width, entry.first.size());
    }
    std::string text;
    for (const auto& [term, meaning] : entries) {
        text += "  " + term + std::string(width - term.size() + 2, ' ') + meaning + "\n";
    }
    return text;
}

std::string usage_line(const CommandSpec& command) {
    std::string line = name_of(command);
    for (const ArgumentSpec& argument : command.arguments) {
        line += " " + usage_of(argument);
    }
    line += command.options.empty() ? "" : " [options]";
    return command.line_after.empty() ? line : line + " " + std::string(command.line_after) + " COMMAND";
}

std::string help_overview(const CommandTable& table) {
    std::vector<Entry> entries;
    for (const CommandSpec& command : table.all()) {
        entries.push_back(summary_entry(command));
    }
    return "usage: tradesh [OPTIONS] COMMAND ...      run one command\n"
           "       tradesh [OPTIONS] -c 'A; B'        run a line of commands\n"
           "       tradesh [OPTIONS] -f FILE          run a script; - is standard input\n"
           "       tradesh                            the prompt\n\n"
           "commands\n" +
           entries_text(entries) + "\noptions of every command (short ones stand before it)\n" +
           entries_text(option_entries(shared_options())) + "\noptions of a run\n" +
           entries_text(option_entries(process_options())) +
           "\nhelp COMMAND shows its arguments, options and three examples\n"
           "help expressions tells the language of scans, help indicators what it can compute\n"
           "help exit-codes tells what the exit codes mean\n";
}

std::string help_on_exit_codes() {
    std::vector<Entry> entries;
    for (int code = exit_codes::done; code <= exit_codes::terminated; ++code) {
        const std::string_view meaning = meaning_of_exit_code(code);
        if (meaning != meaning_of_exit_code(-1)) {
            entries.emplace_back(std::to_string(code), meaning);
        }
    }
    return "exit codes\n" + entries_text(entries) +
           "\na script and -c stop at the first line that fails, and end with its code; 'try COMMAND' goes on\n";
}

std::string help_on_family(const CommandTable& table, std::string_view family) {
    std::vector<Entry> entries;
    for (const CommandSpec& command : table.all()) {
        if (command.family == family) {
            entries.push_back(summary_entry(command));
        }
    }
    return std::string(family) + "\n" + entries_text(entries) + "\nhelp " + std::string(family) +
           " VERB shows arguments, options and examples\n";
}

std::string help_on_command(const CommandSpec& command) {
    std::string text = std::string(command.summary) + "\n\nusage: " + usage_line(command) + "\n";
    if (!command.quick.empty()) {
        text += "short: " + std::string(command.quick) + usage_line(command).substr(name_of(command).size()) + "\n";
    }
    if (!command.details.empty()) {
        text += "\n" + std::string(command.details) + "\n";
    }
    if (!command.arguments.empty()) {
        std::vector<Entry> entries;
        for (const ArgumentSpec& argument : command.arguments) {
            entries.emplace_back(usage_of(argument), argument.help);
        }
        text += "\narguments\n" + entries_text(entries);
    }
    if (!command.options.empty()) {
        text += "\noptions\n" + entries_text(option_entries(command.options));
    }
    if (!command.examples.empty()) {
        std::vector<Entry> entries;
        for (const Example& example : command.examples) {
            entries.emplace_back(example.line, example.what);
        }
        text += "\nexamples\n" + entries_text(entries);
    }
    text += "\nexit codes\n" + entries_text(exit_code_entries(command));
    return text + "\nthe options of every command are listed by: help\n";
}

} // namespace tradesh::cli
