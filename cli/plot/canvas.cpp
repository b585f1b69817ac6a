#include "cli/plot/canvas.hpp"

#include <array>

namespace tradesh::cli {
namespace {

constexpr char32_t braille = 0x2800;
constexpr char32_t full_block = U'\u2588';

void add_utf8(std::string& out, char32_t point) {
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xC0 | (point >> 6));
        out += static_cast<char>(0x80 | (point & 0x3F));
    } else {
        out += static_cast<char>(0xE0 | (point >> 12));
        out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (point & 0x3F));
    }
}

/// The number of bytes of the character that begins with `lead`.
std::size_t length_of(unsigned char lead) { return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4; }

/// Of text within the basic plane; anything else is shown as a question mark.
char32_t decode(std::string_view bytes) {
    const auto at = [bytes](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(bytes[i])); };
    switch (bytes.size()) {
    case 1: return at(0) < 0x80 ? at(0) : U'?';
    case 2: return ((at(0) & 0x1F) << 6) | (at(1) & 0x3F);
    case 3: return ((at(0) & 0x0F) << 12) | ((at(1) & 0x3F) << 6) | (at(2) & 0x3F);
    default: return U'?';
    }
}

/// The code of select graphic rendition; backgrounds are ten more.
int code_of(Ink ink) {
    constexpr std::array<int, series_inks> series{36, 33, 35, 34, 96, 93, 95, 94};
    switch (ink) {
    case Ink::plain: return 0;
    case Ink::dim: return 2;
    case Ink::strong: return 1;
    case Ink::up: return 32;
    case Ink::down: return 31;
    case Ink::first_series: break;
    }
    return series[(static_cast<std::size_t>(ink) - static_cast<std::size_t>(Ink::first_series)) % series_inks];
}

std::string escape(Ink ink, Ink paper) {
    std::string codes = "\x1b[0";
    codes += ink == Ink::plain ? "" : ";" + std::to_string(code_of(ink));
    codes += paper == Ink::plain ? "" : ";" + std::to_string(code_of(paper) + 10);
    return codes + "m";
}

} // namespace

Ink ink_of_series(std::size_t number) {
    return static_cast<Ink>(static_cast<std::size_t>(Ink::first_series) + number % series_inks);
}

Canvas::Canvas(std::size_t columns, std::size_t rows) : columns_(columns), rows_(rows), cells_(columns * rows) {}

void Canvas::put(std::size_t column, std::size_t row, char32_t glyph, Ink ink, bool is_thin) {
    if (column >= columns_ || row >= rows_) {
        return;
    }
    Cell& cell = cells_[row * columns_ + column];
    cell.glyph = glyph;
    cell.ink = ink;
    cell.is_thin = is_thin;
}

void Canvas::write(std::size_t column, std::size_t row, std::string_view text, Ink ink) {
    for (std::size_t i = 0; i < text.size(); ++column) {
        const std::size_t length = length_of(static_cast<unsigned char>(text[i]));
        put(column, row, decode(text.substr(i, length)), ink);
        i += length;
    }
}

void Canvas::dot(std::size_t x, std::size_t y, Ink ink, char mark) {
    if (x >= dot_columns() || y >= dot_rows()) {
        return;
    }
    // The order of the dots in a braille character, by column and row.
    constexpr std::array<std::array<std::uint8_t, 4>, 2> bits{{{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}};
    Cell& cell = cells_[y / 4 * columns_ + x / 2];
    if (cell.dots == 0) {
        cell.dots_ink = ink;
        cell.mark = mark;
    }
    cell.dots |= bits[x % 2][y % 4];
}

Canvas::Shown Canvas::shown(const Cell& cell, const TerminalLook& look) {
    const Ink ink = look.color ? cell.ink : Ink::plain;
    if (cell.dots == 0) {
        return {.glyph = cell.glyph, .ink = ink};
    }
    const Ink dots_ink = look.color ? cell.dots_ink : Ink::plain;
    const char32_t dots = look.ascii ? static_cast<char32_t>(cell.mark) : braille + cell.dots;
    if (cell.is_thin) {
        return {.glyph = dots, .ink = dots_ink};
    }
    // Over a whole body the line is drawn on the body's colour.
    if (cell.glyph == full_block && look.color && !look.ascii) {
        return {.glyph = dots, .ink = dots_ink, .paper = ink};
    }
    return {.glyph = cell.glyph, .ink = ink};
}

std::string Canvas::text(const TerminalLook& look) const {
    std::string out;
    for (std::size_t row = 0; row < rows_; ++row) {
        std::string line;
        std::size_t end = 0; ///< of what is not blank
        Shown last;
        for (std::size_t column = 0; column < columns_; ++column) {
            const Shown next = shown(cells_[row * columns_ + column], look);
            const bool is_blank = next.glyph == U' ' && next.paper == Ink::plain;
            if (!is_blank && (next.ink != last.ink || next.paper != last.paper)) {
                line += escape(next.ink, next.paper);
                last = next;
            } else if (is_blank && last.paper != Ink::plain) {
                line += escape(Ink::plain, Ink::plain);
                last = {};
            }
            add_utf8(line, next.glyph);
            end = is_blank ? end : line.size();
        }
        line.resize(end);
        const bool is_inked = line.find('\x1b') != std::string::npos;
        out += line + (is_inked ? "\x1b[0m" : "") + "\n";
    }
    return out;
}

std::string inked(std::string_view text, Ink ink, bool color) {
    return color && ink != Ink::plain && !text.empty() ? escape(ink, Ink::plain) + std::string(text) + "\x1b[0m"
                                                       : std::string(text);
}

} // namespace tradesh::cli
