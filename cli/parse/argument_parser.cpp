#include "cli/parse/argument_parser.hpp"

#include "core/base/suggestion.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <ranges>

// How CLI11 is used here: it sorts words into options and arguments, and knows nothing of their text. Every value is
// handed to it as a token ("\1" and an index), so that its place in the line survives the sorting and no value can be
// mistaken for an option. Only the options that occur in the line are declared: building an App of all forty costs more
// than the parse.

namespace tradesh::cli {

namespace {

constexpr char token_mark = '\1';

Error usage(std::string_view code, std::string message) { return Error(ErrorKind::usage, code, std::move(message)); }

/// The options of one command: its own first, then those that all commands share.
struct OptionSet {
    std::span<const OptionSpec> own;
    std::span<const OptionSpec> shared;

    const OptionSpec* find_long(std::string_view name) const {
        return find([name](const OptionSpec& option) { return option.name == name; });
    }
    const OptionSpec* find_short(char letter) const {
        return find([letter](const OptionSpec& option) { return option.short_name == letter; });
    }
    std::vector<std::string_view> names() const {
        std::vector<std::string_view> all;
        for (const std::span<const OptionSpec> group : {own, shared}) {
            for (const OptionSpec& option : group) {
                all.push_back(option.name);
            }
        }
        return all;
    }

private:
    template <class Matches>
    const OptionSpec* find(Matches matches) const {
        for (const std::span<const OptionSpec> group : {own, shared}) {
            const auto option = std::ranges::find_if(group, matches);
            if (option != group.end()) {
                return &*option;
            }
        }
        return nullptr;
    }
};

/// The line as CLI11 sees it, and the values behind its tokens.
struct TokenLine {
    std::vector<std::string> tokens;
    std::vector<Word> values;
    std::vector<std::pair<const OptionSpec*, Word>> options; ///< as they occur, with the place of the option itself

    /// The option whose value would have to come next; null where none does.
    const OptionSpec* lacks_value() const {
        const bool is_last = !tokens.empty() && tokens.back().front() != token_mark;
        return is_last && !options.back().first->value_name.empty() ? options.back().first : nullptr;
    }

