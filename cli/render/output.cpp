#include "cli/render/output.hpp"

#include <utility>

namespace tradesh::cli {

namespace {

/// Says what the user wanted, of the file that the user named: the temporary one and the place of a link say nothing to
/// them.
Error about(Error error, std::string_view attempted, std::string_view named) {
    error.attempted = attempted;
    error.subject = named;
    return error;
}

} // namespace

runtime::Task<Result<void>> StandardOutput::write(std::string bytes) {
    const Result<void> written = co_await client_.write(OutputStream::out, std::move(bytes));
    co_return written;
}

runtime::Task<Result<void>> OutputFile::open() {
    const Result<FileFacts> facts = co_await client_.inspect(path_);
    if (!facts) {
        co_return fail(about(facts.error(), "look at the output file", named_));
    }
    if (facts->kind != FileKind::other) {
        path_ = facts->path.empty() ? path_ : facts->path;
        const std::size_t slash = path_.rfind('/');
        const std::size_t name = slash == std::string::npos ? 0 : slash + 1;
        temporary_ = path_.substr(0, name) + "." + path_.substr(name) + "." + token_ + ".part";
    }
    const Result<FileHandle> opened = co_await client_.open(temporary_.empty() ? path_ : temporary_, FileMode::create);
    if (!opened) {
        co_return fail(about(opened.error(), "create the output file", named_)
                           .advise("choose another place with -o; the command was not run"));
    }
    file_ = *opened;
    co_return Result<void>();
}

runtime::Task<Result<void>> OutputFile::write(std::string bytes) {
    const Result<void> written = co_await client_.write_file(file_, std::move(bytes));
    if (!written) {
        co_return fail(about(written.error(), "write the output file", named_));
    }
    co_return written;
}

runtime::Task<Result<void>> OutputFile::commit() {
    const Result<void> closed = co_await client_.close(file_);
    if (!closed) {
        co_return fail(about(closed.error(), "write the output file", named_));
    }
    if (temporary_.empty()) {
        co_return Result<void>();
    }
    const Result<void> renamed = co_await client_.rename(temporary_, path_);
    if (!renamed) {
        co_return fail(about(renamed.error(), "put the output file in its place", named_)
                           .advise("the result is complete in " + temporary_));
    }
    co_return Result<void>();
}

runtime::Task<void> OutputFile::discard() {
    const Result<void> closed = co_await client_.close(file_);
    (void)closed; // the failure that led here is the one to report
    if (!temporary_.empty()) {
        const Result<void> removed = co_await client_.remove(temporary_);
        (void)removed;
    }
}

} // namespace tradesh::cli
