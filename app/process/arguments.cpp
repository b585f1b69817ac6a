#include "app/process/arguments.hpp"

#include <charconv>
#include <string_view>

namespace tradesh::core_process {
namespace {

std::unexpected<Error> unusable(std::string_view word) {
    return fail(Error(ErrorKind::usage, "core.argument", "'" + std::string(word) + "' is no argument of tradesh-core")
                    .advise("tradesh starts its core by itself; to keep one running: tradesh serve"));
}

bool read_number(std::string_view text, int& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number >= 0;
}

} // namespace

Result<Arguments> parse_arguments(int argc, const char* const* argv) {
    Arguments arguments;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        std::string_view name = word;
        std::string_view value;
        if (const std::size_t equals = word.find('='); equals != std::string_view::npos) {
            name = word.substr(0, equals);
            value = word.substr(equals + 1);
        } else if (name == "--profile" || name == "--lock-fd" || name == "--ready-fd" || name == "--linger") {
            if (++i == argc) {
                return unusable(word);
            }
            value = argv[i];
        }
        bool understood = true;
        if (name == "--profile") {
            arguments.profile = value;
        } else if (name == "--lock-fd") {
            understood = read_number(value, arguments.lock);
        } else if (name == "--ready-fd") {
            understood = read_number(value, arguments.ready);
        } else if (name == "--linger") {
            Result<Duration> linger = parse_duration(value);
            understood = linger.has_value();
            arguments.linger = linger.value_or(Duration(0));
        } else if (word == "--serve") {
            arguments.serve = true;
        } else if (word == "--replace") {
            arguments.replace = true;
        } else {
            understood = false;
        }
        if (!understood) {
            return unusable(word);
        }
    }
    return arguments;
}

} // namespace tradesh::core_process