    void add_value(Word value) {
        tokens.push_back(token_mark + std::to_string(values.size()));
        values.push_back(std::move(value));
    }
    void add_option(const OptionSpec& option, const Word& word) {
        tokens.push_back("--" + std::string(option.name));
        options.emplace_back(&option, word);
    }
};

Word part_of(const Word& word, std::size_t offset_bytes) {
    Word part = word;
    part.text = word.text.substr(offset_bytes);
    const auto skipped = static_cast<std::uint32_t>(count_code_points(word.text.substr(0, offset_bytes)));
    part.column += skipped;
    part.length = word.length > skipped ? word.length - skipped : 1;
    return part;
}

/// True for "-close < 0": a letter and what no option has.
bool looks_like_value(std::string_view text) {
    return text.size() > 1 && std::isalpha(static_cast<unsigned char>(text[1])) != 0 &&
           text.find_first_of(" <>=+*/()[],") != std::string_view::npos;
}

/// "-close < 0" as one would type it as a single word.
std::string as_one_word(const std::string& text) {
    return text.find_first_of(" <>*()[]") == std::string::npos ? text : "\"" + text + "\"";
}

Error unknown_option(const Word& word, std::string_view typed, std::string_view command, const OptionSet& known,
                     const OptionSpec* lacks_value) {
    if (lacks_value != nullptr || looks_like_value(word.text)) {
        const std::string way_out = lacks_value != nullptr ? "is written --" + std::string(lacks_value->name) + "="
                                                           : std::string("goes last, after all options: -- ");
        return usage("usage.option_unknown", "'" + std::string(command) + "' has no option '" + word.text + "'")
            .at(word.where())
            .advise("a value that begins with '-' " + way_out + as_one_word(word.text));
    }
    std::string hint = did_you_mean(typed, known.names());
    const std::size_t quote = hint.find('\'');
    if (quote != std::string::npos) {
        hint.insert(quote + 1, "--");
    } else {
        hint = "see: help " + std::string(command);
    }
    return usage("usage.option_unknown", "'" + std::string(command) + "' has no option '" + word.text + "'")
        .at(word.where())
        .advise(hint);
}

Result<void> add_long_option(TokenLine& line, const Word& word, std::string_view command, const OptionSet& known) {
    const std::size_t equals = word.text.find('=');
    const std::string_view name =
        std::string_view(word.text).substr(2, equals == std::string::npos ? equals : equals - 2);
    const OptionSpec* option = known.find_long(name);
    if (option == nullptr) {
        return fail(unknown_option(word, name, command, known, nullptr));
    }
    line.add_option(*option, word);
    if (equals == std::string::npos) {
        return {};
    }
    if (option->value_name.empty()) {
        return fail(usage("usage.option_value", "'--" + std::string(name) + "' takes no value").at(word.where()));
    }
    line.add_value(part_of(word, equals + 1));
    return {};
}

/// "-n5", "-n 5", "-qy": flags may share a dash, the last one may take the rest as its value.
Result<void> add_short_options(TokenLine& line, const Word& word, std::string_view command, const OptionSet& known) {
    const OptionSpec* lacks_value = line.lacks_value();
    for (std::size_t i = 1; i < word.text.size(); ++i) {
        const OptionSpec* option = known.find_short(word.text[i]);
        if (option == nullptr) {
            return fail(unknown_option(word, std::string_view(word.text).substr(1), command, known, lacks_value));
        }
        line.add_option(*option, word);
        if (!option->value_name.empty()) {
            if (i + 1 < word.text.size()) {
                line.add_value(part_of(word, i + 1));
            }
            return {};
        }
    }
    return {};
}

Result<TokenLine> tokenize(std::string_view command, std::span<const Word> words, const OptionSet& known) {
    TokenLine line;
    bool only_values = false;
    for (const Word& word : words) {
        if (only_values || !is_option_word(word)) {
            line.add_value(word);
            continue;
        }
        if (word.text == "--") {
            only_values = true;
            continue;
        }
        const bool is_long = word.text.starts_with("--");
        const Result<void> added =
            is_long ? add_long_option(line, word, command, known) : add_short_options(line, word, command, known);
        if (!added) {
            return std::unexpected(added.error());
        }
    }
    return line;
}

const Word& value_of(const TokenLine& line, const std::string& token) {
    std::size_t index = 0;
    std::from_chars(token.data() + 1, token.data() + token.size(), index);
    return line.values[index];
}

Error missing_value(const OptionSpec& option, const Word& place) {
    const std::string name = "--" + std::string(option.name);
    return usage("usage.option_value", "'" + name + "' needs a value: " + name + " " + std::string(option.value_name))
        .at(place.where())
        .advise(option.help);
}

Result<void> check_choice(const OptionSpec& option, const Word& value) {
    if (option.choices.empty() || std::ranges::find(option.choices, value.text) != option.choices.end()) {
        return {};
    }
    std::string all;
    for (const std::string_view choice : option.choices) {
        all += (all.empty() ? "" : ", ") + std::string(choice);
    }
    return fail(usage("usage.choice", "'--" + std::string(option.name) + "' cannot be '" + value.text + "'")
                    .at(value.where())
                    .advise("it is one of: " + all));
}

/// Declares what occurs in the line, lets CLI11 sort it and returns its results by name.
class Sorter {
public:
    Sorter(std::span<const ArgumentSpec> arguments, const TokenLine& line) : line_(line) {
        app_.set_help_flag();
        app_.allow_extras();
        for (const auto& [option, place] : line.options) {
            declare(*option);
        }
        for (const ArgumentSpec& argument : arguments) {
            CLI::Option* declared = app_.add_option(std::string(argument.name));
            declared->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(argument.repeatable);
            positionals_.push_back(declared);
        }
    }

    void parse() {
        std::vector<std::string> reversed(line_.tokens.rbegin(), line_.tokens.rend());
        app_.parse(reversed);
    }
    std::vector<std::string> extras() const { return app_.remaining(); }
    const std::vector<std::string>& results(std::size_t argument) const { return positionals_[argument]->results(); }
    const std::vector<std::string>* results(const OptionSpec& option) const {
        const auto entry = std::ranges::find(options_, &option, &std::pair<const OptionSpec*, CLI::Option*>::first);
        return entry == options_.end() ? nullptr : &entry->second->results();
    }
    const auto& options() const { return options_; }

private:
    void declare(const OptionSpec& option) {
        if (results(option) != nullptr) {
            return;
        }
        CLI::Option* declared = app_.add_option("--" + std::string(option.name));
        declared->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        if (option.value_name.empty()) {
            declared->expected(0)->type_size(0);
        } else {
            declared->expected(1)->allow_extra_args(false);
        }
        options_.emplace_back(&option, declared);
    }

