#include "cli/render/table_renderer.hpp"

#include "cli/render/display_width.hpp"

#include <algorithm>
#include <numeric>

namespace tradesh::cli {

namespace {

constexpr std::size_t held_rows_max = 500; ///< the widths follow from these; later rows live with them
constexpr std::size_t gap = 2;
constexpr std::size_t text_width_min = 8;     ///< text is never cut below this
constexpr std::size_t figures_width_min = 32; ///< nor text with a figure in it: a price cut short is another price
constexpr std::size_t name_width_min = 24;    ///< nor the first column: it names the row, and is what one types next

std::size_t total_of(const std::vector<std::size_t>& widths) {
    const std::size_t gaps = widths.empty() ? 0 : (widths.size() - 1) * gap;
    return std::accumulate(widths.begin(), widths.end(), gaps);
}

void add_spaces(std::string& out, std::size_t width, std::size_t used) {
    out.append(width > used ? width - used : 0, ' ');
}

/// The point and what follows it.
std::size_t fraction_width(std::string_view number) {
    const std::size_t point = number.find('.');
    return point == std::string_view::npos ? 0 : number.size() - point;
}

void trim_right(std::string& out) {
    while (out.ends_with(' ')) {
        out.pop_back();
    }
}

bool has_figure(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

std::string TableRenderer::heading_of(const Column& column) const {
    return column.unit.empty() ? column.name : column.name + " (" + column.unit + ")";
}

void TableRenderer::add_bold(std::string& out, std::string_view text) const {
    out += options_.color ? "\x1b[1m" : "";
    out += text;
    out += options_.color ? "\x1b[0m" : "";
}

void TableRenderer::begin_part(std::string& out, std::string_view name) {
    end_table(out);
    out += has_part_ ? "\n" : "";
    has_part_ = true;
    if (!name.empty() && options_.header) {
        add_bold(out, name);
        out += '\n';
    }
}

void TableRenderer::begin_table(std::string& out, std::vector<Column> columns, std::string_view name) {
    begin_part(out, name);
    columns_ = std::move(columns);
    held_.clear();
    shown_rows_ = 0;
    in_table_ = true;
    settled_ = false;
    vertical_ = options_.format == Format::vertical;
}

void TableRenderer::row(std::string& out, std::vector<Cell> cells) {
    TextRow texts;
    texts.reserve(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
        texts.push_back(printable(text_of_(cells[i], columns_[i].type == CellType::date)));
    }
    if (!settled_) {
        held_.push_back(std::move(texts));
        if (held_.size() >= held_rows_max) {
            settle(out);
        }
        return;
    }
    if (vertical_) {
        add_vertical(out, texts);
    } else {
        add_row(out, texts);
        ++shown_rows_;
    }
}

/// With room behind it for the digits that others of its column have there.
std::string TableRenderer::padded(std::string text, std::size_t column) const {
    const std::size_t fraction = fraction_width(text);
    text.append(fractions_[column] > fraction ? fractions_[column] - fraction : 0, ' ');
    return text;
}

void TableRenderer::measure() {
    widths_.assign(columns_.size(), 0);
    fractions_.assign(columns_.size(), 0);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        widths_[i] = options_.header ? display_width(heading_of(columns_[i])) : 0;
        if (columns_[i].type == CellType::real) {
            for (const TextRow& texts : held_) {
                fractions_[i] = std::max(fractions_[i], fraction_width(texts[i]));
            }
        }
        for (const TextRow& texts : held_) {
            widths_[i] = std::max(widths_[i], display_width(padded(texts[i], i)));
        }
    }
}

std::vector<std::size_t> TableRenderer::least_widths() const {
    std::vector<std::size_t> least = widths_;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i].type == CellType::text) {
            const bool figures = std::ranges::any_of(held_, [i](const TextRow& row) { return has_figure(row[i]); });
            const std::size_t width_min = figures ? figures_width_min : i == 0 ? name_width_min : text_width_min;
            const std::size_t heading = options_.header ? display_width(heading_of(columns_[i])) : 0;
            least[i] = std::min(widths_[i], std::max(width_min, heading));
        }
    }
    return least;
}

bool TableRenderer::fits(const std::vector<std::size_t>& widths) const {
    return options_.columns == 0 || options_.format == Format::wide || total_of(widths) <= options_.columns;
}

/// Of a table that is known whole and is too wide, columns that say nothing go first.
void TableRenderer::drop_idle_columns() {
    for (std::size_t i = columns_.size(); i-- > 1 && !fits(least_widths());) {
        const bool idle =
            std::ranges::all_of(held_, [i](const TextRow& row) { return row[i].empty() || row[i] == "0"; });
        if (!idle) {
            continue;
        }
        const auto place = static_cast<std::ptrdiff_t>(i);
        columns_.erase(columns_.begin() + place);
        widths_.erase(widths_.begin() + place);
        fractions_.erase(fractions_.begin() + place);
        for (TextRow& row : held_) {
            row.erase(row.begin() + place);
        }
    }
}

