#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::cli {

/// What a terminal can show.
struct TerminalLook {
    bool color = false;
    bool ascii = false; ///< neither blocks nor braille
};

/// What a character is drawn with; in the terminal's own palette, so that it suits light and dark ones.
enum class Ink : std::uint8_t { plain, dim, strong, up, down, first_series };
inline constexpr std::size_t series_inks = 8;
/// The ink of a series by its number; they begin again after the last.
Ink ink_of_series(std::size_t number);

/// Characters in a grid, and over them a finer grid of dots, two by four a character, that lines are made of. Whatever
/// lies outside is left away.
class Canvas {
public:
    Canvas(std::size_t columns, std::size_t rows);

    std::size_t columns() const { return columns_; }
    std::size_t rows() const { return rows_; }
    std::size_t dot_columns() const { return columns_ * 2; }
    std::size_t dot_rows() const { return rows_ * 4; }

    /// `is_thin`: a line of dots may go over it, as over a wick.
    void put(std::size_t column, std::size_t row, char32_t glyph, Ink ink, bool is_thin = false);
    /// UTF-8, a column a code point.
    void write(std::size_t column, std::size_t row, std::string_view text, Ink ink);
    /// `mark` is what stands for the dot where there is no braille.
    void dot(std::size_t x, std::size_t y, Ink ink, char mark);

    /// The rows, each with a line feed and without blanks at its end.
    std::string text(const TerminalLook& look) const;

private:
    struct Cell {
        char32_t glyph = U' ';
        Ink ink = Ink::plain;
        bool is_thin = true;
        std::uint8_t dots = 0;
        Ink dots_ink = Ink::plain;
        char mark = ' ';
    };
    struct Shown {
        char32_t glyph = U' ';
        Ink ink = Ink::plain;
        Ink paper = Ink::plain; ///< plain: the terminal's own
        bool operator==(const Shown&) const = default;
    };
    static Shown shown(const Cell& cell, const TerminalLook& look);

    std::size_t columns_;
    std::size_t rows_;
    std::vector<Cell> cells_;
};

/// `text` in an ink, for what stands beside a canvas.
std::string inked(std::string_view text, Ink ink, bool color);

} // namespace tradesh::cli
