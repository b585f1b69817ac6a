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

} // namespace

void show(const Error& error, bool json) {
    if (json) {
        write_all(STDOUT_FILENO, "{\"ok\":false,\"error\":{\"code\":" + in_quotes(error.code) +
                                     ",\"kind\":" + in_quotes(name_of(error.kind)) +
                                     ",\"message\":" + in_quotes(error.describe()) + ",\"hint\":" + in_quotes(error.hint) +
                                     ",\"unknown_effect\":" + (error.unknown_effect() ? "true" : "false") + "}}\n");
        return;
    }
    std::string text = "tradesh: error[" + error.code + "]: " + error.describe() + "\n";
    if (!error.hint.empty()) {
        text += "hint: " + error.hint + "\n";
    }
    write_all(STDERR_FILENO, text);
}

} // namespace tradesh::front
