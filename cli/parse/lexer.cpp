#include "cli/parse/lexer.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace tradesh::cli {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_name_start(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_name_part(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Bytes of the code point that starts at `offset`; 0 when it is not valid UTF-8.
std::size_t code_point_bytes(std::string_view text, std::size_t offset) {
    const auto first = static_cast<unsigned char>(text[offset]);
    std::size_t size = 0;
    if (first < 0x80U) {
        return 1;
    }
    if (first >= 0xC2U && first <= 0xDFU) {
        size = 2;
    } else if (first >= 0xE0U && first <= 0xEFU) {
        size = 3;
    } else if (first >= 0xF0U && first <= 0xF4U) {
        size = 4;
    }
    if (size == 0 || offset + size > text.size()) {
        return 0;
    }
    for (std::size_t i = 1; i < size; ++i) {
        if ((static_cast<unsigned char>(text[offset + i]) & 0xC0U) != 0x80U) {
            return 0;
        }
    }
    const auto second = static_cast<unsigned char>(text[offset + 1]);
    const bool overlong = (first == 0xE0U && second < 0xA0U) || (first == 0xF0U && second < 0x90U);
    const bool surrogate = first == 0xEDU && second > 0x9FU;
    const bool too_large = first == 0xF4U && second > 0x8FU;
    return overlong || surrogate || too_large ? 0 : size;
}

/// Characters that word processors and chat windows put in place of the plain ones.
struct Lookalike {
    std::string_view bytes;
    std::string_view name;
    std::string_view plain;
};
constexpr std::array lookalikes{
    Lookalike{"\u00A0", "a no-break space", "a plain space"}, Lookalike{"\u201C", "a typographic quote", "a plain \""},
    Lookalike{"\u201D", "a typographic quote", "a plain \""}, Lookalike{"\u2018", "a typographic quote", "a plain '"},
    Lookalike{"\u2019", "a typographic quote", "a plain '"},  Lookalike{"\u2013", "a typographic dash", "a plain -"},
    Lookalike{"\u2014", "a typographic dash", "a plain -"},   Lookalike{"\u2212", "a typographic minus", "a plain -"},
};

/// Reads physical lines as one stream; a `\` at the end of a line steps to the next one.
class Scanner {
public:
    explicit Scanner(std::span<const std::shared_ptr<const SourceLine>> lines) : lines_(lines) {}

    Result<LexedLine> run();

private:
    const std::shared_ptr<const SourceLine>& line() const { return lines_[line_index_]; }
    std::string_view text() const { return line()->text; }
    bool at_end() const { return offset_ >= text().size(); }
    char here() const { return text()[offset_]; }
    char next() const { return offset_ + 1 < text().size() ? text()[offset_ + 1] : '\0'; }
    void step(std::size_t bytes = 1) {
        offset_ += bytes;
        ++column_;
    }

    Error error(std::string_view code, std::string message, std::uint32_t column, std::uint32_t length) const;
    Error reserved(std::string_view symbol) const;
    Result<void> check_operator() const;
    bool in_condition() const;

    void begin_word();
    void end_word();
    void end_command();
    WordPart& literal();

    Result<void> take_unquoted();
    Result<void> take_character();
    Result<void> take_single_quoted();
    Result<void> take_double_quoted();
    Result<void> take_variable();
    Result<void> take_backslash();

    std::span<const std::shared_ptr<const SourceLine>> lines_;
    std::size_t line_index_ = 0;
    std::size_t offset_ = 0;
    std::uint32_t column_ = 1;
    bool in_word_ = false;
    LexedWord word_;
    LexedCommand command_;
    LexedLine result_;
};

Error Scanner::error(std::string_view code, std::string message, std::uint32_t column, std::uint32_t length) const {
    Word place;
    place.line = line();
    place.column = column;
    place.length = length;
    return Error(ErrorKind::usage, code, std::move(message)).at(place.where());
}

