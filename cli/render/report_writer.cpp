#include "cli/render/report_writer.hpp"

#include "cli/render/display_width.hpp"

#include <algorithm>
#include <cassert>
#include <fmt/format.h>
#include <iterator>
#include <numeric>
#include <utility>

namespace tradesh::cli {

namespace {

constexpr std::size_t buffer_bytes = 16U * 1024U;
constexpr std::size_t held_bytes_max = 64U * 1024U * 1024U;
constexpr std::size_t messages_max = 1000;
constexpr Duration progress_after = std::chrono::milliseconds(500);
constexpr Duration progress_interval = std::chrono::milliseconds(100);

Error too_large() {
    return Error(ErrorKind::failed, "report.too_large", "the result is larger than 64 MB, too much for one JSON object")
        .advise("use --format ndjson, or ask for less");
}

std::string joined(const std::vector<std::string>& names) {
    std::string all;
    for (const std::string& name : names) {
        all += (all.empty() ? "" : ", ") + name;
    }
    return all;
}

/// One row of the terminal and no more, because clearing reaches only the last row. A long `what` gives way to the
/// counts. The last column stays free: some terminals wrap as soon as it is filled.
std::string progress_line(std::string_view what, std::int64_t done, std::int64_t total, int columns) {
    const std::size_t width = columns > 1 ? static_cast<std::size_t>(columns) - 1 : 79;
    const std::string counts = total > 0 ? fmt::format(": {} of {}", done, total) : fmt::format(": {}", done);
    const std::size_t left = width > counts.size() ? width - counts.size() : 0;
    return cut_to_width(cut_to_width(printable(what), left) + counts, width);
}

} // namespace

ReportWriter::ReportWriter(ReportPlan plan, Output& result, Output& failure, ClientChannel& client, const Clock& clock)
    : plan_(std::move(plan)),
      result_(result),
      failure_(failure),
      client_(client),
      clock_(clock),
      renderer_(make_renderer(plan_.render)),
      started_(clock.elapsed()) {}

/// The places of the chosen fields among `names`. Empty: the part has none of them.
Result<std::vector<std::size_t>> ReportWriter::select(const std::vector<std::string>& names, bool is_only_part) {
    std::vector<std::size_t> selection;
    for (const std::string& field : plan_.fields) {
        const auto found = std::ranges::find(names, field);
        if (found != names.end()) {
            selection.push_back(static_cast<std::size_t>(found - names.begin()));
        }
    }
    std::ranges::copy_if(names, std::back_inserter(names_),
                         [this](const std::string& name) { return std::ranges::find(names_, name) == names_.end(); });
    if (is_only_part && !plan_.fields_are_wishes) {
        if (const std::optional<Error> unknown = unknown_fields()) {
            return fail(*unknown);
        }
    }
    if (is_only_part && selection.empty()) { // better all of it than a result without a word
        selection.resize(names.size());
        std::iota(selection.begin(), selection.end(), std::size_t{0});
    }
    return selection;
}

/// The first field that no part has had so far.
std::optional<Error> ReportWriter::unknown_fields() const {
    for (const std::string& field : plan_.fields) {
        if (!names_.empty() && std::ranges::find(names_, field) == names_.end()) {
            return Error(ErrorKind::usage, "usage.field_unknown", "the result has no field '" + field + "'")
                .advise("it has: " + joined(names_));
        }
    }
    return std::nullopt;
}

void ReportWriter::table(std::vector<Column> columns, std::string name) {
    column_count_ = columns.size();
    left_out_ = false;
    if (!plan_.fields.empty()) {
        std::vector<std::string> names;
        for (const Column& column : columns) {
            names.push_back(column.name);
        }
        Result<std::vector<std::size_t>> selection = select(names, name.empty());
        if (!selection) {
            row_error_ = std::move(selection.error());
            return;
        }
        selection_ = std::move(*selection);
        left_out_ = selection_.empty();
        if (left_out_) {
            return;
        }
        std::vector<Column> chosen;
        for (const std::size_t index : selection_) {
            chosen.push_back(columns[index]);
        }
        columns = std::move(chosen);
    }
    renderer_->begin_table(buffer_, std::move(columns), name);
}

runtime::Task<Result<void>> ReportWriter::row(std::vector<Cell> cells) {
    assert(cells.size() == column_count_ && "a row has as many cells as its table has columns");
    if (row_error_) {
        co_return fail(*row_error_);
    }
    if (left_out_) {
        co_return Result<void>();
    }
    if (!plan_.fields.empty()) {
        std::vector<Cell> chosen;
        for (const std::size_t index : selection_) {
            chosen.push_back(cells[index]);
        }
        cells = std::move(chosen);
    }
    renderer_->row(buffer_, std::move(cells));
    if (renderer_->held_bytes() > held_bytes_max) {
        row_error_ = too_large();
        co_return fail(*row_error_);
    }
    if (buffer_.size() < buffer_bytes) {
        co_return Result<void>();
    }
    const Result<void> written = co_await write(result_);
    co_return written;
}

runtime::Task<Result<void>> ReportWriter::record(std::vector<Field> fields, std::string name) {
    if (!plan_.fields.empty()) {
        std::vector<std::string> names;
        for (const Field& field : fields) {
            names.push_back(field.name);
        }
        const Result<std::vector<std::size_t>> selection = select(names, name.empty());
        if (!selection) {
            co_return std::unexpected(selection.error());
        }
        if (selection->empty()) {
            co_return Result<void>();
        }
        std::vector<Field> chosen;
        for (const std::size_t index : *selection) {
            chosen.push_back(fields[index]);
        }
        fields = std::move(chosen);
    }
    renderer_->record(buffer_, std::move(fields), name);
    if (buffer_.size() < buffer_bytes) {
        co_return Result<void>();
    }
    const Result<void> written = co_await write(result_);
    co_return written;
}

runtime::Task<Result<void>> ReportWriter::text(std::string block) {
    renderer_->text(buffer_, block);
    co_return Result<void>();
}

runtime::Task<Result<void>> ReportWriter::bytes(std::string block) {
    if (!has_bytes_ && plan_.format_of_file_name) { // the name speaks of these bytes and asks for no object beside them
        plan_.render.format = Format::table;
        renderer_ = make_renderer(plan_.render);
    }
    has_bytes_ = true;
    co_await clear_progress();
    const Result<void> written = co_await result_.write(std::move(block));
    co_return written;
}

runtime::Task<Result<void>> ReportWriter::flush() {
    renderer_->settle(buffer_);
    const Result<void> written = co_await write(result_);
    co_return written;
}

void ReportWriter::message(MessageLevel level, std::string text) {
    if (messages_.size() < messages_max) {
        messages_.push_back({level, std::move(text)});
    } else if (messages_.size() == messages_max) {
        messages_.push_back({MessageLevel::warning, "there were more messages; the log has them"});
    }
}

runtime::Task<void> ReportWriter::progress(std::string what, std::int64_t done, std::int64_t total) {
    const Duration now = clock_.elapsed();
    const bool due = now - started_ >= progress_after && (!progress_shown_ || now - progress_at_ >= progress_interval);
    if (!plan_.show_progress || plan_.quiet || !due) {
        co_return;
    }
    progress_at_ = now;
    progress_shown_ = true;
    std::string line = "\r\x1b[K" + progress_line(what, done, total, client_.facts().columns);
    const Result<void> written = co_await client_.write(OutputStream::err, std::move(line));
    (void)written; // the result itself will find out that nobody reads
}

runtime::Task<void> ReportWriter::clear_progress() {
    if (!progress_shown_) {
        co_return;
    }
    progress_shown_ = false;
    const Result<void> written = co_await client_.write(OutputStream::err, "\r\x1b[K");
    (void)written;
}

runtime::Task<Result<void>> ReportWriter::write(Output& output) {
    if (buffer_.empty()) {
        co_return Result<void>();
    }
    co_await clear_progress();
    std::string bytes = std::exchange(buffer_, {});
    const Result<void> written = co_await output.write(std::move(bytes));
    co_return written;
}

runtime::Task<Result<void>> ReportWriter::write_errors(const Error* error) {
    std::string text;
    for (const Message& message : messages_) {
        if (!plan_.quiet || message.level == MessageLevel::warning) {
            text += render_message(message, plan_.error_style.color);
        }
    }
    text += error != nullptr ? render_error(*error, plan_.error_style) : "";
    if (text.empty()) {
        co_return Result<void>();
    }
    const Result<void> written = co_await client_.write(OutputStream::err, std::move(text));
    co_return written;
}

runtime::Task<Result<void>> ReportWriter::finish(const Error* error) {
    co_await clear_progress();
    if (const std::optional<Error> unknown = unknown_fields(); unknown && plan_.fields_are_wishes) {
        message(MessageLevel::warning, unknown->message + "; " + unknown->hint);
    }
    if (error != nullptr && renderer_->held_bytes() > held_bytes_max) {
        renderer_ = make_renderer(plan_.render); // the object of the error alone, without the rows that were too many
    }
    renderer_->end(buffer_, messages_, error);
    const bool is_partial = error != nullptr && error->kind == ErrorKind::partial;
    const bool beside_bytes = has_bytes_ && renderer_->has_envelope();
    Output& output = (error == nullptr || is_partial) && !beside_bytes ? result_ : failure_;
    if (error != nullptr && !renderer_->has_envelope() && &failure_ != &result_ && !is_partial) {
        buffer_.clear(); // half a table, and the file it belongs to will not be kept
    }
    const Result<void> written = co_await write(output);
    if (renderer_->has_envelope()) {
        co_return written;
    }
    const Result<void> told = co_await write_errors(error);
    co_return written ? told : written;
}

} // namespace tradesh::cli