/// Takes width from the widest text columns first; false when even the least widths do not fit.
bool TableRenderer::shrink_to_fit() {
    if (fits(widths_)) {
        return true;
    }
    const std::vector<std::size_t> least = least_widths();
    if (!fits(least)) {
        return false;
    }
    while (total_of(widths_) > options_.columns) {
        std::size_t widest = widths_.size();
        for (std::size_t i = 0; i < widths_.size(); ++i) {
            if (widths_[i] > least[i] && (widest == widths_.size() || widths_[i] > widths_[widest])) {
                widest = i;
            }
        }
        --widths_[widest];
    }
    return true;
}

void TableRenderer::settle(std::string& out) { settle(out, false); }

void TableRenderer::settle(std::string& out, bool whole) {
    if (!in_table_ || settled_) {
        return;
    }
    settled_ = true;
    measure();
    if (!vertical_ && whole && !held_.empty()) {
        drop_idle_columns();
    }
    vertical_ = vertical_ || !shrink_to_fit();
    if (!vertical_ && options_.header) {
        add_heading(out);
    }
    for (const TextRow& texts : held_) {
        if (vertical_) {
            add_vertical(out, texts);
        } else {
            add_row(out, texts);
        }
    }
    shown_rows_ += vertical_ ? 0 : held_.size();
    held_.clear();
}

void TableRenderer::add_heading(std::string& out) const {
    std::string line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const std::string heading = heading_of(columns_[i]);
        line.append(i == 0 ? 0 : gap, ' ');
        if (is_numeric(columns_[i].type)) {
            add_spaces(line, widths_[i], display_width(heading));
        }
        line += heading;
        if (!is_numeric(columns_[i].type)) {
            add_spaces(line, widths_[i], display_width(heading));
        }
    }
    trim_right(line);
    add_bold(out, line);
    out += '\n';
}

void TableRenderer::add_row(std::string& out, const TextRow& row) const {
    for (std::size_t i = 0; i < row.size(); ++i) {
        const bool numeric = is_numeric(columns_[i].type);
        const bool figures = has_figure(row[i]) && display_width(row[i]) <= figures_width_min;
        const bool cut =
            columns_[i].type == CellType::text && options_.format != Format::wide && options_.columns != 0 && !figures;
        const std::string text = cut ? cut_to_width(row[i], widths_[i]) : padded(row[i], i);
        out.append(i == 0 ? 0 : gap, ' ');
        if (numeric) {
            add_spaces(out, widths_[i], display_width(text));
        }
        out += text;
        if (!numeric) {
            add_spaces(out, widths_[i], display_width(text));
        }
    }
    trim_right(out);
    out += '\n';
}

void TableRenderer::add_vertical(std::string& out, const TextRow& row) {
    ++shown_rows_;
    std::size_t width = 0;
    for (const Column& column : columns_) {
        width = std::max(width, display_width(heading_of(column)));
    }
    if (options_.header) {
        add_bold(out, "-- " + std::to_string(shown_rows_) + " --");
        out += '\n';
    }
    for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string heading = heading_of(columns_[i]);
        out += heading;
        add_spaces(out, width + gap, display_width(heading));
        out += row[i];
        trim_right(out);
        out += '\n';
    }
}

void TableRenderer::record(std::string& out, std::vector<Field> fields, std::string_view name) {
    begin_part(out, name);
    // A person does not want to read what is not there; programs ask for another format.
    std::erase_if(fields, [this](const Field& field) { return !vertical_ && field.cell.is_empty(); });
    std::vector<std::string> headings;
    std::size_t width = 0;
    for (const Field& field : fields) {
        headings.push_back(heading_of({field.name, CellType::text, field.unit}));
        width = std::max(width, display_width(headings.back()));
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (options_.header) {
            add_bold(out, headings[i]);
            add_spaces(out, width + gap, display_width(headings[i]));
        }
        out += printable(text_of_(fields[i].cell, fields[i].is_date));
        trim_right(out);
        out += '\n';
    }
}

void TableRenderer::text(std::string& out, std::string_view block) {
    begin_part(out, {});
    out += block;
    out += block.ends_with('\n') ? "" : "\n";
}

void TableRenderer::end_table(std::string& out) {
    if (!in_table_) {
        return;
    }
    settle(out, true);
    if (shown_rows_ == 0 && options_.header) {
        out += "(no rows)\n";
    }
    in_table_ = false;
}

void TableRenderer::end(std::string& out, std::span<const Message>, const Error* error) {
    if (error != nullptr && held_.empty() && shown_rows_ == 0) {
        in_table_ = false; // a heading without rows would only stand between the person and the error
    }
    end_table(out);
}

} // namespace tradesh::cli
