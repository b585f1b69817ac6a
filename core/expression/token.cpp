#include "core/expression/token.hpp"

#include "core/market/instrument.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace tradesh::expression {
namespace {

// Two-character symbols first: the first that fits is taken.
constexpr std::array<std::string_view, 18> symbols{"<=", ">=", "==", "!=", "<", ">", "+", "-", "*",
                                                   "/",  "(",  ")",  ",",  "[", "]", ".", "@", "="};

struct ForeignSymbol {
    std::string_view spelling;
    std::string_view advice;
};
/// How other languages write what we write otherwise.
constexpr std::array<ForeignSymbol, 8> foreign_symbols{{{"&&", "write 'and'"},
                                                        {"||", "write 'or'"},
                                                        {"&", "write 'and'"},
                                                        {"|", "write 'or'"},
                                                        {"!", "write 'not'"},
                                                        {"<>", "write '!='"},
                                                        {"%", "write a fraction: 0.05 for 5%"},
                                                        {"^", "multiply instead: x * x"}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }
char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !continues_character(c); }));
}

class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    Result<std::vector<Token>> run() {
        std::vector<Token> tokens;
        while (skip_space()) {
            Result<Token> token = next();
            if (!token) {
                return std::unexpected(std::move(token.error()));
            }
            tokens.push_back(std::move(*token));
        }
        tokens.push_back(Token{.kind = TokenKind::end, .text = {}, .where = {text_.size(), text_.size()}});
        return tokens;
    }

