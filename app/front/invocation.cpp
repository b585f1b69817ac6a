#include "app/front/invocation.hpp"

#include <algorithm>
#include <array>

namespace tradesh::front {
namespace {

/// Options before the verb whose value is the next word: to find the verb, and -c and -f behind them.
constexpr std::array<std::string_view, 13> options_with_value{
    "-v",        "-o",        "--format",   "--fields", "--tz",   "--color",    "--venue",
    "--account", "--timeout", "--deadline", "--key",    "--null", "--log-level"};

std::unexpected<Error> usage(std::string_view code, std::string message, std::string_view hint) {
    return fail(Error(ErrorKind::usage, code, std::move(message)).advise(hint));
}

class Parser {
public:
    Parser(std::span<const std::string_view> words, std::string_view default_profile) : words_(words) {
        invocation_.profile = default_profile;
    }

    Result<Invocation> parse(bool stdin_is_terminal) {
        while (next_ < words_.size()) {
            const std::string_view word = words_[next_++];
            if (word == "--") {
                keep(word);
                while (next_ < words_.size()) {
                    verb(words_[next_++]);
                }
                break;
            }
            if (Result<void> taken = take(word); !taken) {
                return fail(std::move(taken.error()));
            }
        }
        decide(stdin_is_terminal);
        return std::move(invocation_);
    }

private:
    Result<void> take(std::string_view word) {
        if (word == "--profile" || word.starts_with("--profile=")) {
            return value_of(word, "--profile", invocation_.profile);
        }
        if (word == "--timeout" || word.starts_with("--timeout=")) {
            keep(word);
            const std::string_view text = word.contains('=') ? word.substr(word.find('=') + 1) : peek();
            const Result<Duration> timeout = parse_duration(text);
            if (timeout && *timeout > Duration(0)) { // the core tells what is wrong with any other
                invocation_.timeout = *timeout;
            }
            keep_value(word);
            return {};
        }
        if (!verb_.empty() || !word.starts_with('-')) {
            verb(word);
            return {};
        }
        if (word == "-c" || word == "-f") {
            if (invocation_.form != attach::RunForm::words) {
                return usage("option.twice", "-c and -f are given more than once",
                             "give one -c 'COMMANDS' or one -f FILE");
            }
            invocation_.form = word == "-c" ? attach::RunForm::text : attach::RunForm::script;
            return value_of(word, word, invocation_.text);
        }
        version_ = version_ || word == "--version";
        help_ = help_ || word == "--help" || word == "-h";
        keep(word);
        keep_value(word);
        return {};
    }

    void decide(bool stdin_is_terminal) {
        if (version_) {
            invocation_.action = Action::version;
        } else if (verb_ == "serve" &&
                   std::ranges::all_of(behind_verb_, [](auto word) { return word == "--replace"; })) {
            invocation_.action = Action::serve;
            invocation_.replace = !behind_verb_.empty();
        } else if (verb_.empty() && !help_ && invocation_.form == attach::RunForm::words) {
            if (stdin_is_terminal) {
                invocation_.action = Action::prompt;
            } else {
                invocation_.form = attach::RunForm::script;
                invocation_.text = "-";
            }
        }
    }

    Result<void> value_of(std::string_view word, std::string_view name, std::string& value) {
        if (word != name) {
            value = word.substr(name.size() + 1);
            return {};
        }
        if (next_ == words_.size()) {
            return usage("option.value", std::string(name) + " needs a value", "see: tradesh --help");
        }
        value = words_[next_++];
        return {};
    }

    std::string_view peek() const { return next_ < words_.size() ? words_[next_] : std::string_view(); }
    void keep(std::string_view word) { invocation_.words.emplace_back(word); }
    void keep_value(std::string_view option) {
        if (next_ < words_.size() && std::ranges::find(options_with_value, option) != options_with_value.end()) {
            keep(words_[next_++]);
        }
    }
    void verb(std::string_view word) {
        keep(word);
        if (verb_.empty()) {
            verb_ = word;
        } else {
            behind_verb_.push_back(word);
        }
    }

    std::span<const std::string_view> words_;
    std::size_t next_ = 0;
    Invocation invocation_;
    std::string_view verb_;
    std::vector<std::string_view> behind_verb_;
    bool version_ = false;
    bool help_ = false;
};

} // namespace

Result<Invocation> parse_invocation(std::span<const std::string_view> words, std::string_view default_profile,
                                    bool stdin_is_terminal) {
    return Parser(words, default_profile).parse(stdin_is_terminal);
}

bool wants_json(std::span<const std::string_view> words) {
    const auto end = std::ranges::find(words, "--");
    return std::find(words.begin(), end, "--json") != end;
}

} // namespace tradesh::front
