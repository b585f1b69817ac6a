#pragma once

#include "cli/render/renderer.hpp"

namespace tradesh::cli {

/// TSV and CSV. TSV escapes tab, line feed, carriage return and backslash as \t \n \r \\, so that a line is always a
/// row and a tab always a column; CSV is RFC 4180 with LF at the ends of lines. A record is a header and one row.
class DelimitedRenderer final : public Renderer {
public:
    explicit DelimitedRenderer(RenderOptions options)
        : options_(std::move(options)),
          text_of_(Reader::program, options_.zone) {}

    void begin_table(std::string& out, std::vector<Column> columns, std::string_view name) override;
    void row(std::string& out, std::vector<Cell> cells) override;
    void record(std::string& out, std::vector<Field> fields, std::string_view name) override;
    void text(std::string& out, std::string_view block) override;
    void settle(std::string&) override {}
    void end(std::string&, std::span<const Message>, const Error*) override {}

private:
    void add_value(std::string& out, std::string_view value) const;
    void separate_parts(std::string& out);

    RenderOptions options_;
    CellText text_of_;
    std::vector<Column> columns_;
    bool has_part_ = false;
};

} // namespace tradesh::cli
