#include "cli/parse/arguments.hpp"

#include <algorithm>
#include <cassert>

namespace tradesh::cli {

std::span<const Word> Arguments::all(std::string_view name) const {
    const auto entry = std::ranges::find(values_, name, &std::pair<std::string, std::vector<Word>>::first);
    return entry == values_.end() ? std::span<const Word>() : std::span<const Word>(entry->second);
}

const Word* Arguments::find(std::string_view name) const {
    const std::span<const Word> values = all(name);
    return values.empty() ? nullptr : &values.back();
}

std::string_view Arguments::text_or(std::string_view name, std::string_view fallback) const {
    const Word* word = find(name);
    return word == nullptr ? fallback : std::string_view(word->text);
}

const Word& Arguments::required(std::string_view name) const {
    const std::span<const Word> values = all(name);
    assert(!values.empty() && "the parser lets no command run without its required arguments");
    return values.front();
}

void Arguments::add(std::string_view name, Word value) {
    const auto entry = std::ranges::find(values_, name, &std::pair<std::string, std::vector<Word>>::first);
    if (entry != values_.end()) {
        entry->second.push_back(std::move(value));
        return;
    }
    values_.emplace_back(std::string(name), std::vector<Word>{std::move(value)});
}

} // namespace tradesh::cli
