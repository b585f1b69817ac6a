#pragma once

#include "app/attach/message.hpp"
#include "core/base/error.hpp"
#include "core/base/time.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::front {

enum class Action : std::uint8_t {
    run,     ///< send it to the core
    prompt,  ///< become tradesh-prompt
    serve,   ///< become tradesh-core in the foreground
    version, ///< say which version this is
};

/// What the user asked for, as far as the client must know. Every other word is the core's to understand.
struct Invocation {
    Action action = Action::run;
    std::string profile;
    std::optional<Duration> timeout;
    attach::RunForm form = attach::RunForm::words;
    std::vector<std::string> words; ///< without --profile, -c and -f; otherwise as typed
    std::string text;               ///< of -c, or the script's name
    bool replace = false;           ///< of serve
};

/// `default_profile` holds where no --profile is given. Errors: usage.
Result<Invocation> parse_invocation(std::span<const std::string_view> words, std::string_view default_profile,
                                    bool stdin_is_terminal);

/// Whether --json is given, so that the client's own failures are JSON, too; also when nothing else can be parsed.
bool wants_json(std::span<const std::string_view> words);

} // namespace tradesh::front
