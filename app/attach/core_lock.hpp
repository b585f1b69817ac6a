#pragma once

#include "app/attach/file_descriptor.hpp"
#include "core/base/place.hpp"

#include <sys/types.h>

#include <cstdint>
#include <optional>

/// The exclusive lock that makes a process the one core of its profile. It is held by the open file description, so it
/// travels through fork and exec, and the kernel frees it however the holder ends. The file itself stays; its text is
/// the holder's process id and, until its core is ready, the word "starting": for messages and for how long to wait.
namespace tradesh::attach {

/// Creates the profile's directory and those above it (0700), and takes from others what rights they have in it.
/// Errors: config when it belongs to another user, when its owner may not write, and when everybody may write to it, or
/// to the directories of all profiles: what lies there is then not to be trusted.
Result<void> make_directory(const Place& place);

/// Refuses files, in the directories of the place, that everybody may write to. Errors: config.
Result<void> check_files(const Place& place);

/// The lock, or nullopt when another process holds it. The descriptor is closed on exec.
Result<std::optional<FileDescriptor>> try_lock(const Place& place);

/// Whether the lock of `fd` is still the file at its path: neither it nor its folder was taken away.
bool is_in_place(const Place& place, int fd);

/// Whether `fd`, inherited from the process that started this one, is this profile's lock and held.
bool holds_lock(const Place& place, int fd);

enum class Readiness : std::uint8_t { starting, ready };
struct LockOwner {
    pid_t pid = 0; ///< 0 when nobody ever wrote it
    Readiness readiness = Readiness::ready;
};
void write_lock_owner(int lock, LockOwner owner);
LockOwner read_lock_owner(const Place& place);
/// Whether that process has the lock's file open: the number in the file alone may be of another process by now.
bool has_lock_open(const Place& place, pid_t pid);

} // namespace tradesh::attach
