#include "cli/completion.hpp"

#include "cli/parse/expansion.hpp"
#include "cli/parse/lexer.hpp"
#include "core/expression/words.hpp"
#include "core/indicators/catalogue.hpp"
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
    bool valid = false; ///< false where nothing sensible can be said: a reserved sign
    /// Of the word being typed, where its quote is still open; `typed` is then what was typed last of it.
    std::optional<std::size_t> quote{};
};

/// The names and numbers of expressions.
bool is_of_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':' ||
           c == '.';
}

/// Where the word begins whose quote is open in `before`; nothing where none is, or not at the begin of a word.
std::optional<std::size_t> open_quote(std::string_view before) {
    std::size_t quote = std::string_view::npos;
    char by = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (by == 0 && (before[i] == '\'' || before[i] == '"')) {
            by = before[i];
            quote = i;
        } else if (before[i] == by) {
            by = 0;
        }
    }
    const bool at_begin = by != 0 && quote > 0 && (before[quote - 1] == ' ' || before[quote - 1] == '\t');
    return at_begin ? std::optional(quote) : std::nullopt;
}

TypedCommand typed_command(std::string_view line, std::size_t point) {
    const std::string_view before = line.substr(0, std::min(point, line.size()));
    const std::size_t last = before.find_last_of(" \t;");
    TypedCommand result;
    result.start = last == std::string_view::npos ? 0 : last + 1;
    std::size_t words_end = result.start;
    if (const std::optional<std::size_t> quote = open_quote(before)) {
        result.quote = quote;
        words_end = *quote;
        result.start = before.size();
        while (result.start > *quote + 1 && is_of_name(before[result.start - 1])) {
            --result.start;
        }
    }
    result.typed = before.substr(result.start);
    const SourceLine source{Origin::prompt, {}, 1, std::string(before.substr(0, words_end))};
    const Result<LexedLine> lexed = lex(std::make_shared<const SourceLine>(source));
    if (!lexed) {
        return result;
    }
    result.valid = true;
    const std::size_t separator = before.substr(0, words_end).find_last_not_of(" \t");
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
            if (!typed_.quote) {
                add_first_words();
            }
        } else {
            add_behind_first_word();
        }
        if (result_.items.empty() && typed_.quote) {
            result_.start = *typed_.quote; // nothing to say about a part of the word
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
            if (typed_.words.size() == 1 && !typed_.quote) {
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
        if (typed_.quote) {
            if (kind == ValueKind::expression) {
                add_expression_words();
            }
            return;
        }
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
        case ValueKind::universe: add_symbols_and_lists(); break;
        case ValueKind::expression:
            add_from_source(ValueKind::scan);
            add_expression_words();
            break;
        case ValueKind::scan:
        case ValueKind::watchlist:
        case ValueKind::symbol:
        case ValueKind::order_id:
        case ValueKind::venue:
        case ValueKind::account: add_from_source(kind); break;
        default: break;
        }
    }

    void add_from_source(ValueKind kind) {
        for (const std::string& value : from_source(kind, typed_.typed)) {
            result_.items.push_back({value, {}});
        }
    }

    /// Behind the last comma a symbol, or a list behind an @.
    void add_symbols_and_lists() {
        const std::size_t begin = typed_.typed.rfind(',') + 1; // the sum is 0 without a comma
        const bool is_list = typed_.typed.substr(begin).starts_with('@');
        const std::string kept = typed_.typed.substr(0, begin + (is_list ? 1 : 0));
        const ValueKind kind = is_list ? ValueKind::watchlist : ValueKind::symbol;
        for (const std::string& value : from_source(kind, std::string_view(typed_.typed).substr(kept.size()))) {
            result_.items.push_back({kept + value, {}});
        }
    }

    /// Fields, words and indicators.
    void add_expression_words() {
        for (const indicators::Column column : indicators::columns) {
            add(indicators::name_of(column), {});
        }
        for (const expression::Word& word : expression::words()) {
            add(word.name, word.summary);
        }
        for (const indicators::Indicator& indicator : indicators::catalogue()) {
            add(indicator.name, indicator.summary);
        }
    }

    std::vector<std::string> from_source(ValueKind kind, std::string_view prefix) const {
        return source_ == nullptr ? std::vector<std::string>() : source_->values(kind, prefix);
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
