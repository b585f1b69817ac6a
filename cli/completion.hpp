#pragma once

#include "cli/commands/command_table.hpp"
#include "cli/session.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::cli {

struct Completion {
    std::string text; ///< what the word becomes
    std::string help; ///< one line, may be empty
};

struct CompletionResult {
    std::size_t start = 0; ///< byte in the line where the word to be completed begins
    std::vector<Completion> items;
    bool wants_files = false; ///< the prompt, which is where the files are, completes by itself
};

/// What only the engine knows: symbols, ids of orders, venues, accounts. At most a few hundred, beginning with
/// `prefix`.
class CompletionSource {
public:
    virtual ~CompletionSource() = default;
    virtual std::vector<std::string> values(ValueKind kind, std::string_view prefix) const = 0;
};

/// What the word under `point` (a byte offset) may become: verbs, options, values by their kind, variables after `$`.
/// `source` may be null.
CompletionResult complete(const CommandTable& table, const Session& session, const CompletionSource* source,
                          std::string_view line, std::size_t point);

} // namespace tradesh::cli