Error Scanner::reserved(std::string_view symbol) const {
    Error result = error("syntax.reserved", "'" + std::string(symbol) + "' is reserved outside quotes", column_,
                         static_cast<std::uint32_t>(symbol.size()));
    if (symbol == "|") {
        return std::move(result).advise("filter and order with --where and --sort, write a file with -o FILE; "
                                        "to use another program, pipe the output of tradesh itself");
    }
    if (symbol == ">" || symbol == "<") {
        return std::move(result).advise("write a file with -o FILE; put an expression into quotes, as in "
                                        "scan run \"close > sma(20)\"");
    }
    if (symbol == "&") {
        return std::move(result).advise("a command runs to its end before the next one begins; leave the & out");
    }
    return std::move(result).advise("separate commands with ';': a script stops at the first one that fails");
}

/// Between `when` and `do` they compare: nothing else could be meant there.
bool Scanner::in_condition() const {
    const auto is_word = [](const LexedWord& word, std::string_view text) {
        return !word.place.quoted && word.parts.size() == 1 && word.parts[0].text == text;
    };
    return !command_.empty() && is_word(command_.front(), "when") &&
           std::ranges::none_of(command_, [&](const LexedWord& word) { return is_word(word, "do"); });
}

Result<void> Scanner::check_operator() const {
    const char c = here();
    if (c == '|') {
        return fail(reserved(next() == '|' ? "||" : "|"));
    }
    if ((c == '>' || c == '<') && !in_condition()) {
        return fail(reserved(c == '>' ? ">" : "<"));
    }
    if (c == '&') {
        if (next() == '&') {
            return fail(reserved("&&"));
        }
        const std::size_t rest = text().find_first_not_of(" \t", offset_ + 1);
        if (rest == std::string_view::npos || text()[rest] == ';' || text()[rest] == '#') {
            return fail(reserved("&"));
        }
    }
    return {};
}

void Scanner::begin_word() {
    if (in_word_) {
        return;
    }
    in_word_ = true;
    word_ = LexedWord();
    word_.place.line = line();
    word_.place.column = column_;
}

void Scanner::end_word() {
    if (!in_word_) {
        return;
    }
    in_word_ = false;
    const bool same_line = word_.place.line == line();
    word_.place.length = same_line ? std::max<std::uint32_t>(1, column_ - word_.place.column) : 1;
    command_.push_back(std::move(word_));
}

void Scanner::end_command() {
    end_word();
    if (!command_.empty()) {
        result_.commands.push_back(std::move(command_));
        command_.clear();
    }
}

WordPart& Scanner::literal() {
    if (word_.parts.empty() || word_.parts.back().is_variable) {
        word_.parts.emplace_back();
    }
    return word_.parts.back();
}

/// One code point as it stands, at home in a word or in quotes.
Result<void> Scanner::take_character() {
    const std::size_t bytes = code_point_bytes(text(), offset_);
    if (bytes == 0) {
        return fail(error("syntax.not_utf8", "this is not valid UTF-8 text", column_, 1)
                        .advise("save the file as UTF-8, or remove the character"));
    }
    const auto byte = static_cast<unsigned char>(here());
    if ((byte < 0x20U && byte != '\t') || byte == 0x7FU) {
        return fail(error("syntax.control_character", "a control character cannot stand in a command", column_, 1)
                        .advise("remove it; it may be invisible in an editor"));
    }
    literal().text += text().substr(offset_, bytes);
    step(bytes);
    return {};
}

Result<void> Scanner::take_single_quoted() {
    const std::uint32_t opened = column_;
    word_.place.quoted = true;
    literal();
    step();
    while (!at_end() && here() != '\'') {
        const Result<void> taken = take_character();
        if (!taken) {
            return taken;
        }
    }
    if (at_end()) {
        return fail(error("syntax.open_quote", "this quote is never closed", opened, 1)
                        .advise("close it with ' on the same line"));
    }
    step();
    return {};
}

