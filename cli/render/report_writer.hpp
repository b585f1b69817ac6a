#pragma once

#include "cli/render/error_text.hpp"
#include "cli/render/output.hpp"
#include "cli/render/renderer.hpp"

#include <optional>

namespace tradesh::cli {

struct ReportPlan {
    RenderOptions render;
    std::vector<std::string> fields;  ///< --fields; empty: all
    bool fields_are_wishes = false;   ///< the command has effects: a name that fits nothing is told, and fails nothing
    bool format_of_file_name = false; ///< nobody asked for the format but by the name of the -o file
    bool quiet = false;
    bool show_progress = false; ///< stderr is a terminal
    ErrorStyle error_style;
};

/// The Report of one command: picks the fields, renders, buffers, and writes to an Output and to the client's stderr.
/// Where a report has several parts, a field need be in one of them; a part with none of them is left out.
class ReportWriter final : public Report {
public:
    /// `result` takes the data. `failure` takes the JSON object of a failure: standard output, even where the data goes
    /// to a file. Both outlive the writer.
    ReportWriter(ReportPlan plan, Output& result, Output& failure, ClientChannel& client, const Clock& clock);

    void table(std::vector<Column> columns, std::string name) override;
    runtime::Task<Result<void>> row(std::vector<Cell> cells) override;
    runtime::Task<Result<void>> record(std::vector<Field> fields, std::string name) override;
    runtime::Task<Result<void>> text(std::string block) override;
    runtime::Task<Result<void>> bytes(std::string block) override;
    Surface surface() const override { return {.color = plan_.render.color, .columns = plan_.render.columns}; }
    runtime::Task<Result<void>> flush() override;
    void message(MessageLevel level, std::string text) override;
    runtime::Task<void> progress(std::string what, std::int64_t done, std::int64_t total) override;

    /// The end of the command: what is left of the result, then the messages, then the error. To be called once.
    /// Its own failure means that the result did not reach its place.
    runtime::Task<Result<void>> finish(const Error* error);

    /// Why the report takes no rows: `--fields` names a field that it does not have, or it is too large for its format.
    /// `row` returns it, too.
    const std::optional<Error>& row_error() const { return row_error_; }
    /// The error of a field that was asked for and that no part of the report had; after the last part.
    std::optional<Error> field_error() const { return plan_.fields_are_wishes ? std::nullopt : unknown_fields(); }

private:
    Result<std::vector<std::size_t>> select(const std::vector<std::string>& names, bool is_only_part);
    std::optional<Error> unknown_fields() const;
    runtime::Task<Result<void>> write(Output& output);
    runtime::Task<Result<void>> write_errors(const Error* error);
    runtime::Task<void> clear_progress();

    ReportPlan plan_;
    Output& result_;
    Output& failure_;
    ClientChannel& client_;
    const Clock& clock_;
    std::unique_ptr<Renderer> renderer_;
    std::string buffer_;
    std::vector<Message> messages_;
    std::vector<std::size_t> selection_; ///< of the current table, when fields were named
    bool left_out_ = false;              ///< the current table has none of the fields
    std::vector<std::string> names_;     ///< of all parts, when fields were named
    std::size_t column_count_ = 0;
    std::optional<Error> row_error_;
    bool has_bytes_ = false;
    Duration started_;
    Duration progress_at_{0};
    bool progress_shown_ = false;
};

} // namespace tradesh::cli
