#include "cli/render/json_text.hpp"

#include "cli/render/exit_code.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace tradesh::cli {

namespace {

bool is_plain(char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

void add_pair(std::string& out, std::string_view key, std::string_view value) {
    add_json_key(out, key);
    add_json_string(out, value);
}

} // namespace

void add_json_string(std::string& out, std::string_view text) {
    if (std::ranges::all_of(text, is_plain)) {
        out += '"';
        out += text;
        out += '"';
        return;
    }
    const nlohmann::json value(text);
    out += value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void add_json_key(std::string& out, std::string_view key) {
    if (!out.empty() && out.back() != '{') {
        out += ',';
    }
    add_json_string(out, key);
    out += ':';
}

void add_json_error(std::string& out, const Error& error) {
    out += '{';
    add_pair(out, "code", error.code);
    add_pair(out, "kind", name_of(error.kind));
    add_pair(out, "message", error.message);
    add_pair(out, "attempted", error.attempted);
    add_pair(out, "subject", error.subject);
    add_json_key(out, "venue");
    if (error.venue_code.empty() && error.venue_message.empty()) {
        out += "null";
    } else {
        out += '{';
        add_pair(out, "code", error.venue_code);
        add_pair(out, "message", error.venue_message);
        out += '}';
    }
    add_json_key(out, "retryable");
    out += is_retryable(error) ? "true" : "false";
    add_json_key(out, "retry_after_ms");
    out += error.retry_after ? std::to_string(error.retry_after->count()) : "null";
    add_json_key(out, "unknown_effect");
    out += error.unknown_effect() ? "true" : "false";
    add_json_key(out, "at");
    if (error.where) {
        out += '{';
        add_pair(out, "file", error.where->file);
        add_json_key(out, "line");
        out += std::to_string(error.where->line);
        add_json_key(out, "column");
        out += std::to_string(error.where->column);
        out += '}';
    } else {
        out += "null";
    }
    add_pair(out, "hint", error.hint);
    add_pair(out, "correlation", error.correlation);
    out += '}';
}

void add_json_messages(std::string& out, std::span<const Message> messages) {
    out += '[';
    for (const Message& message : messages) {
        out += out.back() == '[' ? "{" : ",{";
        add_pair(out, "level", message.level == MessageLevel::note ? "note" : "warning");
        add_pair(out, "text", message.text);
        out += '}';
    }
    out += ']';
}

} // namespace tradesh::cli
