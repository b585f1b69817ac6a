#include "core/net/http_message.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace tradesh::net {
namespace {

constexpr Duration retry_after_max = std::chrono::days(365);
constexpr std::size_t date_characters_max = 40;

bool is_letter(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}
bool is_digit(char character) { return character >= '0' && character <= '9'; }
char to_lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}
bool is_same_name(std::string_view one, std::string_view other) {
    return std::ranges::equal(one, other, {}, to_lower, to_lower);
}

/// RFC 9110 §5.6.2.
bool is_token(std::string_view text) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char character) {
        return is_letter(character) || is_digit(character) || marks.contains(character);
    });
}

bool is_field_value(std::string_view text) {
    return std::ranges::none_of(text, [](char character) {
        return (static_cast<unsigned char>(character) < ' ' && character != '\t') || character == '\x7f';
    });
}

struct DateParts {
    int day = 0;
    std::array<char, 4> month{};
    int year = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
};

/// RFC 9110 §5.6.7: the form in use and two that are obsolete but must be read.
std::optional<DateParts> split_date(const std::string& text) {
    DateParts parts;
    char* month = parts.month.data();
    const char* in_use = "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT";
    if (std::sscanf(text.c_str(), in_use, &parts.day, month, &parts.year, &parts.hour, &parts.minute, &parts.second) ==
        6) {
        return parts;
    }
    const char* rfc850 = "%*9[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d GMT";
    if (std::sscanf(text.c_str(), rfc850, &parts.day, month, &parts.year, &parts.hour, &parts.minute, &parts.second) ==
        6) {
        parts.year += parts.year < 70 ? 2000 : 1900;
        return parts;
    }
    const char* asctime = "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d";
    if (std::sscanf(text.c_str(), asctime, month, &parts.day, &parts.hour, &parts.minute, &parts.second, &parts.year) ==
        6) {
        return parts;
    }
    return std::nullopt;
}

std::optional<Instant> parse_http_date(std::string_view text) {
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (text.size() > date_characters_max) {
        return std::nullopt;
    }
    const std::optional<DateParts> parts = split_date(std::string(text));
    if (!parts) {
        return std::nullopt;
    }
    const std::size_t month = months.find(parts->month.data());
    const std::chrono::year_month_day date(std::chrono::year(parts->year),
                                           std::chrono::month(static_cast<unsigned>(month / 3 + 1)),
                                           std::chrono::day(static_cast<unsigned>(parts->day)));
    const bool valid_time = parts->hour >= 0 && parts->hour < 24 && parts->minute >= 0 && parts->minute < 60 &&
                            parts->second >= 0 && parts->second <= 60;
    const bool valid_year = parts->year >= 1970 && parts->year <= 2200;
    if (month == std::string_view::npos || month % 3 != 0 || !date.ok() || !valid_time || !valid_year) {
        return std::nullopt;
    }
    return std::chrono::sys_days(date) + std::chrono::hours(parts->hour) + std::chrono::minutes(parts->minute) +
           std::chrono::seconds(parts->second);
}

} // namespace

std::optional<std::string_view> HttpResponse::header(std::string_view name) const {
    const auto found =
        std::ranges::find_if(headers, [name](const HttpHeader& each) { return is_same_name(each.name, name); });
    if (found == headers.end()) {
        return std::nullopt;
    }
    return found->value;
}

std::optional<Duration> HttpResponse::retry_after(Instant now) const {
    const std::optional<std::string_view> text = header("Retry-After");
    if (!text || text->empty()) {
        return std::nullopt;
    }
    if (std::ranges::all_of(*text, is_digit)) {
        std::int64_t seconds = 0;
        const auto read = std::from_chars(text->data(), text->data() + text->size(), seconds);
        const auto most = std::chrono::duration_cast<std::chrono::seconds>(retry_after_max);
        if (read.ec != std::errc() || seconds > most.count()) {
            return retry_after_max;
        }
        return std::chrono::seconds(seconds);
    }
    const std::optional<Instant> moment = parse_http_date(*text);
    if (!moment) {
        return std::nullopt;
    }
    return std::clamp<Duration>(*moment - now, Duration(0), retry_after_max);
}

bool is_safe_method(std::string_view method) {
    return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}

std::optional<Error> find_fault(const HttpRequest& request) {
    const auto fault = [](std::string message) { return Error(ErrorKind::usage, "http.header", std::move(message)); };
    const bool upper_case = std::ranges::all_of(request.method, [](char each) { return each >= 'A' && each <= 'Z'; });
    if (request.method.empty() || !upper_case || request.method == "CONNECT") {
        return fault("the method of a request is a word in capitals such as GET or POST");
    }
    if (request.method == "HEAD" && !request.body.empty()) {
        return fault("a HEAD request carries no body");
    }
    for (const HttpHeader& header : request.headers) {
        if (!is_token(header.name)) {
            return fault("the name of a header has characters that are not allowed");
        }
        if (!is_field_value(header.value)) {
            return fault("the value of header " + header.name + " has characters that are not allowed");
        }
        for (const std::string_view framing : {"Content-Length", "Transfer-Encoding", "Connection", "Expect"}) {
            if (is_same_name(header.name, framing)) {
                return fault("header " + header.name + " belongs to the connection and cannot be set");
            }
        }
    }
    return std::nullopt;
}

} // namespace tradesh::net
