#pragma once

#include "cli/render/renderer.hpp"

namespace tradesh::cli {

/// One compact object a command:
/// {"ok":true,"schema":"data.show@1","profile":"paper","mode":"paper","venue":"paper","data":...,"messages":[...]}.
/// `data` is an array of objects (table), an object (record), a string (text), null, or an object of named parts;
/// `units` tells the units of columns that have one. A failure has `error` and `exit_code`, and `data` where a part of
/// the result had begun: the rows until then, or [].
class JsonRenderer final : public Renderer {
public:
    explicit JsonRenderer(RenderOptions options)
        : options_(std::move(options)),
          text_of_(Reader::program, options_.zone) {}

    void begin_table(std::string& out, std::vector<Column> columns, std::string_view name) override;
    void row(std::string& out, std::vector<Cell> cells) override;
    void record(std::string& out, std::vector<Field> fields, std::string_view name) override;
    void text(std::string& out, std::string_view block) override;
    void settle(std::string&) override {}
    void end(std::string& out, std::span<const Message> messages, const Error* error) override;
    std::size_t held_bytes() const override { return data_.size(); }
    bool has_envelope() const override { return true; }

private:
    void begin_part(std::string_view name);
    void end_table();
    void note_unit(std::string_view name, std::string_view unit);

    RenderOptions options_;
    CellText text_of_;
    std::vector<Column> columns_;
    std::string data_;
    std::string units_;
    bool in_table_ = false;
    bool named_parts_ = false;
};

/// A row a line, as it comes; a record is one line. Parts of a report that has several carry their name as "part".
class NdjsonRenderer final : public Renderer {
public:
    explicit NdjsonRenderer(RenderOptions options)
        : options_(std::move(options)),
          text_of_(Reader::program, options_.zone) {}

    void begin_table(std::string& out, std::vector<Column> columns, std::string_view name) override;
    void row(std::string& out, std::vector<Cell> cells) override;
    void record(std::string& out, std::vector<Field> fields, std::string_view name) override;
    void text(std::string& out, std::string_view block) override;
    void settle(std::string&) override {}
    void end(std::string&, std::span<const Message>, const Error*) override {}

private:
    void begin_object(std::string& out, std::string_view part) const;

    RenderOptions options_;
    CellText text_of_;
    std::vector<Column> columns_;
    std::string part_;
};

} // namespace tradesh::cli