Result<void> Scanner::take_double_quoted() {
    const std::uint32_t opened = column_;
    word_.place.quoted = true;
    literal();
    step();
    while (!at_end() && here() != '"') {
        Result<void> taken;
        if (here() == '\\' && (next() == '"' || next() == '\\' || next() == '$')) {
            step();
            literal().text += here();
            step();
        } else if (here() == '$') {
            taken = take_variable();
        } else {
            taken = take_character();
        }
        if (!taken) {
            return taken;
        }
    }
    if (at_end()) {
        return fail(error("syntax.open_quote", "this quote is never closed", opened, 1)
                        .advise("close it with \" on the same line"));
    }
    step();
    return {};
}

Result<void> Scanner::take_variable() {
    WordPart variable{{}, true, column_, 1, line()};
    const char after = next();
    if (after == '?') {
        variable.text = "?";
        step(2);
        ++column_;
    } else if (is_name_start(after)) {
        step();
        while (!at_end() && is_name_part(here())) {
            variable.text += here();
            step();
        }
    } else if (after == '{') {
        const std::size_t close = text().find('}', offset_);
        const std::string_view name =
            close == std::string_view::npos ? std::string_view() : text().substr(offset_ + 2, close - offset_ - 2);
        if (!is_variable_name(name) && name != "?") {
            return fail(error("syntax.variable", "'${' needs the name of a variable and a '}'", column_, 2)
                            .advise("write ${name}; put a $ that is meant as it stands into single quotes"));
        }
        variable.text = name;
        for (std::size_t i = 0; i < name.size() + 3; ++i) {
            step();
        }
    } else if (after == '(') {
        return fail(error("syntax.reserved", "'$(' is reserved: there is no command substitution", column_, 2)
                        .advise("$_ is the id of the last result, $? the code of the last command"));
    } else {
        literal().text += '$';
        step();
        return {};
    }
    variable.length = column_ - variable.column;
    word_.parts.push_back(std::move(variable));
    return {};
}

/// A `\` takes the next character as it is; at the end of a line it joins the next line to this one.
Result<void> Scanner::take_backslash() {
    if (offset_ + 1 < text().size()) {
        begin_word();
        word_.place.quoted = true;
        step();
        return take_character();
    }
    if (line_index_ + 1 == lines_.size()) {
        result_.continues = true;
        return {};
    }
    ++line_index_;
    offset_ = 0;
    column_ = 1;
    return {};
}

/// Whatever stands here outside quotes and is no blank, `;` or comment.
Result<void> Scanner::take_unquoted() {
    const char c = here();
    const Result<void> allowed = check_operator();
    if (!allowed) {
        return allowed;
    }
    if (c == '\\') {
        return take_backslash();
    }
    begin_word();
    if (c == '\'') {
        return take_single_quoted();
    }
    if (c == '"') {
        return take_double_quoted();
    }
    if (c == '$') {
        return take_variable();
    }
    for (const Lookalike& lookalike : lookalikes) {
        if (text().substr(offset_).starts_with(lookalike.bytes)) {
            return fail(error("syntax.lookalike", "this is " + std::string(lookalike.name), column_, 1)
                            .advise("type " + std::string(lookalike.plain)));
        }
    }
    return take_character();
}

Result<LexedLine> Scanner::run() {
    while (!result_.continues) {
        if (at_end()) {
            break;
        }
        if (is_blank(here())) {
            end_word();
            step();
        } else if (here() == ';') {
            end_command();
            step();
        } else if (here() == '#' && !in_word_) {
            break;
        } else {
            const Result<void> taken = take_unquoted();
            if (!taken) {
                return std::unexpected(taken.error());
            }
        }
    }
    end_command();
    return std::move(result_);
}

} // namespace

bool is_variable_name(std::string_view text) {
    return !text.empty() && is_name_start(text.front()) && std::ranges::all_of(text, is_name_part);
}

bool LexedWord::has_variables() const {
    return std::ranges::any_of(parts, [](const WordPart& part) { return part.is_variable; });
}

Result<LexedLine> lex(std::span<const std::shared_ptr<const SourceLine>> lines) {
    return lines.empty() ? Result<LexedLine>() : Scanner(lines).run();
}

Result<LexedLine> lex(const std::shared_ptr<const SourceLine>& line) { return lex(std::span(&line, 1)); }

} // namespace tradesh::cli