private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    std::string_view rest() const { return text_.substr(at_); }

    bool skip_space() {
        while (at_ < text_.size() && is_space(text_[at_])) {
            ++at_;
        }
        return at_ < text_.size();
    }

    std::unexpected<Error> fail_at(std::string_view code, std::string message, Extent where,
                                   std::string_view hint = {}) const {
        return fail(Error(ErrorKind::usage, code, std::move(message)).at(locate(text_, where)).advise(hint));
    }

    Result<Token> next() {
        if (std::exchange(follows_at_, false) && (is_digit(peek()) || is_letter(peek()))) {
            return timeframe();
        }
        if (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)))) {
            return number();
        }
        if (is_letter(peek())) {
            return name();
        }
        if (peek() == '"' || peek() == '\'') {
            return quoted();
        }
        return symbol();
    }

    Token name() {
        const std::size_t begin = at_;
        std::string word;
        const auto letters = [&] {
            for (; is_letter(peek()) || is_digit(peek()); ++at_) {
                word += to_lower(peek());
            }
        };
        letters();
        // A variant: ema:sma-seeded. Its words are joined by '-', which is no minus there: a call follows.
        for (char joint = ':'; peek() == joint && is_letter(peek(1)); joint = '-') {
            word += joint;
            ++at_;
            letters();
        }
        return Token{.kind = TokenKind::name, .text = std::move(word), .where = {begin, at_}};
    }

    /// Letter case matters: 1M is a month, 1m a minute.
    Token timeframe() {
        const std::size_t begin = at_;
        while (is_letter(peek()) || is_digit(peek())) {
            ++at_;
        }
        return Token{
            .kind = TokenKind::timeframe, .text = std::string(text_.substr(begin, at_ - begin)), .where = {begin, at_}};
    }

    Result<Token> quoted() {
        const std::size_t begin = at_;
        const std::size_t close = text_.find(peek(), begin + 1);
        if (close == std::string_view::npos) {
            return fail_at("expression.symbol", "the quotes are not closed", {begin, begin + 1},
                           "another instrument is written close(\"SPY\")");
        }
        at_ = close + 1;
        Result<std::string> symbol = parse_symbol(text_.substr(begin + 1, close - begin - 1));
        if (!symbol) {
            return fail_at("expression.symbol", "what is in quotes is not a symbol", {begin, at_}, symbol.error().hint);
        }
        return Token{.kind = TokenKind::quoted, .text = std::move(*symbol), .where = {begin, at_}};
    }

    /// Appends digits with single underscores between them: 1_000.
    void digits(std::string& plain) {
        while (is_digit(peek()) || (peek() == '_' && is_digit(peek(1)) && !plain.empty() && is_digit(plain.back()))) {
            if (peek() != '_') {
                plain += peek();
            }
            ++at_;
        }
    }

    Result<Token> number() {
        const std::size_t begin = at_;
        std::string plain;
        digits(plain);
        if (peek() == '.' && is_digit(peek(1))) {
            plain += '.';
            ++at_;
            digits(plain);
        }
        const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
        if (to_lower(peek()) == 'e' && is_digit(peek(1 + sign))) {
            plain += 'e';
            plain += sign == 1 && peek(1) == '-' ? "-" : "";
            at_ += 1 + sign;
            digits(plain);
        }
        if (is_letter(peek()) || is_digit(peek()) || peek() == '.') {
            const Extent where{begin, at_ + 1};
            return fail_at("expression.number",
                           "'" + std::string(text_.substr(begin, at_ + 1 - begin)) + "' is not a number", where,
                           "numbers look like 20, 1_000, 0.5 or 1e6");
        }
        double value = 0.0;
        const auto [end, problem] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
        if (problem != std::errc() || end != plain.data() + plain.size() || !std::isfinite(value)) {
            return fail_at("expression.number",
                           "'" + std::string(text_.substr(begin, at_ - begin)) + "' is out of range", {begin, at_});
        }
        return Token{.kind = TokenKind::number, .text = {}, .number = value, .where = {begin, at_}};
    }

    Result<Token> symbol() {
        const auto starts_here = [this](std::string_view spelling) { return rest().starts_with(spelling); };
        const auto foreign = std::ranges::find_if(foreign_symbols, starts_here, &ForeignSymbol::spelling);
        const auto ours = std::ranges::find_if(symbols, starts_here);
        const bool is_foreign =
            foreign != foreign_symbols.end() && (ours == symbols.end() || foreign->spelling.size() > ours->size());
        if (is_foreign) {
            return fail_at("expression.character", "'" + std::string(foreign->spelling) + "' is not an operator here",
                           {at_, at_ + foreign->spelling.size()}, foreign->advice);
        }
        if (ours == symbols.end()) {
            return unexpected_character();
        }
        const std::size_t begin = at_;
        at_ += ours->size();
        follows_at_ = *ours == "@";
        return Token{.kind = TokenKind::symbol, .text = std::string(*ours), .where = {begin, at_}};
    }

    Result<Token> unexpected_character() const {
        std::size_t end = at_ + 1;
        while (end < text_.size() && continues_character(text_[end])) {
            ++end;
        }
        const auto first = static_cast<unsigned char>(peek());
        const bool printable = first > 0x20U && first != 0x7FU && (first < 0x80U || (first >= 0xC2U && end > at_ + 1));
        constexpr std::string_view hex = "0123456789abcdef";
        const std::string shown = printable ? "'" + std::string(text_.substr(at_, end - at_)) + "'"
                                            : std::string("byte 0x") + hex[first >> 4U] + hex[first & 15U];
        return fail_at("expression.character", shown + " does not belong into an expression", {at_, end});
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool follows_at_ = false; ///< the last token was an @
};

} // namespace

SourceSpan locate(std::string_view text, Extent extent) {
    const std::string_view before = text.substr(0, extent.begin);
    const std::size_t line_begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    const std::size_t line_end = std::min(text.find('\n', extent.begin), text.size());
    const std::string_view marked = text.substr(extent.begin, std::min(extent.end, line_end) - extent.begin);
    return SourceSpan{.file = {},
                      .line = static_cast<std::uint32_t>(1 + std::ranges::count(before, '\n')),
                      .column = static_cast<std::uint32_t>(1 + count_characters(before.substr(line_begin))),
                      .length = static_cast<std::uint32_t>(std::max<std::size_t>(1, count_characters(marked))),
                      .text = std::string(text.substr(line_begin, line_end - line_begin))};
}

Result<std::vector<Token>> tokenize(std::string_view text) {
    if (text.size() > text_bytes_max) {
        return fail(ErrorKind::usage, "expression.too_long",
                    "the expression has " + std::to_string(text.size()) + " bytes; the limit is " +
                        std::to_string(text_bytes_max));
    }
    return Scanner(text).run();
}

} // namespace tradesh::expression
