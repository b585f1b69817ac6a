#include "cli/commands/command_line.hpp"

#include "cli/commands/armed_line.hpp"
#include "cli/parse/argument_parser.hpp"
#include "core/base/suggestion.hpp"

#include <algorithm>
#include <array>

namespace tradesh::cli {

namespace {

Error usage(std::string_view code, std::string message, const Word& word, std::string_view hint) {
    return Error(ErrorKind::usage, code, std::move(message)).at(word.where()).advise(hint);
}

std::string joined(const std::vector<std::string_view>& words) {
    std::string all;
    for (const std::string_view word : words) {
        all += (all.empty() ? "" : ", ") + std::string(word);
    }
    return all;
}

std::vector<OptionSpec> with_process_options(std::span<const OptionSpec> shared, bool with_letters) {
    std::vector<OptionSpec> all(shared.begin(), shared.end());
    for (OptionSpec option : process_options()) {
        option.short_name = with_letters ? option.short_name : '\0';
        all.push_back(std::move(option));
    }
    return all;
}

/// The options before the verb: those of every command, and in argv those of the process too.
std::span<const OptionSpec> leading_options(Origin origin) {
    static const std::vector<OptionSpec> of_argv = with_process_options(shared_options(), true);
    return origin == Origin::argv ? std::span<const OptionSpec>(of_argv) : shared_options();
}

std::span<const OptionSpec> trailing_options(Origin origin) {
    static const std::vector<OptionSpec> of_argv = with_process_options(shared_options_after_verb(), false);
    return origin == Origin::argv ? std::span<const OptionSpec>(of_argv) : shared_options_after_verb();
}

/// True when the option in `word` takes the next word as its value.
bool takes_next_word(const Word& word, std::span<const OptionSpec> options) {
    if (word.text.contains('=')) {
        return false;
    }
    const bool is_long = word.text.starts_with("--");
    const auto option = std::ranges::find_if(options, [&](const OptionSpec& each) {
        return is_long ? word.text.substr(2) == each.name : each.short_name != 0 && word.text.back() == each.short_name;
    });
    return option != options.end() && !option->value_name.empty() && (is_long || word.text.size() == 2);
}

/// Takes words off the front of `rest` as long as they are options and their values.
std::size_t count_options(std::span<const Word> words, std::span<const OptionSpec> options) {
    std::size_t count = 0;
    while (count < words.size() && is_option_word(words[count]) && words[count].text != "--") {
        count += takes_next_word(words[count], options) ? 2 : 1;
    }
    return std::min(count, words.size());
}

/// Looks the name of the command up, word by word.
class NameReader {
public:
    NameReader(const CommandTable& table, std::span<const Word> words, bool may_abbreviate)
        : table_(table),
          words_(words),
          may_abbreviate_(may_abbreviate) {}

    struct Name {
        const CommandSpec* command = nullptr;
        Word verb;
        std::vector<Word> rest; ///< what is not part of the name
    };

    Result<Name> read(std::span<const OptionSpec> options) const {
        const Word& first = words_.front();
        const std::string_view typed = may_abbreviate_ ? full_first(first.text) : std::string_view(first.text);
        if (const CommandSpec* quick = table_.find_quick(typed)) {
            return Name{quick, first, {words_.begin() + 1, words_.end()}};
        }
        if (!table_.has_family(typed)) {
            return fail(unknown_command(first));
        }
        const std::size_t verb_index = 1 + count_options(words_.subspan(1), options);
        if (verb_index < words_.size()) {
            const Word& second = words_[verb_index];
            const std::string_view verb =
                may_abbreviate_ ? full_verb(typed, second.text) : std::string_view(second.text);
            const CommandSpec* command = verb.empty() || second.quoted ? nullptr : table_.find(typed, verb);
            if (command != nullptr) {
                Name name{command, second, {words_.begin() + 1, words_.end()}};
                name.rest.erase(name.rest.begin() + static_cast<std::ptrdiff_t>(verb_index) - 1);
                return name;
            }
        }
        if (const CommandSpec* command = table_.find(typed, "")) {
            return Name{command, first, {words_.begin() + 1, words_.end()}};
        }
        return without_verb(typed, verb_index);
    }

private:
    std::string_view full_first(std::string_view typed) const {
        const std::string_view full = table_.unabbreviated_first(typed);
        return full.empty() ? typed : full;
    }
    std::string_view full_verb(std::string_view family, std::string_view typed) const {
        const std::string_view full = table_.unabbreviated_verb(family, typed);
        return full.empty() ? typed : full;
    }

    Error unknown_command(const Word& word) const {
        std::string hint = did_you_mean(word.text, table_.first_words());
        if (word.text.contains(' ')) {
            hint = "to run a whole line, write -c " + std::string("'") + word.text + "'";
        } else if (hint.empty()) {
            hint = "see: help";
        }
        return usage("usage.command_unknown", "there is no command '" + word.text + "'", word, hint);
    }

    /// "data --help" is about the family; every other line needs a verb.
    Result<Name> without_verb(std::string_view family, std::size_t verb_index) const {
        const std::vector<std::string_view> verbs = table_.verbs(family);
        if (verb_index < words_.size()) {
            const Word& word = words_[verb_index];
            const std::string hint = did_you_mean(word.text, verbs);
            return fail(usage("usage.verb_unknown", "'" + std::string(family) + "' has no verb '" + word.text + "'",
                              word, hint.empty() ? "it has: " + joined(verbs) : hint));
        }
        const auto asks_help = [](const Word& word) { return !word.quoted && word.text == "--help"; };
        const CommandSpec* help = table_.find("help", "");
        if (help != nullptr && std::ranges::any_of(words_, asks_help)) {
            return Name{help, words_.front(), {words_.front()}};
        }
        return fail(usage("usage.verb_missing", "'" + std::string(family) + "' needs a verb", words_.front(),
                          "it has: " + joined(verbs)));
    }

