#include "app/front/failure.hpp"

#include <unistd.h>

#include <string>

namespace tradesh::front {
namespace {

void write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(fd, text.data(), text.size());
        if (count <= 0) {
            return; // nobody to tell
        }
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::string in_quotes(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string json = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            json += '\\';
            json += c;
        } else if (c == '\n') {
            json += "\\n";
        } else if (byte < 0x20) {
            json += "\\u00";
            json += digits[byte >> 4U];
            json += digits[byte & 15U];
        } else {
            json += c;
        }
    }
    return json + '"';
}

void add_pair(std::string& json, std::string_view name, std::string_view value) {
    json += (json.back() == '{' ? "\"" : ",\"") + std::string(name) + "\":" + in_quotes(value);
}

/// The envelope of the core's own failures, with what a client knows.
std::string object_of(const Error& error, int exit_code, std::string_view profile) {
    const bool is_retryable = error.kind == ErrorKind::connection || error.kind == ErrorKind::timeout;
    std::string json = R"({"ok":false,"schema":"",)";
    json += "\"profile\":" + (profile.empty() ? "null" : in_quotes(profile)) + R"(,"mode":null,"venue":null,"error":{)";
    add_pair(json, "code", error.code);
    add_pair(json, "kind", name_of(error.kind));
    add_pair(json, "message", error.message);
    add_pair(json, "attempted", error.attempted);
    add_pair(json, "subject", error.subject);
    json += std::string(R"(,"venue":null,"retryable":)") + (is_retryable ? "true" : "false");
    json += std::string(R"(,"retry_after_ms":null,"unknown_effect":)") + (error.unknown_effect() ? "true" : "false");
    json += R"(,"at":null)";
    add_pair(json, "hint", error.hint);
    return json + R"(,"correlation":""},"exit_code":)" + std::to_string(exit_code) + R"(,"messages":[]})" + "\n";
}

} // namespace

void show(const Error& error, int exit_code, const Face& face) {
    if (face.json) {
        write_all(STDOUT_FILENO, object_of(error, exit_code, face.profile));
        return;
    }
    std::string text = "tradesh: error[" + error.code + "]: " + error.describe() + "\n";
    if (!error.hint.empty()) {
        text += "hint: " + error.hint + "\n";
    }
    write_all(STDERR_FILENO, text);
}

} // namespace tradesh::front
