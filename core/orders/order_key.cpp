#include "core/orders/order_key.hpp"

#include "core/market/moment_word.hpp"

#include <algorithm>
#include <array>

namespace tradesh::orders {
namespace {

constexpr std::string_view key_words = "{session}, {date} and {date:America/New_York} become dates";

Result<std::string> date_for(std::string_view word, const Instrument& instrument, bool trades_always, Instant now) {
    constexpr std::string_view date_in = "date:";
    if (word == "session") {
        return trades_always ? to_date_text(now) : session_date_of(instrument, now);
    }
    if (word == "date") {
        return to_date_text(now);
    }
    if (word.starts_with(date_in)) {
        return date_in_zone(word.substr(date_in.size()), now);
    }
    return fail(
        Error(ErrorKind::usage, "key.word", "'{" + std::string(word) + "}' means nothing in a key").advise(key_words));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_count(std::string_view text) {
    return !text.empty() && text.front() != '0' && std::ranges::all_of(text, is_digit);
}

/// "k4x9-3-12": a core's four letters, its session, and the order's number. The letters have no 0 and no 1, so that a
/// date is no id.
bool is_like_an_id(std::string_view key) {
    constexpr std::size_t tag_size = 4;
    const std::size_t last = key.rfind('-');
    if (last == key.npos || last <= tag_size || key[tag_size] != '-') {
        return false;
    }
    const auto in_tag = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '9'); };
    return std::ranges::all_of(key.substr(0, tag_size), in_tag) &&
           is_count(key.substr(tag_size + 1, last - tag_size - 1)) && is_count(key.substr(last + 1));
}

std::string wrong_form(std::string_view key) {
    const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
    if (key.empty() || key.size() > key_size_max) {
        return "a key has 1 to " + std::to_string(key_size_max) + " characters, and this one has " +
               std::to_string(key.size());
    }
    if (std::ranges::any_of(key, is_control)) {
        return "the key has a control character, such as a tab or a new line";
    }
    if (key.front() == ' ' || key.back() == ' ') {
        return "the key begins or ends with a blank";
    }
    return is_like_an_id(key) ? "the key '" + std::string(key) + "' has the form of an order's id" : "";
}

} // namespace

Result<void> check_key_form(std::string_view key) {
    std::string wrong = wrong_form(key);
    if (wrong.empty()) {
        return {};
    }
    return fail(Error(ErrorKind::usage, "key.form", std::move(wrong))
                    .attempting("read the key")
                    .advise("a key is one name, such as eod-2026-11-21 or eod-{session}"));
}

bool has_key_words(std::string_view key) { return key.find_first_of("{}") != std::string_view::npos; }

Result<std::string> expand_key(std::string_view key, const Instrument& instrument, bool trades_always, Instant now) {
    std::string expanded;
    std::string_view rest = key;
    while (has_key_words(rest)) {
        const std::size_t open = rest.find_first_of("{}");
        const std::size_t close = rest.find('}', open);
        if (rest[open] == '}' || close == std::string_view::npos) {
            return fail(
                Error(ErrorKind::usage, "key.word", "a brace in the key '" + std::string(key) + "' stands alone")
                    .advise(key_words));
        }
        const Result<std::string> date =
            date_for(rest.substr(open + 1, close - open - 1), instrument, trades_always, now);
        if (!date) {
            return fail(Error(date.error()).attempting("read the key").on(key));
        }
        expanded += std::string(rest.substr(0, open)) + *date;
        rest.remove_prefix(close + 1);
    }
    return expanded + std::string(rest);
}

bool is_core_key(std::string_view key) {
    constexpr std::array<std::string_view, 3> kinds{"exit-", "when-", "sched-"};
    const auto kind = std::ranges::find_if(kinds, [key](std::string_view each) { return key.starts_with(each); });
    if (kind == kinds.end()) {
        return false;
    }
    const std::string_view number = key.substr(kind->size());
    const std::size_t end = std::min(number.find_first_not_of("0123456789"), number.size());
    return end > 0 && (end == number.size() || std::string_view(".@:").contains(number[end]));
}

std::string child_key(std::string_view key, std::string_view part) {
    return key.empty() ? std::string() : std::string(key) + ":" + std::string(part);
}

} // namespace tradesh::orders