    const CommandTable& table_;
    std::span<const Word> words_;
    bool may_abbreviate_;
};

/// What `before` and `behind` say about `options`, except where the command has something of its own by that name.
Arguments part_of(std::span<const OptionSpec> options, const CommandSpec& command, const Arguments& before,
                  const Arguments& behind) {
    Arguments part;
    for (const OptionSpec& option : options) {
        for (const Word& word : before.all(option.name)) {
            part.add(option.name, word);
        }
        const bool own =
            std::ranges::find(command.options, option.name, &OptionSpec::name) != command.options.end() ||
            std::ranges::find(command.arguments, option.name, &ArgumentSpec::name) != command.arguments.end();
        for (const Word& word : own ? std::span<const Word>() : behind.all(option.name)) {
            part.add(option.name, word);
        }
    }
    return part;
}

Result<void> parse_command(CommandLine& line, std::span<const Word> words, Origin origin, const Arguments& before,
                           const RunOptions& defaults, bool values_known) {
    const CommandSpec& command = *line.command;
    const std::string name = name_of(command);
    const auto is_mark = [&](const Word& word) { return !word.quoted && word.text == command.line_after; };
    const auto mark = command.line_after.empty() ? words.end() : std::ranges::find_if(words, is_mark);
    Result<Arguments> given =
        parse_arguments(name, command.arguments, command.options, trailing_options(origin), {words.begin(), mark});
    if (!given) {
        return std::unexpected(given.error());
    }
    for (auto word = mark == words.end() ? mark : mark + 1; word != words.end(); ++word) {
        given->add(line_argument, *word);
    }
    Result<RunOptions> options = apply_run_options(defaults, part_of(shared_options(), command, before, *given));
    if (!options) {
        return std::unexpected(options.error());
    }
    line.options = std::move(*options);
    line.arguments = std::move(*given);
    if (origin == Origin::argv) {
        line.process = part_of(process_options(), command, before, line.arguments);
    }
    if (line.options.help) {
        return {};
    }
    const Result<void> complete = check_required(name, command.arguments, line.arguments, line.verb);
    if (!complete || !command.check || !values_known) {
        return complete;
    }
    return command.check(line.arguments);
}

/// `order buy GOOG 10 market --at TIME` is `schedule once TIME do order buy GOOG 10 market`. A rehearsal is one of the
/// order as it stands now.
Result<CommandLine> at_its_time(const CommandTable& table, CommandLine order, std::span<const Word> words) {
    const CommandSpec* once = table.find("schedule", "once");
    if (once == nullptr || order.options.dry_run) {
        return order;
    }
    const Word time = *order.arguments.find("at");
    std::vector<Word> line;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool is_option = is_option_word(words[i]);
        if (is_option && words[i].text == "--at") {
            ++i;
        } else if (!is_option || !words[i].text.starts_with("--at=")) {
            line.push_back(words[i]);
        }
    }
    // How the arming shows itself is how the order would have shown itself.
    CommandLine scheduled{
        .command = once, .arguments = {}, .options = std::move(order.options), .process = {}, .verb = order.verb};
    scheduled.arguments.add("time", time);
    for (const Word& word : line) {
        scheduled.arguments.add(line_argument, word);
    }
    const Result<ArmedLine> armed = read_armed_line(table, line);
    return armed ? Result<CommandLine>(std::move(scheduled)) : std::unexpected(armed.error());
}

} // namespace

Result<CommandLine> parse_command_line(const CommandTable& table, std::span<const Word> words,
                                       const RunOptions& defaults, bool values_known) {
    const Origin origin = words.empty() ? Origin::argv : words.front().origin();
    const std::span<const OptionSpec> leading = leading_options(origin);
    const std::size_t before_count = count_options(words, leading);
    Result<Arguments> before = parse_arguments("tradesh", {}, {}, leading, words.first(before_count));
    if (!before) {
        return std::unexpected(before.error());
    }
    CommandLine line;
    words = words.subspan(before_count);
    if (words.empty()) {
        Result<RunOptions> options = apply_run_options(defaults, *before);
        if (!options) {
            return std::unexpected(options.error());
        }
        line.options = std::move(*options);
        line.process = std::move(*before);
        return line;
    }
    Result<NameReader::Name> name = NameReader(table, words, origin == Origin::prompt).read(leading);
    if (!name) {
        return std::unexpected(name.error());
    }
    line.command = name->command;
    line.verb = name->verb;
    const Result<void> parsed = parse_command(line, name->rest, origin, *before, defaults, values_known);
    if (!parsed) {
        return std::unexpected(parsed.error());
    }
    if (line.options.help || !values_known) {
        return line;
    }
    if (line.arguments.has("at") && line.command->effects == Effects::orders) {
        return at_its_time(table, std::move(line), words);
    }
    if (!line.command->line_after.empty()) {
        const std::span<const Word> own = line.arguments.all(line_argument);
        if (const Result<ArmedLine> armed = read_armed_line(table, own); !armed) {
            return std::unexpected(armed.error());
        }
        // Nobody sees what the line itself shows: --json and its like, wherever they stand, are meant for the arming.
        if (Result<CommandLine> shown = parse_command_line(table, own, line.options); shown) {
            line.options.output = std::move(shown->options.output);
        }
    }
    return line;
}

} // namespace tradesh::cli