    const TokenLine& line_;
    CLI::App app_;
    std::vector<std::pair<const OptionSpec*, CLI::Option*>> options_;
    std::vector<CLI::Option*> positionals_;
};

Result<void> take_options(Arguments& result, const Sorter& sorted, const TokenLine& line) {
    for (const auto& [option, declared] : sorted.options()) {
        const auto same = [option](const auto& entry) { return entry.first == option; };
        const auto given = std::ranges::count_if(line.options, same);
        const Word& place = std::ranges::find_if(line.options | std::views::reverse, same)->second;
        if (given > 1 && !option->repeatable && !option->value_name.empty()) {
            return fail(usage("usage.option_twice", "'--" + std::string(option->name) + "' is given twice")
                            .at(place.where())
                            .advise("leave one of them out"));
        }
        if (option->value_name.empty()) {
            result.add(option->name, place);
            continue;
        }
        for (const std::string& token : declared->results()) {
            if (token.empty() || token.front() != token_mark) {
                return fail(missing_value(*option, place));
            }
            const Result<void> allowed = check_choice(*option, value_of(line, token));
            if (!allowed) {
                return allowed;
            }
            result.add(option->name, value_of(line, token));
        }
    }
    return {};
}

Result<void> take_arguments(Arguments& result, const Sorter& sorted, const TokenLine& line,
                            std::span<const ArgumentSpec> arguments, std::string_view command) {
    const std::vector<std::string> extras = sorted.extras();
    if (!extras.empty()) {
        const Word& extra = value_of(line, extras.front());
        const std::string takes = arguments.empty() ? "takes no arguments" : "has an argument too many";
        return fail(usage("usage.argument_extra", "'" + std::string(command) + "' " + takes + ": '" + extra.text + "'")
                        .at(extra.where())
                        .advise("see: help " + std::string(command)));
    }
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        for (const std::string& token : sorted.results(i)) {
            result.add(arguments[i].name, value_of(line, token));
        }
    }
    return {};
}

} // namespace

bool is_option_word(const Word& word) {
    if (word.quoted || word.text.size() < 2 || word.text.front() != '-') {
        return false;
    }
    const char second = word.text[1];
    return std::isdigit(static_cast<unsigned char>(second)) == 0 && second != '.';
}

Result<Arguments> parse_arguments(std::string_view command, std::span<const ArgumentSpec> arguments,
                                  std::span<const OptionSpec> options, std::span<const OptionSpec> shared,
                                  std::span<const Word> words) {
    const OptionSet known{options, shared};
    const Result<TokenLine> line = tokenize(command, words, known);
    if (!line) {
        return std::unexpected(line.error());
    }
    Sorter sorter(arguments, *line);
    try {
        sorter.parse();
    } catch (const CLI::ArgumentMismatch&) { // the last option of the line lacks its value
        return fail(missing_value(*line->options.back().first, line->options.back().second));
    } catch (const CLI::Error& error) {
        return fail(usage("usage.words", error.what()).advise("see: help " + std::string(command)));
    }
    Arguments result;
    const Result<void> took_options = take_options(result, sorter, *line);
    if (!took_options) {
        return std::unexpected(took_options.error());
    }
    const Result<void> took_arguments = take_arguments(result, sorter, *line, arguments, command);
    if (!took_arguments) {
        return std::unexpected(took_arguments.error());
    }
    return result;
}

Result<void> check_required(std::string_view command, std::span<const ArgumentSpec> arguments, const Arguments& given,
                            const Word& verb) {
    for (const ArgumentSpec& argument : arguments) {
        if (argument.required && !given.has(argument.name)) {
            std::string hint = "usage: " + std::string(command);
            for (const ArgumentSpec& each : arguments) {
                hint += " " + usage_of(each);
            }
            return fail(
                usage("usage.argument_missing", "'" + std::string(command) + "' needs " + std::string(argument.name) +
                                                    (argument.help.empty() ? "" : ": " + std::string(argument.help)))
                    .at(verb.where())
                    .advise(hint));
        }
    }
    return {};
}

std::string usage_of(const ArgumentSpec& argument) {
    std::string name;
    for (const char c : argument.name) {
        name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    name += argument.repeatable ? "..." : "";
    return argument.required ? name : "[" + name + "]";
}

} // namespace tradesh::cli
