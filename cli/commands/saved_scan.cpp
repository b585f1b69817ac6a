#include "cli/commands/saved_scan.hpp"

#include "cli/commands/saved_name.hpp"
#include "cli/commands/scan_words.hpp"
#include "cli/parse/argument_parser.hpp"
#include "cli/parse/expansion.hpp"
#include "core/expression/words.hpp"
#include "core/indicators/catalogue.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace tradesh::cli {
namespace {

using runtime::Task;

/// Quotes as a shell would read them. Single quotes keep their text as it is.
std::string in_quotes(std::string_view text) {
    const bool plain = !text.empty() && text.find_first_of(" \t\n\"'\\;|<>&$#*?()[]{}") == std::string_view::npos;
    if (plain) {
        return std::string(text);
    }
    std::string word = "'";
    for (const char c : text) {
        word += c == '\'' ? std::string("'\\''") : std::string(1, c == '\n' ? ' ' : c);
    }
    return word + "'";
}

Error unreadable(Error error, std::string_view name) {
    return std::move(error)
        .attempting("read the saved scan")
        .on(name)
        .advise("scan show " + std::string(name) + " shows it; save it again as it should be");
}

/// `given` with what is kept beneath it. Options that contradict given ones give way.
Arguments merged(const Arguments& given, const Arguments& kept) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> gives_way{{{"desc", "sort"},
                                                                                      {"desc", "rank"},
                                                                                      {"sort", "rank"},
                                                                                      {"as-of", "from"},
                                                                                      {"from", "as-of"},
                                                                                      {"to", "as-of"},
                                                                                      {"to", "from"}}};
    Arguments all;
    all.add("expression", kept.required("expression"));
    const auto is_overruled = [&](std::string_view option) {
        return std::ranges::any_of(gives_way,
                                   [&](const auto& pair) { return pair.first == option && given.has(pair.second); });
    };
    for (const OptionSpec& option : scan_options()) {
        const bool from_given = given.has(option.name) || is_overruled(option.name);
        for (const Word& word : (from_given ? given : kept).all(option.name)) {
            all.add(option.name, word);
        }
    }
    return all;
}

Result<ChosenScan> chosen(const Arguments& given, std::string name, const std::string& text,
                          const scan::BuiltInScan* built_in) {
    const Result<Arguments> kept = read_saved_scan(name, text);
    if (!kept) {
        return fail(kept.error());
    }
    return ChosenScan{.arguments = merged(given, *kept), .name = std::move(name), .built_in = built_in};
}

} // namespace

std::string text_of_scan(const Arguments& arguments) {
    std::string text = in_quotes(arguments.required("expression").text);
    for (const OptionSpec& option : scan_options()) {
        const Word* word = arguments.find(option.name);
        if (word == nullptr) {
            continue;
        }
        text += " --" + std::string(option.name);
        text += option.value_name.empty() ? "" : " " + in_quotes(word->text);
    }
    return text;
}

std::string text_of_scan(const scan::BuiltInScan& scan) {
    std::string text = in_quotes(scan.expression);
    text += scan.show.empty() ? "" : " --show " + in_quotes(scan.show);
    text += scan.sort.empty() ? "" : " --sort " + in_quotes(scan.sort) + " --desc";
    return text;
}

Result<Arguments> read_saved_scan(std::string_view name, const std::string& text) {
    const auto line = std::make_shared<const SourceLine>(
        SourceLine{.origin = Origin::script, .file = "scan " + std::string(name), .number = 1, .text = text});
    const Result<LexedLine> lexed = lex(line);
    if (!lexed) {
        return fail(unreadable(lexed.error(), name));
    }
    if (lexed->commands.size() != 1) {
        return fail(unreadable(Error(ErrorKind::config, "scan.unreadable", "it is not one line of words"), name));
    }
    const Result<std::vector<Word>> words =
        expand(lexed->commands.front(), [](std::string_view) { return std::nullopt; });
    if (!words) {
        return fail(unreadable(words.error(), name));
    }
    const std::array arguments{scan_argument()};
    Result<Arguments> read = parse_arguments("scan run", arguments, scan_options(), {}, *words);
    if (!read) {
        return fail(unreadable(std::move(read.error()), name));
    }
    const Result<void> complete = check_required("scan run", arguments, *read, words->front());
    return complete ? std::move(read) : fail(unreadable(complete.error(), name));
}

bool is_scan_name(std::string_view text) {
    constexpr std::array<std::string_view, 6> grammar{"and", "or", "not", "let", "in", "as"};
    return is_saved_name(text) && std::ranges::find(grammar, text) == grammar.end() && !indicators::find_column(text) &&
           indicators::find_indicator(text) == nullptr && expression::find_word(text) == nullptr;
}

Result<std::optional<ChosenScan>> choose_built_in(const Arguments& arguments) {
    const std::string& text = arguments.required("expression").text;
    if (!is_scan_name(text)) {
        return ChosenScan{.arguments = arguments};
    }
    const scan::BuiltInScan* built_in = scan::find_built_in_scan(text);
    if (built_in == nullptr) {
        return std::nullopt;
    }
    Result<ChosenScan> scan = chosen(arguments, text, text_of_scan(*built_in), built_in);
    return scan ? Result<std::optional<ChosenScan>>(std::move(*scan)) : fail(std::move(scan.error()));
}

Task<Result<ChosenScan>> choose_scan(engine::SavedDesk& saved, const Arguments& arguments) {
    Result<std::optional<ChosenScan>> known = choose_built_in(arguments);
    if (!known) {
        co_return fail(std::move(known.error()));
    }
    if (*known) {
        co_return std::move(**known);
    }
    const Word& word = arguments.required("expression");
    const Result<std::optional<store::SavedItem>> item = co_await saved.find(store::SavedKind::scan, word.text);
    if (!item) {
        co_return fail(item.error());
    }
    if (*item) {
        co_return chosen(arguments, word.text, (*item)->text, nullptr);
    }
    const Result<std::vector<std::string>> names = co_await scan_names(saved);
    co_return fail(no_such_name(word, "scan", names.value_or(std::vector<std::string>())));
}

Task<Result<std::vector<std::string>>> scan_names(engine::SavedDesk& saved) {
    std::vector<std::string> names;
    for (const scan::BuiltInScan& scan : scan::built_in_scans()) {
        names.emplace_back(scan.name);
    }
    Result<std::vector<store::SavedItem>> items = co_await saved.list(store::SavedKind::scan);
    if (!items) {
        co_return fail(std::move(items.error()));
    }
    for (store::SavedItem& item : *items) {
        names.push_back(std::move(item.name));
    }
    co_return names;
}

} // namespace tradesh::cli
