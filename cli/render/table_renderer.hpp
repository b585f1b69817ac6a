#pragma once

#include "cli/render/renderer.hpp"

namespace tradesh::cli {

/// Tables and records for people: columns aligned, numbers to the right, units in the heading. A table too wide for the
/// terminal loses text (with an ellipsis), never digits; when that does not help, its rows are shown one below the
/// other. Points of computed values stand under each other. `wide` cuts nothing, `vertical` always shows rows one below
/// the other.
class TableRenderer final : public Renderer {
public:
    explicit TableRenderer(RenderOptions options)
        : options_(std::move(options)),
          text_of_(Reader::person, options_.zone) {}

    void begin_table(std::string& out, std::vector<Column> columns, std::string_view name) override;
    void row(std::string& out, std::vector<Cell> cells) override;
    void record(std::string& out, std::vector<Field> fields, std::string_view name) override;
    void text(std::string& out, std::string_view block) override;
    void settle(std::string& out) override;
    void end(std::string& out, std::span<const Message> messages, const Error* error) override;

private:
    using TextRow = std::vector<std::string>;

    void begin_part(std::string& out, std::string_view name);
    void end_table(std::string& out);
    void settle(std::string& out, bool whole);
    void measure();
    std::string padded(std::string text, std::size_t column) const;
    bool fits(const std::vector<std::size_t>& widths) const;
    void drop_idle_columns();
    bool shrink_to_fit();
    std::vector<std::size_t> least_widths() const;
    void add_row(std::string& out, const TextRow& row) const;
    void add_heading(std::string& out) const;
    void add_vertical(std::string& out, const TextRow& row);
    void add_bold(std::string& out, std::string_view text) const;
    std::string heading_of(const Column& column) const;

    RenderOptions options_;
    CellText text_of_;
    std::vector<Column> columns_;
    std::vector<std::size_t> widths_;
    std::vector<std::size_t> fractions_; ///< of real columns: most characters from the point on
    std::vector<TextRow> held_;          ///< the first rows, until the widths are settled
    std::size_t shown_rows_ = 0;
    bool in_table_ = false;
    bool settled_ = false;
    bool vertical_ = false;
    bool has_part_ = false;
};

} // namespace tradesh::cli
