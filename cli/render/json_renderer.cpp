#include "cli/render/json_renderer.hpp"

#include "cli/render/exit_code.hpp"
#include "cli/render/json_text.hpp"

namespace tradesh::cli {

namespace {

/// Numbers are strings, so that no reader turns 0.1 into a binary fraction; booleans and nothing are themselves.
void add_cell(std::string& out, const Cell& cell, bool is_date, const CellText& text_of, bool plain_numbers) {
    const std::string text = text_of(cell, is_date);
    const bool is_bool = std::holds_alternative<bool>(cell.value());
    const bool is_text = std::holds_alternative<std::string>(cell.value());
    if (cell.is_empty() || (text.empty() && !is_text)) {
        out += "null";
    } else if (is_bool || (plain_numbers && is_numeric(cell))) {
        out += text;
    } else {
        add_json_string(out, text);
    }
}

} // namespace

void JsonRenderer::begin_part(std::string_view name) {
    end_table();
    if (!name.empty()) {
        data_ += data_.empty() ? "{" : "";
        named_parts_ = true;
        add_json_key(data_, name);
    }
}

void JsonRenderer::note_unit(std::string_view name, std::string_view unit) {
    if (unit.empty()) {
        return;
    }
    units_ += units_.empty() ? "{" : "";
    std::string key;
    add_json_string(key, name);
    if (!units_.contains(key + ":")) { // columns of the same name in several parts
        add_json_key(units_, name);
        add_json_string(units_, unit);
    }
}

void JsonRenderer::begin_table(std::string&, std::vector<Column> columns, std::string_view name) {
    begin_part(name);
    columns_ = std::move(columns);
    for (const Column& column : columns_) {
        note_unit(column.name, column.unit);
    }
    data_ += '[';
    in_table_ = true;
}

void JsonRenderer::row(std::string&, std::vector<Cell> cells) {
    data_ += data_.back() == '[' ? "{" : ",{";
    for (std::size_t i = 0; i < cells.size(); ++i) {
        add_json_key(data_, columns_[i].name);
        add_cell(data_, cells[i], columns_[i].type == CellType::date, text_of_, options_.json_numbers);
    }
    data_ += '}';
}

void JsonRenderer::end_table() {
    data_ += in_table_ ? "]" : "";
    in_table_ = false;
}

void JsonRenderer::record(std::string&, std::vector<Field> fields, std::string_view name) {
    begin_part(name);
    data_ += '{';
    for (const Field& field : fields) {
        note_unit(field.name, field.unit);
        add_json_key(data_, field.name);
        add_cell(data_, field.cell, field.is_date, text_of_, options_.json_numbers);
    }
    data_ += '}';
}

void JsonRenderer::text(std::string&, std::string_view block) {
    begin_part({});
    add_json_string(data_, block);
}

void JsonRenderer::end(std::string& out, std::span<const Message> messages, const Error* error) {
    end_table();
    data_ += named_parts_ ? "}" : "";
    std::string object = error == nullptr ? R"({"ok":true)" : R"({"ok":false)";
    const Envelope& envelope = options_.envelope;
    for (const auto& [key, value] : {std::pair("schema", &envelope.schema), std::pair("profile", &envelope.profile),
                                     std::pair("mode", &envelope.mode), std::pair("venue", &envelope.venue)}) {
        add_json_key(object, key);
        add_json_string(object, *value);
    }
    if (error == nullptr || !data_.empty()) {
        add_json_key(object, "data");
        object += data_.empty() ? "null" : data_;
        if (!units_.empty()) {
            add_json_key(object, "units");
            object += units_ + "}";
        }
    }
    if (error != nullptr) {
        add_json_key(object, "error");
        add_json_error(object, *error);
        add_json_key(object, "exit_code");
        object += std::to_string(exit_code_of(*error));
    }
    add_json_key(object, "messages");
    add_json_messages(object, messages);
    out += object + "}\n";
}

void NdjsonRenderer::begin_object(std::string& out, std::string_view part) const {
    out += '{';
    if (!part.empty()) {
        add_json_key(out, "part");
        add_json_string(out, part);
    }
}

void NdjsonRenderer::begin_table(std::string&, std::vector<Column> columns, std::string_view name) {
    columns_ = std::move(columns);
    part_ = name;
}

void NdjsonRenderer::row(std::string& out, std::vector<Cell> cells) {
    begin_object(out, part_);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        add_json_key(out, columns_[i].name);
        add_cell(out, cells[i], columns_[i].type == CellType::date, text_of_, options_.json_numbers);
    }
    out += "}\n";
}

void NdjsonRenderer::record(std::string& out, std::vector<Field> fields, std::string_view name) {
    begin_object(out, name);
    for (const Field& field : fields) {
        add_json_key(out, field.name);
        add_cell(out, field.cell, field.is_date, text_of_, options_.json_numbers);
    }
    out += "}\n";
}

void NdjsonRenderer::text(std::string& out, std::string_view block) {
    begin_object(out, {});
    add_json_key(out, "text");
    add_json_string(out, block);
    out += "}\n";
}

} // namespace tradesh::cli
