#include "cli/render/renderer.hpp"

#include "cli/render/delimited_renderer.hpp"
#include "cli/render/json_renderer.hpp"
#include "cli/render/table_renderer.hpp"

#include <utility>

namespace tradesh::cli {

std::unique_ptr<Renderer> make_renderer(RenderOptions options) {
    switch (options.format) {
    case Format::json: return std::make_unique<JsonRenderer>(std::move(options));
    case Format::ndjson: return std::make_unique<NdjsonRenderer>(std::move(options));
    case Format::csv:
    case Format::tsv: return std::make_unique<DelimitedRenderer>(std::move(options));
    case Format::automatic:
    case Format::table:
    case Format::wide:
    case Format::vertical: break;
    }
    return std::make_unique<TableRenderer>(std::move(options));
}

} // namespace tradesh::cli
