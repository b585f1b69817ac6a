#pragma once

#include "cli/parse/run_options.hpp"
#include "cli/render/cell_text.hpp"
#include "cli/render/report.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::cli {

/// What stands around the data in JSON.
struct Envelope {
    std::string schema; ///< "data.show@1"
    std::string profile;
    std::string mode; ///< "paper" or "live"
    std::string venue;
};

struct RenderOptions {
    Format format = Format::table;
    bool header = true;
    bool json_numbers = false;
    bool color = false;
    std::size_t columns = 80; ///< width of the terminal; 0: no limit
    std::optional<Zone> zone;
    Envelope envelope;
};

/// Turns the parts of one report into bytes. Pure: it appends to `out` and knows nothing of where that goes.
class Renderer {
public:
    virtual ~Renderer() = default;

    virtual void begin_table(std::string& out, std::vector<Column> columns, std::string_view name) = 0;
    virtual void row(std::string& out, std::vector<Cell> cells) = 0;
    virtual void record(std::string& out, std::vector<Field> fields, std::string_view name) = 0;
    virtual void text(std::string& out, std::string_view block) = 0;
    /// Writes what was held back to learn the widths of columns.
    virtual void settle(std::string& out) = 0;
    /// The end of the report. `error` is null when the command succeeded.
    virtual void end(std::string& out, std::span<const Message> messages, const Error* error) = 0;
    /// Bytes kept until the end: the reason why a report can be too large for this format.
    virtual std::size_t held_bytes() const { return 0; }
    /// True when errors and messages are part of the output; otherwise they belong on stderr.
    virtual bool has_envelope() const { return false; }
};

/// A renderer for any format but `automatic`.
std::unique_ptr<Renderer> make_renderer(RenderOptions options);

} // namespace tradesh::cli
