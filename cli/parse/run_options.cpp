#include "cli/parse/run_options.hpp"

#include "cli/parse/lexer.hpp"
#include "cli/parse/values.hpp"

#include <algorithm>
#include <array>

namespace tradesh::cli {

namespace {

struct NamedFormat {
    std::string_view name;
    Format format;
};
constexpr std::array named_formats{
    NamedFormat{"table", Format::table},   NamedFormat{"wide", Format::wide}, NamedFormat{"vertical", Format::vertical},
    NamedFormat{"csv", Format::csv},       NamedFormat{"tsv", Format::tsv},   NamedFormat{"json", Format::json},
    NamedFormat{"ndjson", Format::ndjson},
};

std::vector<OptionSpec> make_shared_options() {
    return {
        {.name = "format",
         .value_name = "FORMAT",
         .help = "table, wide, vertical, csv, tsv, json or ndjson",
         .choices = {"table", "wide", "vertical", "csv", "tsv", "json", "ndjson"}},
        {.name = "json", .help = "one JSON object a command, failures too"},
        {.name = "json-numbers", .help = "plain numbers in JSON instead of exact strings"},
        {.name = "csv", .help = "comma-separated values"},
        {.name = "fields", .value_name = "A,B", .help = "only these columns, in this order"},
        {.name = "no-header", .help = "leave out the line of column names"},
        {.name = "output",
         .value_name = "FILE",
         .help = "write the result to FILE, whole or not at all",
         .short_name = 'o',
         .kind = ValueKind::file},
        {.name = "tz", .value_name = "ZONE", .help = "show times in this zone, such as America/New_York"},
        {.name = "color",
         .value_name = "WHEN",
         .help = "auto, always or never",
         .choices = {"auto", "always", "never"}},
        {.name = "quiet", .help = "no notes, no progress, no summary", .short_name = 'q'},
        {.name = "timing", .help = "show how long each command took"},
        {.name = "venue", .value_name = "NAME", .help = "refuse to run on any other venue", .kind = ValueKind::venue},
        {.name = "account",
         .value_name = "ID",
         .help = "refuse to run on any other account",
         .kind = ValueKind::account},
        {.name = "live", .help = "this may trade real money"},
        {.name = "paper", .help = "refuse to run where orders would be live"},
        {.name = "timeout",
         .value_name = "SPAN",
         .help = "longest wait for one answer, such as 5s",
         .kind = ValueKind::duration},
        {.name = "deadline",
         .value_name = "SPAN",
         .help = "longest time for the whole command, such as 30s",
         .kind = ValueKind::duration},
        {.name = "key", .value_name = "KEY", .help = "the order's own key: the same key never makes a second order"},
        {.name = "dry-run", .help = "check and show what would be done, and do nothing"},
        {.name = "no-input", .help = "never ask anything"},
        {.name = "yes", .help = "agree to what would be asked", .short_name = 'y'},
        {.name = "help", .help = "show help", .short_name = 'h'},
    };
}

std::vector<OptionSpec> make_shared_options_after_verb() {
    std::vector<OptionSpec> options = make_shared_options();
    for (OptionSpec& option : options) {
        option.short_name = option.name == "output" ? 'o' : '\0';
    }
    return options;
}

std::vector<OptionSpec> make_process_options() {
    return {
        {.name = "script",
         .value_name = "FILE",
         .help = "run a script; - is standard input",
         .short_name = 'f',
         .kind = ValueKind::file},
        {.name = "commands", .value_name = "TEXT", .help = "run this text: 'A; B'", .short_name = 'c'},
        {.name = "define", .value_name = "NAME=VALUE", .help = "set a variable", .short_name = 'v', .repeatable = true},
        {.name = "check", .help = "check every line of a script and run nothing"},
        {.name = "keep-going", .help = "do not stop at a line that fails"},
        {.name = "echo", .help = "show each line before it runs"},
        {.name = "no-rc", .help = "do not read tradeshrc", .short_name = 'X'},
        {.name = "profile", .value_name = "NAME", .help = "the profile to use"},
        {.name = "version", .help = "show the version"},
    };
}

Result<void> apply_format(OutputOptions& output, const Arguments& given) {
    const Word* format = given.find("format");
    if (format != nullptr) {
        output.format = parse_format(format->text).value_or(Format::automatic);
    }
    for (const auto& [name, value] : {std::pair("json", Format::json), std::pair("csv", Format::csv)}) {
        if (!given.has(name)) {
            continue;
        }
        if ((format != nullptr && output.format != value) || (given.has("json") && given.has("csv"))) {
            return fail(Error(ErrorKind::usage, "usage.format_twice", "two output formats are named")
                            .at(given.find(name)->where())
                            .advise("leave one of them out"));
        }
        output.format = value;
    }
    return {};
}

Result<std::vector<std::string>> split_fields(const Word& word) {
    std::vector<std::string> fields;
    std::size_t begin = 0;
    while (begin <= word.text.size()) {
        const std::size_t comma = std::min(word.text.find(',', begin), word.text.size());
        fields.push_back(word.text.substr(begin, comma - begin));
        if (fields.back().empty()) {
            return fail(Error(ErrorKind::usage, "usage.fields", "'--fields' has an empty name")
                            .at(word.where())
                            .advise("write the names with commas and no spaces: --fields time,close"));
        }
        begin = comma + 1;
    }
    return fields;
}

Result<void> apply_output_options(OutputOptions& output, const Arguments& given) {
    if (const Result<void> format = apply_format(output, given); !format) {
        return format;
    }
    if (const Word* fields = given.find("fields")) {
        Result<std::vector<std::string>> names = split_fields(*fields);
        if (!names) {
            return std::unexpected(names.error());
        }
        output.fields = std::move(*names);
    }
    if (const Word* color = given.find("color")) {
        output.color = color->text == "always"  ? ColorChoice::always
                       : color->text == "never" ? ColorChoice::never
                                                : ColorChoice::automatic;
    }
    output.file = given.text_or("output", output.file);
    output.zone = given.text_or("tz", output.zone);
    output.json_numbers |= given.has("json-numbers");
    output.header &= !given.has("no-header");
    output.quiet |= given.has("quiet");
    output.timing |= given.has("timing");
    return {};
}

Result<void> apply_span(std::optional<Duration>& target, const Arguments& given, std::string_view name) {
    const Word* word = given.find(name);
    if (word == nullptr) {
        return {};
    }
    const Result<Duration> span = parse_span(*word);
    if (!span) {
        return std::unexpected(span.error());
    }
    target = *span;
    return {};
}

void apply_text(std::optional<std::string>& target, const Arguments& given, std::string_view name) {
    if (const Word* word = given.find(name)) {
        target = word->text;
    }
}

} // namespace

std::span<const OptionSpec> shared_options() {
    static const std::vector<OptionSpec> options = make_shared_options();
    return options;
}

std::span<const OptionSpec> shared_options_after_verb() {
    static const std::vector<OptionSpec> options = make_shared_options_after_verb();
    return options;
}

std::span<const OptionSpec> process_options() {
    static const std::vector<OptionSpec> options = make_process_options();
    return options;
}

Result<RunOptions> apply_run_options(RunOptions options, const Arguments& given) {
    for (const Result<void>& applied :
         {apply_output_options(options.output, given), apply_span(options.timeout, given, "timeout"),
          apply_span(options.deadline, given, "deadline")}) {
        if (!applied) {
            return std::unexpected(applied.error());
        }
    }
    apply_text(options.venue, given, "venue");
    apply_text(options.account, given, "account");
    apply_text(options.key, given, "key");
    options.live |= given.has("live");
    options.paper |= given.has("paper");
    options.dry_run |= given.has("dry-run");
    options.no_input |= given.has("no-input");
    options.yes |= given.has("yes");
    options.help |= given.has("help");
    if (options.live && options.paper) {
        const Word* place = given.has("paper") ? given.find("paper") : given.find("live");
        Error error(ErrorKind::usage, "usage.live_and_paper", "'--live' and '--paper' exclude each other");
        return fail(place != nullptr ? std::move(error).at(place->where()) : std::move(error));
    }
    return options;
}

Result<ProcessOptions> to_process_options(const Arguments& given) {
    ProcessOptions options;
    apply_text(options.script, given, "script");
    apply_text(options.text, given, "commands");
    options.check = given.has("check");
    options.keep_going = given.has("keep-going");
    options.echo = given.has("echo");
    options.version = given.has("version");
    for (const Word& word : given.all("define")) {
        const std::size_t equals = word.text.find('=');
        if (equals == std::string::npos || !is_variable_name(std::string_view(word.text).substr(0, equals))) {
            return fail(Error(ErrorKind::usage, "usage.variable", "'-v' sets a variable: -v NAME=VALUE")
                            .at(word.where())
                            .advise("a name has letters, digits and _ and does not start with a digit"));
        }
        options.variables.emplace_back(word.text.substr(0, equals), word.text.substr(equals + 1));
    }
    if (options.script && options.text) {
        return fail(Error(ErrorKind::usage, "usage.two_sources", "'-c' and '-f' exclude each other")
                        .at(given.find("script")->where())
                        .advise("put 'source FILE' into the text, or run tradesh twice"));
    }
    return options;
}

std::optional<Format> parse_format(std::string_view name) {
    const auto named = std::ranges::find(named_formats, name, &NamedFormat::name);
    return named == named_formats.end() ? std::nullopt : std::optional(named->format);
}

} // namespace tradesh::cli
