#pragma once

#include "cli/commands/command.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::cli {

/// The full name: "data show", "status".
std::string name_of(const CommandSpec& command);

/// All commands of the program. Immutable once made.
class CommandTable {
public:
    explicit CommandTable(std::vector<CommandSpec> commands) : commands_(std::move(commands)) {}

    std::span<const CommandSpec> all() const { return commands_; }
    const CommandSpec* find(std::string_view family, std::string_view verb) const;
    const CommandSpec* find_quick(std::string_view quick) const;
    /// True when some command belongs to it.
    bool has_family(std::string_view family) const;
    /// In the order of the registry, each once.
    std::vector<std::string_view> families() const;
    /// The verbs of a family, without the empty one.
    std::vector<std::string_view> verbs(std::string_view family) const;
    /// What a line may begin with: families and quick verbs.
    std::vector<std::string_view> first_words() const;

    /// The family or quick verb that `typed` abbreviates (a prefix of exactly one), or the word itself when it is one.
    /// Empty when there is none. What may send orders is never abbreviated.
    std::string_view unabbreviated_first(std::string_view typed) const;
    std::string_view unabbreviated_verb(std::string_view family, std::string_view typed) const;

private:
    std::vector<CommandSpec> commands_;
};

/// Every command of this program (registry.cpp).
CommandTable all_commands();

} // namespace tradesh::cli
