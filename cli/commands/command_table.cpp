#include "cli/commands/command_table.hpp"

#include <algorithm>

namespace tradesh::cli {

namespace {

void add_once(std::vector<std::string_view>& words, std::string_view word) {
    if (!word.empty() && std::ranges::find(words, word) == words.end()) {
        words.push_back(word);
    }
}

std::string_view only_one_beginning_with(std::string_view typed, const std::vector<std::string_view>& words) {
    std::string_view found;
    for (const std::string_view word : words) {
        if (word == typed) {
            return word;
        }
        if (word.starts_with(typed)) {
            if (!found.empty()) {
                return {};
            }
            found = word;
        }
    }
    return found;
}

} // namespace

std::string name_of(const CommandSpec& command) {
    std::string name(command.family);
    if (!command.verb.empty()) {
        name += " ";
        name += command.verb;
    }
    return name;
}

const CommandSpec* CommandTable::find(std::string_view family, std::string_view verb) const {
    const auto command = std::ranges::find_if(
        commands_, [&](const CommandSpec& each) { return each.family == family && each.verb == verb; });
    return command == commands_.end() ? nullptr : &*command;
}

const CommandSpec* CommandTable::find_quick(std::string_view quick) const {
    const auto command =
        std::ranges::find_if(commands_, [&](const CommandSpec& each) { return !quick.empty() && each.quick == quick; });
    return command == commands_.end() ? nullptr : &*command;
}

bool CommandTable::has_family(std::string_view family) const {
    return std::ranges::find(commands_, family, &CommandSpec::family) != commands_.end();
}

std::vector<std::string_view> CommandTable::families() const {
    std::vector<std::string_view> names;
    for (const CommandSpec& command : commands_) {
        add_once(names, command.family);
    }
    return names;
}

std::vector<std::string_view> CommandTable::verbs(std::string_view family) const {
    std::vector<std::string_view> names;
    for (const CommandSpec& command : commands_) {
        if (command.family == family) {
            add_once(names, command.verb);
        }
    }
    return names;
}

std::vector<std::string_view> CommandTable::first_words() const {
    std::vector<std::string_view> names = families();
    for (const CommandSpec& command : commands_) {
        add_once(names, command.quick);
    }
    return names;
}

std::string_view CommandTable::unabbreviated_first(std::string_view typed) const {
    const std::string_view word = only_one_beginning_with(typed, first_words());
    if (word == typed) {
        return word;
    }
    const bool may_trade = std::ranges::any_of(commands_, [word](const CommandSpec& command) {
        return command.effects == Effects::orders && (command.family == word || command.quick == word);
    });
    return may_trade ? std::string_view() : word;
}

std::string_view CommandTable::unabbreviated_verb(std::string_view family, std::string_view typed) const {
    const std::string_view word = only_one_beginning_with(typed, verbs(family));
    if (word == typed || word.empty()) {
        return word;
    }
    return find(family, word)->effects == Effects::orders ? std::string_view() : word;
}

} // namespace tradesh::cli
