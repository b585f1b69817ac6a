#include "cli/render/delimited_renderer.hpp"

namespace tradesh::cli {

void DelimitedRenderer::add_value(std::string& out, std::string_view value) const {
    if (options_.format == Format::csv) {
        if (value.find_first_of(",\"\n\r") == std::string_view::npos) {
            out += value;
            return;
        }
        out += '"';
        for (const char c : value) {
            out += c == '"' ? std::string_view("\"\"") : std::string_view(&c, 1);
        }
        out += '"';
        return;
    }
    for (const char c : value) {
        switch (c) {
        case '\t': out += "\\t"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\\': out += "\\\\"; break;
        default: out += c;
        }
    }
}

void DelimitedRenderer::separate_parts(std::string& out) {
    out += has_part_ ? "\n" : "";
    has_part_ = true;
}

void DelimitedRenderer::begin_table(std::string& out, std::vector<Column> columns, std::string_view) {
    separate_parts(out);
    columns_ = std::move(columns);
    if (!options_.header) {
        return;
    }
    const char delimiter = options_.format == Format::csv ? ',' : '\t';
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        out += i == 0 ? "" : std::string(1, delimiter);
        add_value(out, columns_[i].name);
    }
    out += '\n';
}

void DelimitedRenderer::row(std::string& out, std::vector<Cell> cells) {
    const char delimiter = options_.format == Format::csv ? ',' : '\t';
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) {
            out += delimiter;
        }
        add_value(out, text_of_(cells[i], columns_[i].type == CellType::date));
    }
    out += '\n';
}

void DelimitedRenderer::record(std::string& out, std::vector<Field> fields, std::string_view name) {
    std::vector<Column> columns;
    std::vector<Cell> cells;
    for (Field& field : fields) {
        columns.push_back({std::move(field.name), field.is_date ? CellType::date : CellType::text});
        cells.push_back(std::move(field.cell));
    }
    begin_table(out, std::move(columns), name);
    row(out, std::move(cells));
}

void DelimitedRenderer::text(std::string& out, std::string_view block) {
    separate_parts(out);
    out += block;
    if (!block.ends_with('\n')) {
        out += '\n';
    }
}

} // namespace tradesh::cli
