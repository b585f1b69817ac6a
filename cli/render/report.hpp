#pragma once

#include "cli/render/cell.hpp"
#include "core/base/error.hpp"
#include "core/runtime/task.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::cli {

enum class MessageLevel : std::uint8_t { note, warning };

struct Message {
    MessageLevel level = MessageLevel::note;
    std::string text; ///< one sentence without a full stop
};

/// What a result is shown on, for what is drawn instead of listed.
struct Surface {
    bool color = false;
    std::size_t columns = 0; ///< width of the terminal; 0: it goes elsewhere
};

/// What a command yields. A command never prints: it hands rows, records and messages to its Report, and the renderer
/// that the user chose makes bytes of them.
///
///     report.table({{"time", CellType::date}, {"close", CellType::decimal, "USD"}});
///     for (const Bar& bar : bars) {
///         std::vector<Cell> cells{bar.open_time, bar.close};
///         const Result<void> sent = co_await report.row(std::move(cells));
///         if (!sent) { co_return std::unexpected(sent.error()); }     // the reader left: stop working
///     }
///     report.note("daily bars, adjusted");
///
/// or, for one thing with names:
///
///     std::vector<Field> fields{{"symbol", "GOOG"}, {"cash", account.cash, "USD"}};
///     co_return co_await report.record(std::move(fields));
///
/// Most reports are one table or one record. One that has several parts names every part; in JSON `data` is then an
/// object of them. A table without rows is a valid result; where rows are required, return an Error of kind not_found.
/// Return an Error and everything else happens elsewhere: do not put failures into messages.
class Report {
public:
    virtual ~Report() = default;

    /// Starts a table; ends the part before it.
    virtual void table(std::vector<Column> columns, std::string name = {}) = 0;
    /// One row of the table: as many cells as it has columns. Waits while the client is slow; fails with kind
    /// `cancelled` when nobody reads any more.
    virtual runtime::Task<Result<void>> row(std::vector<Cell> cells) = 0;
    /// One thing with named values.
    virtual runtime::Task<Result<void>> record(std::vector<Field> fields, std::string name = {}) = 0;

    /// A block of prose for people: help. In JSON `data` is the text.
    virtual runtime::Task<Result<void>> text(std::string block) = 0;

    /// Bytes that are the result as they stand, whatever the format: the rows of an export. Written at once, so that a
    /// result of any length needs the memory of a piece. A report has either bytes or parts of other kinds, with one
    /// exception: in JSON, whose object then goes to standard output while the bytes go to the file of -o (without a
    /// file they would mix, so do not start). Fails as `row` does.
    virtual runtime::Task<Result<void>> bytes(std::string block) = 0;

    /// Where it all goes.
    virtual Surface surface() const { return {}; }

    /// Sends what is buffered now. For live output; a command that ends needs none.
    virtual runtime::Task<Result<void>> flush() = 0;

    /// Kept for the end of the report: on stderr, or in the JSON envelope.
    virtual void message(MessageLevel level, std::string text) = 0;
    void note(std::string text) { message(MessageLevel::note, std::move(text)); }
    void warn(std::string text) { message(MessageLevel::warning, std::move(text)); }

    /// "downloading GOOG 1d: 1200 of 5000 bars". Shown on stderr when that is a terminal and the command has been
    /// running for half a second, at most ten times a second; call it as often as you like. `total` 0: not known.
    virtual runtime::Task<void> progress(std::string what, std::int64_t done, std::int64_t total) = 0;
};

} // namespace tradesh::cli
