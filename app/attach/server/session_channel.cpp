#include "app/attach/server/session.hpp"

#include <algorithm>
#include <utility>

// The half of a session that commands see: output, files, effects.
namespace tradesh::attach {
namespace {

using runtime::Task;
using runtime::Wake;

/// A client that does not read for so long a backlog gets no notices.
constexpr std::size_t notice_backlog_max = 256UL * 1024;

static_assert(static_cast<int>(cli::FileMode::append) == static_cast<int>(FileMode::append));
static_assert(static_cast<int>(cli::FileKind::other) == static_cast<int>(FileKind::other));
static_assert(static_cast<int>(cli::OutputStream::err) == static_cast<int>(Stream::err));

Error client_gone() { return Error(ErrorKind::cancelled, "client.gone", "the client has left"); }
Error reader_left() { return Error(ErrorKind::cancelled, "client.reader_left", "nobody reads the output any more"); }

} // namespace

Task<Result<void>> Session::write(cli::OutputStream stream, std::string bytes) {
    for (std::size_t taken = 0; taken < bytes.size();) {
        while (unacknowledged_ >= output_window_bytes && !gone_ && !reader_left_) {
            credit_.reset();
            const Wake wake = co_await credit_.wait();
            if (wake == Wake::cancelled) {
                co_return fail(Error(ErrorKind::cancelled, "client.cancelled", "the command was cancelled"));
            }
        }
        if (gone_) {
            co_return fail(client_gone());
        }
        if (reader_left_) {
            co_return fail(reader_left());
        }
        const std::size_t room = output_window_bytes - unacknowledged_;
        const std::size_t count = std::min({bytes.size() - taken, chunk_bytes_max, room});
        unacknowledged_ += count;
        Output output{.stream = static_cast<Stream>(stream), .bytes = bytes.substr(taken, count)};
        queue(output);
        taken += count;
    }
    co_return Result<void>();
}

Task<Result<Reply>> Session::ask(CoreMessage request, std::uint32_t number, std::string_view attempted,
                                 std::string subject) {
    if (gone_) {
        co_return fail(client_gone());
    }
    auto pending = std::make_shared<PendingReply>(loop_);
    pending_.emplace(number, pending);
    queue(request);
    const Wake wake = co_await pending->arrived.wait();
    pending_.erase(number);
    if (gone_ && !pending->reply) {
        co_return fail(client_gone());
    }
    if (wake == Wake::cancelled || !pending->reply) {
        co_return fail(Error(ErrorKind::cancelled, "client.cancelled", "the command was cancelled"));
    }
    if (pending->reply->error != 0) {
        Error error = system_error(pending->reply->error, "file.failed", attempted, subject);
        error.kind = ErrorKind::unreadable;
        co_return fail(std::move(error));
    }
    co_return std::move(*pending->reply);
}

std::string Session::name_of(cli::FileHandle file) const {
    const auto name = file_names_.find(file);
    return name == file_names_.end() ? "standard input" : name->second;
}

Task<Result<cli::FileHandle>> Session::open(std::string path, cli::FileMode mode) {
    const cli::FileHandle handle = ++handle_last_;
    Open request{.request = ++request_last_, .handle = handle, .mode = static_cast<FileMode>(mode), .path = path};
    const std::string_view attempted = mode == cli::FileMode::read ? "open" : "create";
    const Result<Reply> reply = co_await ask(request, request.request, attempted, path);
    if (!reply) {
        co_return fail(reply.error());
    }
    file_names_.emplace(handle, std::move(path));
    co_return handle;
}

Task<Result<std::string>> Session::read(cli::FileHandle file, std::size_t bytes_max) {
    const auto count = static_cast<std::uint32_t>(std::min(bytes_max, chunk_bytes_max));
    Read request{.request = ++request_last_, .handle = file, .bytes_max = count};
    Result<Reply> reply = co_await ask(request, request.request, "read", name_of(file));
    if (!reply) {
        co_return fail(reply.error());
    }
    co_return std::move(reply->bytes);
}

Task<Result<void>> Session::write_file(cli::FileHandle file, std::string bytes) {
    for (std::size_t taken = 0; taken < bytes.size(); taken += chunk_bytes_max) {
        Write request{.request = ++request_last_, .handle = file, .bytes = bytes.substr(taken, chunk_bytes_max)};
        const Result<Reply> reply = co_await ask(request, request.request, "write", name_of(file));
        if (!reply) {
            co_return fail(reply.error());
        }
    }
    co_return Result<void>();
}

Task<Result<void>> Session::rename(std::string from, std::string to) {
    Rename request{.request = ++request_last_, .from = from, .to = to};
    const Result<Reply> reply = co_await ask(request, request.request, "rename", to);
    if (!reply) {
        co_return fail(reply.error());
    }
    co_return Result<void>();
}

Task<Result<void>> Session::close(cli::FileHandle file) {
    Close request{.request = ++request_last_, .handle = file};
    const Result<Reply> reply = co_await ask(request, request.request, "close", name_of(file));
    file_names_.erase(file);
    if (!reply) {
        co_return fail(reply.error());
    }
    co_return Result<void>();
}

Task<Result<cli::FileFacts>> Session::inspect(std::string path) {
    Inspect request{.request = ++request_last_, .path = path};
    Result<Reply> reply = co_await ask(request, request.request, "look at", path);
    if (!reply) {
        co_return fail(reply.error());
    }
    cli::FileFacts facts{static_cast<cli::FileKind>(reply->kind), std::move(reply->bytes)};
    co_return facts;
}

Task<Result<void>> Session::remove(std::string path) {
    Remove request{.request = ++request_last_, .path = path};
    const Result<Reply> reply = co_await ask(request, request.request, "remove", path);
    if (!reply) {
        co_return fail(reply.error());
    }
    co_return Result<void>();
}

void Session::announce_effect(std::string_view advice) {
    effect_ = advice;
    queue(Effect{.advice = effect_});
    flush(); // before the wire: a core that dies right after must have said so
}

void Session::settle_effect() { queue(Settled{}); }

void Session::notify(std::string_view line) {
    if (facts_.kind == cli::ClientKind::prompt && outgoing_.size() < notice_backlog_max) {
        queue(Notice{.line = std::string(line)});
    }
}

} // namespace tradesh::attach
