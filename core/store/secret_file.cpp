#include "core/store/secret_file.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace tradesh::store {
namespace {

constexpr std::size_t bytes_max = std::size_t{64} * 1024;

class Descriptor {
public:
    explicit Descriptor(int file) : file_(file) {}
    ~Descriptor() {
        if (file_ >= 0) {
            ::close(file_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return file_; }

private:
    int file_;
};

Error unwritten(const std::string& path) { return system_error(errno, "secret.unwritten", "keep a secret", path); }

Result<void> check_private(int file, const std::string& path) {
    struct stat facts{};
    if (::fstat(file, &facts) != 0) {
        return fail(system_error(errno, "secret.unreadable", "read a secret", path));
    }
    if (!S_ISREG(facts.st_mode) || facts.st_uid != ::geteuid() || (facts.st_mode & 077) != 0) {
        return fail(
            Error(ErrorKind::config, "secret.exposed",
                  "the file belongs to somebody else, or others may read it; its secret counts as known to them")
                .attempting("read a secret")
                .on(path)
                .advise("chown it to yourself and chmod 600 it, and better rotate the secret"));
    }
    return {};
}

Result<void> write_all(int file, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const ssize_t written = ::write(file, text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            return fail(unwritten(path));
        }
        text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    return ::fsync(file) == 0 ? Result<void>() : fail(unwritten(path));
}

Result<void> sync_folder(const std::string& folder) {
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return opened.get() >= 0 && ::fsync(opened.get()) == 0 ? Result<void>() : fail(unwritten(folder));
}

} // namespace

Result<std::string> read_secret_file(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (file.get() < 0) {
        if (errno == ENOENT) {
            return fail(Error(ErrorKind::not_found, "secret.none", "there is no such file")
                            .attempting("read a secret")
                            .on(path));
        }
        return fail(system_error(errno, "secret.unreadable", "read a secret", path));
    }
    if (Result<void> checked = check_private(file.get(), path); !checked) {
        return fail(std::move(checked.error()));
    }
    std::string text(bytes_max + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t got = ::read(file.get(), text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return fail(system_error(errno, "secret.unreadable", "read a secret", path));
        }
        if (got == 0) {
            text.resize(size);
            return text;
        }
        size += static_cast<std::size_t>(got);
    }
    return fail(
        Error(ErrorKind::config, "secret.unreadable", "the file is too long").attempting("read a secret").on(path));
}

Result<void> write_secret_file(const std::string& path, std::string_view text) {
    const std::string folder = path.substr(0, path.rfind('/'));
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        return fail(unwritten(folder));
    }
    const std::string temporary = path + ".new";
    ::unlink(temporary.c_str()); // left by a process that died here
    const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.get() < 0) {
        return fail(unwritten(temporary));
    }
    Result<void> written = write_all(file.get(), text, temporary);
    if (written && ::rename(temporary.c_str(), path.c_str()) != 0) {
        written = fail(unwritten(path));
    }
    if (!written) {
        ::unlink(temporary.c_str());
        return written;
    }
    return sync_folder(folder);
}

Result<void> remove_secret_file(const std::string& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
        return fail(system_error(errno, "secret.unremoved", "remove a secret", path));
    }
    return {};
}

} // namespace tradesh::store
