#pragma once

#include "cli/render/report.hpp"

#include <span>
#include <string>
#include <string_view>

namespace tradesh::cli {

/// Appends `text` as a JSON string. Malformed UTF-8 becomes U+FFFD.
void add_json_string(std::string& out, std::string_view text);

/// Appends `"key":`, with a comma before it unless it is the first of its object.
void add_json_key(std::string& out, std::string_view key);

/// {"code":...,"kind":...,"message":...,...}: always with the same keys; what is not known is null or empty.
void add_json_error(std::string& out, const Error& error);

/// [{"level":"note","text":...}]
void add_json_messages(std::string& out, std::span<const Message> messages);

} // namespace tradesh::cli
