#include "app/attach/client_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>

namespace tradesh::attach {
namespace {

constexpr std::size_t open_files_max = 256;

int flags_of(FileMode mode) {
    switch (mode) {
    case FileMode::read: return O_RDONLY;
    case FileMode::create: return O_WRONLY | O_CREAT | O_TRUNC;
    case FileMode::append: return O_WRONLY | O_CREAT | O_APPEND;
    }
    return O_RDONLY;
}

bool ready(int fd, short events) {
    pollfd state{.fd = fd, .events = events, .revents = 0};
    return ::poll(&state, 1, 0) > 0;
}

/// A file that replaces another keeps its mode and, where that is allowed, its owner, as `>` would.
void keep_mode(const std::string& replaced, const std::string& replacement) {
    struct stat old{};
    if (::stat(replaced.c_str(), &old) == 0) {
        (void)!::chown(replacement.c_str(), old.st_uid, old.st_gid); // first: it may clear bits of the mode
        ::chmod(replacement.c_str(), old.st_mode & 07777);
    }
}

Reply answer(std::uint32_t request, bool success) {
    return Reply{.request = request, .error = success ? 0 : errno, .kind = FileKind::absent, .bytes = {}};
}

/// With links followed as far as the path exists; a link to a file that is not there yet is followed, too.
std::string resolved(std::string path) {
    constexpr int links_max = 40; // as many as the kernel follows
    char whole[PATH_MAX];
    for (int link = 0; link < links_max; ++link) {
        if (::realpath(path.c_str(), whole) != nullptr) {
            return whole;
        }
        const std::size_t slash = path.rfind('/');
        const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
        const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
        if (::realpath(parent.c_str(), whole) == nullptr) {
            return path;
        }
        path = std::string(whole) + "/" + name;
        const ssize_t length = ::readlink(path.c_str(), whole, sizeof whole);
        if (length < 0) {
            return path;
        }
        const std::string target(whole, static_cast<std::size_t>(length));
        path = target.starts_with('/') ? target : path.substr(0, path.rfind('/') + 1) + target;
    }
    return path;
}

Reply inspect(const Inspect& request) {
    Reply reply = answer(request.request, true);
    struct stat facts{};
    if (::stat(request.path.c_str(), &facts) == 0) {
        reply.kind = S_ISREG(facts.st_mode) ? FileKind::regular : FileKind::other;
    } else if (errno != ENOENT) {
        reply.error = errno;
    }
    reply.bytes = resolved(request.path);
    return reply;
}

} // namespace

ClientFiles::~ClientFiles() {
    for (const std::string& path : unfinished_) {
        ::unlink(path.c_str());
    }
}

void ClientFiles::take(FileRequest request) { waiting_.push_back({.request = std::move(request)}); }

std::vector<Reply> ClientFiles::step() {
    std::vector<Reply> replies;
    std::erase_if(waiting_, [&](Waiting& waiting) {
        std::optional<Reply> reply = attempt(waiting);
        if (!reply) {
            return false;
        }
        replies.push_back(std::move(*reply));
        return true;
    });
    return replies;
}

bool ClientFiles::wait_for(std::vector<pollfd>& polled) const {
    bool retry = false;
    for (const Waiting& waiting : waiting_) {
        if (const auto* read = std::get_if<Read>(&waiting.request)) {
            polled.push_back({.fd = descriptor(read->handle), .events = POLLIN, .revents = 0});
        } else if (const auto* write = std::get_if<Write>(&waiting.request)) {
            polled.push_back({.fd = descriptor(write->handle), .events = POLLOUT, .revents = 0});
        } else {
            retry = true;
        }
    }
    return retry;
}

void ClientFiles::reset() {
    waiting_.clear();
    files_.clear();
    unfinished_.clear();
}

std::optional<Reply> ClientFiles::attempt(Waiting& waiting) {
    if (const auto* wanted = std::get_if<Open>(&waiting.request)) {
        return open(*wanted);
    }
    if (const auto* wanted = std::get_if<Read>(&waiting.request)) {
        return read(*wanted);
    }
    if (const auto* wanted = std::get_if<Write>(&waiting.request)) {
        return write(*wanted, waiting.written);
    }
    if (const auto* wanted = std::get_if<Rename>(&waiting.request)) {
        return rename(*wanted);
    }
    if (const auto* wanted = std::get_if<Inspect>(&waiting.request)) {
        return inspect(*wanted);
    }
    if (const auto* wanted = std::get_if<Remove>(&waiting.request)) {
        return remove(*wanted);
    }
    const auto& wanted = std::get<Close>(waiting.request);
    const auto file = files_.find(wanted.handle);
    if (file == files_.end()) {
        errno = EBADF;
        return answer(wanted.request, wanted.handle == 0);
    }
    const bool closed = ::close(file->second.release()) == 0; // a full disk may be told of only here
    files_.erase(file);
    return answer(wanted.request, closed);
}

std::optional<Reply> ClientFiles::open(const Open& request) {
    if (files_.size() >= open_files_max || request.handle == 0 || files_.contains(request.handle)) {
        errno = EMFILE;
        return answer(request.request, false);
    }
    // Non-blocking, so that a FIFO whose other end nobody has opened cannot hold us.
    const int flags = flags_of(request.mode) | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    FileDescriptor file;
    if (request.mode == FileMode::create) { // what was there before is not ours to remove
        file = FileDescriptor(::open(request.path.c_str(), flags | O_EXCL, 0666));
    }
    if (file) {
        unfinished_.insert(request.path);
    } else {
        file = FileDescriptor(::open(request.path.c_str(), flags, 0666));
    }
    if (!file) {
        if (errno == ENXIO && request.mode != FileMode::read) {
            struct stat facts{};
            if (::stat(request.path.c_str(), &facts) == 0 && S_ISFIFO(facts.st_mode)) {
                return std::nullopt;
            }
            errno = ENXIO;
        }
        return answer(request.request, false);
    }
    files_.emplace(request.handle, std::move(file));
    return answer(request.request, true);
}

std::optional<Reply> ClientFiles::read(const Read& request) {
    const int fd = descriptor(request.handle);
    if (fd >= 0 && !ready(fd, POLLIN)) {
        return std::nullopt;
    }
    Reply reply = answer(request.request, true);
    reply.bytes.resize(std::min<std::size_t>(request.bytes_max, chunk_bytes_max));
    const ssize_t count = ::read(fd, reply.bytes.data(), reply.bytes.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return std::nullopt;
    }
    reply.error = count < 0 ? errno : 0;
    reply.bytes.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    return reply;
}

std::optional<Reply> ClientFiles::write(const Write& request, std::size_t& written) {
    const int fd = descriptor(request.handle);
    while (written < request.bytes.size()) {
        const ssize_t count = ::write(fd, request.bytes.data() + written, request.bytes.size() - written);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
            return std::nullopt;
        }
        if (count < 0) {
            return answer(request.request, false);
        }
        written += static_cast<std::size_t>(count);
    }
    return answer(request.request, true);
}

Reply ClientFiles::rename(const Rename& request) {
    keep_mode(request.to, request.from);
    const Reply reply = answer(request.request, ::rename(request.from.c_str(), request.to.c_str()) == 0);
    if (reply.error == 0) {
        unfinished_.erase(request.from);
    }
    return reply;
}

Reply ClientFiles::remove(const Remove& request) {
    unfinished_.erase(request.path);
    return answer(request.request, ::unlink(request.path.c_str()) == 0);
}

int ClientFiles::descriptor(std::uint32_t handle) const {
    if (handle == 0) {
        return STDIN_FILENO;
    }
    const auto file = files_.find(handle);
    return file == files_.end() ? -1 : file->second.get();
}

} // namespace tradesh::attach
