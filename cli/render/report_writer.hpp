#pragma once

#include "cli/render/error_text.hpp"
#include "cli/render/output.hpp"
#include "cli/render/renderer.hpp"

#include <optional>

namespace tradesh::cli {

struct ReportPlan {
    RenderOptions render;
    std::vector<std::string> fields;  ///< --fields; empty: all
    bool format_of_file_name = false; ///< nobody asked for the format but by the name of the -o file
    bool quiet = false;
    bool show_progress = false; ///< stderr is a terminal
    ErrorStyle error_style;
};

/// The Report of one command: picks the fields, renders, buffers, and writes to an Output and to the client's stderr.
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

private:
    Result<std::vector<std::size_t>> select(const std::vector<std::string>& names) const;
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
    std::size_t column_count_ = 0;
    std::optional<Error> row_error_;
    bool has_bytes_ = false;
    Duration started_;
    Duration progress_at_{0};
    bool progress_shown_ = false;
};

} // namespace tradesh::cli
