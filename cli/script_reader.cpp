#include "cli/script_reader.hpp"

#include <algorithm>
#include <utility>

namespace tradesh::cli {

namespace {

constexpr std::size_t chunk_bytes = 64U * 1024U;
constexpr std::size_t line_bytes_max = 1024U * 1024U;
constexpr std::size_t joined_lines_max = 1000;

} // namespace

ScriptReader::ScriptReader(std::string text, Origin origin)
    : origin_(origin),
      buffer_(std::move(text)),
      at_end_(true) {}

ScriptReader::ScriptReader(ClientChannel& client, FileHandle file, std::string name)
    : client_(&client),
      file_(file),
      origin_(Origin::script),
      name_(std::move(name)) {}

runtime::Task<Result<std::optional<std::string>>> ScriptReader::next_physical() {
    for (;;) {
        const std::size_t feed = buffer_.find('\n', std::max(position_, searched_));
        const bool is_last = feed == std::string::npos && at_end_;
        if (feed != std::string::npos || (is_last && position_ < buffer_.size())) {
            std::string line = buffer_.substr(position_, feed == std::string::npos ? feed : feed - position_);
            position_ = feed == std::string::npos ? buffer_.size() : feed + 1;
            if (line.ends_with('\r')) {
                line.pop_back();
            }
            if (++number_ == 1 && line.starts_with("\xEF\xBB\xBF")) {
                line.erase(0, 3); // the byte order mark that some editors write
            }
            co_return std::optional<std::string>(std::move(line));
        }
        if (is_last) {
            co_return std::optional<std::string>();
        }
        buffer_.erase(0, position_);
        position_ = 0;
        searched_ = buffer_.size();
        if (buffer_.size() > line_bytes_max) {
            co_return fail(Error(ErrorKind::unreadable, "script.line_too_long", "a line is longer than 1 MB")
                               .attempting("read the script")
                               .on(name_));
        }
        Result<std::string> chunk = co_await client_->read(file_, chunk_bytes);
        if (!chunk) {
            Error error = std::move(chunk.error());
            error.kind = error.kind == ErrorKind::cancelled ? error.kind : ErrorKind::unreadable;
            co_return fail(std::move(error).attempting("read the script").on(name_));
        }
        at_end_ = chunk->empty();
        buffer_ += *chunk;
    }
}

runtime::Task<Result<std::optional<ScriptLine>>> ScriptReader::next() {
    for (;;) {
        ScriptLine line;
        while (line.lines.size() < joined_lines_max) {
            Result<std::optional<std::string>> physical = co_await next_physical();
            if (!physical) {
                co_return std::unexpected(std::move(physical.error()));
            }
            if (!*physical) {
                break;
            }
            SourceLine source{origin_, name_, number_, std::move(**physical)};
            line.lines.push_back(std::make_shared<const SourceLine>(std::move(source)));
            line.lexed = lex(line.lines);
            if (!line.lexed || !line.lexed->continues) {
                break;
            }
        }
        if (line.lines.empty()) {
            co_return std::optional<ScriptLine>();
        }
        if (line.lexed && line.lexed->continues) {
            Word end;
            end.line = line.lines.back();
            end.column = static_cast<std::uint32_t>(count_code_points(end.line->text));
            line.lexed =
                fail(Error(ErrorKind::usage, "syntax.continues", "nothing follows the '\\' at the end of the line")
                         .at(end.where())
                         .advise("remove the '\\', or add the rest of the command"));
        }
        if (!line.lexed || !line.lexed->commands.empty()) {
            co_return std::optional<ScriptLine>(std::move(line));
        }
    }
}

} // namespace tradesh::cli
