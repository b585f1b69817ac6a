#include "cli/commands/armed_line.hpp"

#include "cli/commands/order_words.hpp"
#include "core/engine/engine.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

namespace tradesh::cli {
namespace {

constexpr std::size_t line_bytes_max = 4'096;
constexpr std::array<std::string_view, 9> refused_families{"when", "schedule", "source", "arm",  "disarm",
                                                           "exit", "serve",    "help",   "watch"};
constexpr std::array<std::string_view, 3> group_verbs{"begin", "commit", "abort"};

std::unexpected<Error> wrong(std::string_view code, std::string message, const Word& word, std::string_view hint) {
    return fail(Error(ErrorKind::usage, code, std::move(message)).at(word.where()).advise(hint));
}

template <class Range>
bool contains(const Range& all, std::string_view text) {
    return std::ranges::find(all, text) != std::ranges::end(all);
}

bool is_plain(const Word& word) {
    constexpr std::string_view marks = "_-+=.,:/@%^~!?*()[]{}";
    const bool plain = std::ranges::all_of(word.text, [&](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || marks.find(c) != std::string_view::npos;
    });
    const bool is_money =
        word.text.size() > 1 && word.text[0] == '$' && std::isdigit(static_cast<unsigned char>(word.text[1])) != 0;
    return !word.quoted && !word.text.empty() && (plain || is_money);
}

std::string in_quotes(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return quoted + "'";
}

/// The words as those of a script, with their places.
std::vector<Word> as_script(std::span<const Word> words) {
    std::vector<Word> all(words.begin(), words.end());
    for (Word& word : all) {
        SourceLine line = word.line ? *word.line : SourceLine{};
        line.origin = Origin::script;
        word.line = std::make_shared<const SourceLine>(std::move(line));
    }
    return all;
}

bool is_live_option(const Word& word) { return !word.quoted && word.text == "--live"; }

/// How a result is shown: nobody sees what the line shows, so these are meant for the arming.
bool is_view_flag(const Word& word) {
    constexpr std::array<std::string_view, 6> flags{"--json",      "--json-numbers", "--csv",
                                                    "--no-header", "--quiet",        "--timing"};
    return !word.quoted && contains(flags, word.text);
}

Result<void> check_fits(const CommandLine& line, std::span<const Word> words) {
    const CommandSpec& command = *line.command;
    const bool refused = command.effects == Effects::session || contains(refused_families, command.family) ||
                         (command.family == "order" && contains(group_verbs, command.verb));
    if (refused || !command.run) {
        return wrong("trigger.line_refused", "'" + name_of(command) + "' cannot run by itself later", line.verb,
                     "let it run one command, such as: order close GOOG all market");
    }
    const bool has_key_word = command.effects == Effects::orders && std::ranges::any_of(words, [](const Word& word) {
                                  return !word.quoted && word.text == "key";
                              });
    if (line.options.key || has_key_word) {
        return wrong("trigger.key", "a line that runs later has a key of its own for each time it runs", line.verb,
                     "leave the key away");
    }
    if (!line.options.output.file.empty() || line.options.dry_run || line.arguments.has("at")) {
        return wrong("trigger.line_refused", "--output, --dry-run and --at mean nothing in a line that runs by itself",
                     line.verb, "leave them away");
    }
    return {};
}

/// Such a line still runs, and is recorded, when the disk is full.
bool only_reduces(const CommandLine& line) {
    const std::string_view verb = line.command->verb;
    if (line.command->family == "order") {
        return verb == "cancel" || (verb == "close" && !line.arguments.has("reverse")) ||
               (verb == "sell" && !line.arguments.has("short"));
    }
    return line.command->family == "risk" && (verb == "halt" || verb == "reduce");
}

} // namespace

std::string script_text(std::span<const Word> words) {
    std::string text;
    for (const Word& word : words) {
        text += (text.empty() ? "" : " ") + (is_plain(word) ? word.text : in_quotes(word.text));
    }
    return text;
}

Result<ArmedLine> read_armed_line(const CommandTable& table, std::span<const Word> words) {
    ArmedLine line;
    std::vector<Word> own = as_script(words);
    line.live = std::ranges::any_of(own, is_live_option);
    std::erase_if(own, [](const Word& word) { return is_live_option(word) || is_view_flag(word); });
    if (own.empty()) {
        return fail(Error(ErrorKind::usage, "trigger.line_missing", "'do' needs the command to run")
                        .advise("write do order close GOOG all market"));
    }
    // The words of the process may have its options in front of them, a line may not.
    if (is_plain(own.front()) && own.front().text.starts_with('-')) {
        return wrong("trigger.line_missing", "the command begins with its name, not with an option", own.front(),
                     "write options behind the command");
    }
    // What a shell has been over obeys its rules, and what a script has none of is refused now, not when it runs.
    if (const Result<CommandLine> typed = parse_command_line(table, words, RunOptions()); !typed) {
        return fail(typed.error());
    }
    Result<CommandLine> parsed = parse_command_line(table, own, RunOptions());
    if (!parsed) {
        return fail(std::move(parsed.error()));
    }
    line.parsed = std::move(*parsed);
    if (Result<void> fits = check_fits(line.parsed, own); !fits) {
        return fail(std::move(fits.error()));
    }
    line.reduces = only_reduces(line.parsed);
    line.text = script_text(own);
    if (line.text.size() > line_bytes_max) {
        return wrong("trigger.line_refused", "the command is longer than 4096 bytes", own.front(), "make it shorter");
    }
    return line;
}

Result<bool> permit_armed_line(const CommandContext& context, const ArmedLine& line) {
    const engine::Profile& profile = context.engine().profile();
    const std::optional<Arming>& arming = context.session.arming;
    const bool armed = arming && arming->expires_elapsed > context.engine().clock().elapsed();
    const bool said = line.live || context.options.live;
    const auto refuse = [&](std::string_view code, std::string message, std::string_view hint) {
        return fail(Error(ErrorKind::refused, code, std::move(message))
                        .attempting("arm a line")
                        .on(line.text)
                        .advise(hint)
                        .at(line.parsed.verb.where()));
    };
    if (line.parsed.command->effects != Effects::orders || !profile.live_rules()) {
        return said && !profile.live_rules()
                   ? Result<bool>(refuse("live.not_a_live_profile",
                                         "--live was given, but profile '" + profile.name + "' trades on paper",
                                         "name the live profile, or leave --live away"))
                   : Result<bool>(said);
    }
    if (!said && !armed) {
        return refuse("live.not_armed",
                      "profile '" + profile.name + "' trades by the rules of live trading, and nobody said so",
                      "add --live: it is kept as leave for this one line");
    }
    const std::string_view verb = line.parsed.command->verb;
    const bool has_size =
        line.parsed.command->family == "order" && (verb == "buy" || verb == "sell" || verb == "close");
    const bool from_shell = context.origin == Origin::argv || context.origin == Origin::text;
    if (has_size && from_shell && line.parsed.arguments.has("terms")) {
        const Result<OrderWords> words = parse_order_words(verb, line.parsed.arguments);
        if (words && !words->size_has_unit) {
            return refuse("live.size_without_unit",
                          "a live size on a command line needs its unit, because a shell turns $15000 into 5000",
                          "write 100sh, 15000usd or 25pct");
        }
    }
    return true;
}

} // namespace tradesh::cli
