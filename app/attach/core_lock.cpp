#include "app/attach/core_lock.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <string_view>

namespace tradesh::attach {
namespace {

constexpr mode_t only_user = 0700;
constexpr const char* starting_word = " starting";

Result<void> make_one(const std::string& path) {
    if (::mkdir(path.c_str(), only_user) == 0 || errno == EEXIST || errno == EISDIR) {
        return {};
    }
    Error error = system_error(errno, "place.create", "create a directory", path);
    error.kind = ErrorKind::config;
    return fail(std::move(error));
}

Result<void> refuse_open_mode(const std::string& path) {
    return fail(Error(ErrorKind::config, "place.writable_by_all",
                      "every user of this machine may write to it, so what it holds is not to be trusted")
                    .attempting("check the profile's files")
                    .on(path)
                    .advise("see that it is as you left it, then: chmod go-w " + path));
}

/// A directory with a sticky bit (/tmp) lets nobody touch what is another's.
bool is_open_to_all(const struct stat& facts) {
    return (facts.st_mode & S_IWOTH) != 0 && (facts.st_mode & S_ISVTX) == 0;
}

/// The directories above and beside the profile's that are tradesh's own.
std::array<std::string, 3> directories_around(const Place& place) {
    const std::string above = place.shared_directory.substr(0, place.shared_directory.rfind('/'));
    return {above, place.shared_directory, place.config_directory};
}

Result<void> check_around(const Place& place) {
    for (const std::string& path : directories_around(place)) {
        struct stat facts{};
        if (::stat(path.c_str(), &facts) == 0 && is_open_to_all(facts)) {
            return refuse_open_mode(path);
        }
    }
    return {};
}

} // namespace

Result<void> check_files(const Place& place) {
    for (const std::string& path : {place.directory, place.shared_directory, place.config_directory}) {
        DIR* const directory = ::opendir(path.c_str());
        Result<void> checked;
        while (const dirent* const entry = directory != nullptr && checked ? ::readdir(directory) : nullptr) {
            struct stat facts{};
            const std::string file = path + "/" + entry->d_name;
            if (::lstat(file.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && (facts.st_mode & S_IWOTH) != 0) {
                checked = refuse_open_mode(file);
            }
        }
        if (directory != nullptr) {
            ::closedir(directory);
        }
        if (!checked) {
            return checked;
        }
    }
    return {};
}

Result<void> make_directory(const Place& place) {
    struct stat facts{};
    if (::stat(place.directory.c_str(), &facts) != 0) {
        for (std::size_t slash = place.directory.find('/', 1); slash != std::string::npos;
             slash = place.directory.find('/', slash + 1)) {
            if (const std::string parent = place.directory.substr(0, slash); ::stat(parent.c_str(), &facts) != 0) {
                if (Result<void> made = make_one(parent); !made) {
                    return made;
                }
            }
        }
        if (Result<void> made = make_one(place.directory); !made) {
            return made;
        }
        if (::stat(place.directory.c_str(), &facts) != 0) {
            return fail(system_error(errno, "place.create", "create a directory", place.directory));
        }
    }
    if (facts.st_uid != ::geteuid()) {
        return fail(Error(ErrorKind::config, "place.owner", "it belongs to user " + std::to_string(facts.st_uid))
                        .attempting("open the profile's directory")
                        .on(place.directory)
                        .advise("run as that user, or set TRADESH_HOME to a directory of your own"));
    }
    if (is_open_to_all(facts)) {
        return refuse_open_mode(place.directory);
    }
    if ((facts.st_mode & only_user) != only_user) {
        return fail(Error(ErrorKind::config, "place.not_writable", "its owner may not read, write and enter it")
                        .attempting("open the profile's directory")
                        .on(place.directory)
                        .advise("chmod 700 " + place.directory));
    }
    if ((facts.st_mode & 0077) != 0) {
        ::chmod(place.directory.c_str(), only_user);
    }
    return check_around(place);
}

Result<std::optional<FileDescriptor>> try_lock(const Place& place) {
    const std::string path = place.lock_path();
    FileDescriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock) {
        Error error = system_error(errno, "core.lock", "open the profile's lock", path);
        error.kind = ErrorKind::config;
        return fail(std::move(error).advise("file and folder must be yours to write: chmod 600 " + path));
    }
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return std::nullopt;
        }
        return fail(system_error(errno, "core.lock", "lock the profile", path));
    }
    return std::optional<FileDescriptor>(std::move(lock));
}

bool is_in_place(const Place& place, int fd) {
    struct stat named{};
    struct stat held{};
    return ::stat(place.lock_path().c_str(), &named) == 0 && ::fstat(fd, &held) == 0 && named.st_ino == held.st_ino &&
           named.st_dev == held.st_dev;
}

bool holds_lock(const Place& place, int fd) { return is_in_place(place, fd) && ::flock(fd, LOCK_EX | LOCK_NB) == 0; }

void write_lock_owner(int lock, LockOwner owner) {
    const std::string text =
        std::to_string(owner.pid) + (owner.readiness == Readiness::starting ? starting_word : "") + "\n";
    // Over what is there: on a full disk a file that was cut could not grow again.
    if (::pwrite(lock, text.data(), text.size(), 0) < 0 || ::ftruncate(lock, static_cast<off_t>(text.size())) != 0) {
        return; // only messages are poorer for it
    }
}

LockOwner read_lock_owner(const Place& place) {
    const FileDescriptor file(::open(place.lock_path().c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 32> text{};
    const ssize_t size = file ? ::read(file.get(), text.data(), text.size()) : 0;
    LockOwner owner;
    if (size > 0) {
        const char* const end = text.data() + size;
        const char* const rest = std::from_chars(text.data(), end, owner.pid).ptr;
        owner.readiness =
            std::string_view(rest, end).starts_with(starting_word) ? Readiness::starting : Readiness::ready;
    }
    return owner;
}

bool has_lock_open(const Place& place, pid_t pid) {
    struct stat named{};
    const std::string files = "/proc/" + std::to_string(pid) + "/fd";
    DIR* const directory =
        pid > 0 && ::stat(place.lock_path().c_str(), &named) == 0 ? ::opendir(files.c_str()) : nullptr;
    bool found = false;
    while (directory != nullptr && !found) {
        const dirent* const entry = ::readdir(directory);
        if (entry == nullptr) {
            break;
        }
        struct stat open{};
        found = ::stat((files + "/" + entry->d_name).c_str(), &open) == 0 && open.st_ino == named.st_ino &&
                open.st_dev == named.st_dev;
    }
    if (directory != nullptr) {
        ::closedir(directory);
    }
    return found;
}

} // namespace tradesh::attach
