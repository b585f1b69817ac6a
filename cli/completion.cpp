#include "cli/completion.hpp"

#include "cli/parse/expansion.hpp"
#include "cli/parse/lexer.hpp"
#include "core/market/timeframe.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace tradesh::cli {

namespace {

constexpr std::size_t items_max = 500;

/// The words of the last command before the point; the one being typed is `typed`.
struct TypedCommand {
    std::vector<std::string> words;
    std::string typed;
    std::size_t start = 0;
    bool valid = false; ///< false where nothing sensible can be said: an open quote, a reserved sign
};

TypedCommand typed_command(std::string_view line, std::size_t point) {
    const std::string_view before = line.substr(0, std::min(point, line.size()));
    const std::size_t last = before.find_last_of(" \t;");
    TypedCommand result;
    result.start = last == std::string_view::npos ? 0 : last + 1;
    result.typed = before.substr(result.start);
    const SourceLine source{Origin::prompt, {}, 1, std::string(before.substr(0, result.start))};
    const Result<LexedLine> lexed = lex(std::make_shared<const SourceLine>(source));
    if (!lexed) {
        return result;
    }
    result.valid = true;
    const std::size_t separator = before.substr(0, result.start).find_last_not_of(" \t");
    const bool at_new_command = separator == std::string_view::npos || before[separator] == ';';
    if (lexed->commands.empty() || at_new_command) {
        return result;
    }
    const auto unknown = [](std::string_view) { return std::optional<std::string>("?"); };
    const Result<std::vector<Word>> words = expand(lexed->commands.back(), unknown);
    for (const Word& word : *words) {
        result.words.push_back(word.text);
    }
    if (!result.words.empty() && result.words.front() == "try") {
        result.words.erase(result.words.begin());
    }
    return result;
}

class Completer {
public:
    Completer(const CommandTable& table, const Session& session, const CompletionSource* source, TypedCommand typed)
        : table_(table),
          session_(session),
          source_(source),
          typed_(std::move(typed)) {
        result_.start = typed_.start;
    }

    CompletionResult run() {
        if (!typed_.valid) {
            return std::move(result_);
        }
        if (typed_.typed.starts_with('$')) {
            add_variables();
        } else if (typed_.words.empty()) {
            add_first_words();
        } else {
            add_behind_first_word();
        }
        if (result_.items.size() > items_max) {
            result_.items.resize(items_max);
        }
        return std::move(result_);
    }

private:
    void add(std::string_view text, std::string_view help) {
        const bool is_new = std::ranges::find(result_.items, text, &Completion::text) == result_.items.end();
        if (is_new && text.starts_with(typed_.typed)) {
            result_.items.push_back({std::string(text), std::string(help)});
        }
    }

    void add_variables() {
        for (const auto& [name, value] : session_.variables) {
            add("$" + name, value);
        }
        add("$?", "code of the last command");
        add("$_", "id of the last thing made");
    }

    void add_first_words() {
        for (const std::string_view word : table_.first_words()) {
            const CommandSpec* quick = table_.find_quick(word);
            const CommandSpec* command = quick != nullptr ? quick : table_.find(word, "");
            add(word, command != nullptr ? command->summary : std::string_view());
        }
        for (const auto& [name, text] : session_.aliases) {
            add(name, text);
        }
    }

    void add_behind_first_word() {
        const std::string& first = typed_.words.front();
        const CommandSpec* command = table_.find_quick(first);
        std::size_t name_words = 1;
        if (command == nullptr && typed_.words.size() > 1) {
            command = table_.find(first, typed_.words[1]);
            name_words = 2;
        }
        if (command == nullptr) {
            command = table_.find(first, "");
            name_words = 1;
            if (typed_.words.size() == 1) {
                for (const std::string_view verb : table_.verbs(first)) {
                    add(verb, table_.find(first, verb)->summary);
                }
            }
        }
        if (command != nullptr) {
            add_for_command(*command, name_words);
        }
    }

    void add_for_command(const CommandSpec& command, std::size_t name_words) {
        const std::array<std::span<const OptionSpec>, 2> groups{command.options, shared_options_after_verb()};
        if (typed_.typed.starts_with('-')) {
            for (const std::span<const OptionSpec> group : groups) {
                for (const OptionSpec& option : group) {
                    add("--" + std::string(option.name), option.help);
                }
            }
            return;
        }
        const std::string& previous = typed_.words.back();
        if (const OptionSpec* option = option_before(groups, previous); option != nullptr) {
            add_values(option->kind, option->choices);
            return;
        }
        if (command.arguments.empty()) {
            return;
        }
        const std::size_t index = std::min(positionals(groups, name_words), command.arguments.size() - 1);
        const ArgumentSpec& argument = command.arguments[index];
        if (index == positionals(groups, name_words) || argument.repeatable) {
            add_values(argument.kind, argument.choices);
        }
    }

    static const OptionSpec* option_before(std::span<const std::span<const OptionSpec>> groups, std::string_view word) {
        for (const std::span<const OptionSpec> group : groups) {
            for (const OptionSpec& option : group) {
                const bool is_long = word.starts_with("--") && word.substr(2) == option.name;
                const bool is_short = word.size() == 2 && word[0] == '-' && word[1] == option.short_name;
                if ((is_long || is_short) && !option.value_name.empty()) {
                    return &option;
                }
            }
        }
        return nullptr;
    }

    /// How many arguments stand between the name and the point.
    std::size_t positionals(std::span<const std::span<const OptionSpec>> groups, std::size_t name_words) const {
        std::size_t count = 0;
        for (std::size_t i = name_words; i < typed_.words.size(); ++i) {
            const bool is_option = typed_.words[i].size() > 1 && typed_.words[i].front() == '-';
            const bool is_value = i > name_words && option_before(groups, typed_.words[i - 1]) != nullptr;
            count += is_option || is_value ? 0U : 1U;
        }
        return count;
    }

    void add_values(ValueKind kind, std::span<const std::string_view> choices) {
        for (const std::string_view choice : choices) {
            add(choice, {});
        }
        switch (kind) {
        case ValueKind::file: result_.wants_files = true; break;
        case ValueKind::command: add_first_words(); break;
        case ValueKind::timeframe:
            for (const Timeframe timeframe : timeframes) {
                add(tradesh::name_of(timeframe), {});
            }
            break;
        case ValueKind::variable:
            for (const auto& [name, value] : session_.variables) {
                add(name, value);
            }
            break;
        case ValueKind::symbol:
        case ValueKind::order_id:
        case ValueKind::venue:
        case ValueKind::account:
            for (const std::string& value : from_source(kind)) {
                result_.items.push_back({value, {}});
            }
            break;
        default: break;
        }
    }

    std::vector<std::string> from_source(ValueKind kind) const {
        return source_ == nullptr ? std::vector<std::string>() : source_->values(kind, typed_.typed);
    }

    const CommandTable& table_;
    const Session& session_;
    const CompletionSource* source_;
    TypedCommand typed_;
    CompletionResult result_;
};

} // namespace

CompletionResult complete(const CommandTable& table, const Session& session, const CompletionSource* source,
                          std::string_view line, std::size_t point) {
    return Completer(table, session, source, typed_command(line, point)).run();
}

} // namespace tradesh::cli
