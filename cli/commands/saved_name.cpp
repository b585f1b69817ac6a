#include "cli/commands/saved_name.hpp"

#include "core/base/suggestion.hpp"

#include <algorithm>
#include <vector>

namespace tradesh::cli {

bool is_saved_name(std::string_view text) {
    const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto fits = [&](char c) { return is_small(c) || (c >= '0' && c <= '9') || c == '-'; };
    return !text.empty() && text.size() <= saved_name_length_max && is_small(text.front()) &&
           std::ranges::all_of(text, fits);
}

Result<std::string> saved_name_of(const Word& word, std::string_view what) {
    if (is_saved_name(word.text)) {
        return word.text;
    }
    return fail(
        Error(ErrorKind::usage, "name.malformed", "'" + word.text + "' cannot be the name of a " + std::string(what))
            .at(word.where())
            .advise("a name begins with a small letter and has small letters, digits and -, up to 40"));
}

Error no_such_name(const Word& word, std::string_view what, std::span<const std::string> known) {
    const std::vector<std::string_view> names(known.begin(), known.end());
    const std::string nearest = did_you_mean(word.text, names);
    return Error(ErrorKind::not_found, "name.unknown", "there is no " + std::string(what) + " '" + word.text + "'")
        .at(word.where())
        .advise(nearest.empty() ? "see: " + std::string(what) + " list" : nearest);
}

} // namespace tradesh::cli
