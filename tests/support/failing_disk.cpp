#include "tests/support/failing_disk.hpp"

#include <sqlite3.h>

#include <atomic>
#include <stdexcept>

namespace tradesh::test {

struct FailingDisk::Layer {
    sqlite3_vfs vfs{};
    sqlite3_vfs* beneath = nullptr;
    std::atomic<int> writes{0};
    std::atomic<int> fails_at{0}; ///< by the count of writes; 0: never
    std::atomic<bool> lasting{false};
    std::atomic<int> index_fails_in{0}; ///< 0: never
    std::atomic<Failure> failure{Failure::broken};

    /// Counts one write; SQLITE_OK, or what it fails with.
    int count(int broken_code) {
        const int number = ++writes;
        const int at = fails_at;
        const bool fails = at != 0 && (number == at || (lasting && number > at));
        return fails ? (failure == Failure::full ? SQLITE_FULL : broken_code) : SQLITE_OK;
    }

    static Layer* current;

    /// A file as SQLite sees it; that of the file system beneath lies behind it in the same piece of memory.
    struct File {
        sqlite3_file base;
        sqlite3_file* beneath() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    };
    static sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->beneath(); }
    static const sqlite3_io_methods& methods();
    static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out);
};

FailingDisk::Layer* FailingDisk::Layer::current = nullptr;

const sqlite3_io_methods& FailingDisk::Layer::methods() {
    static const sqlite3_io_methods table{
        .iVersion = 3,
        .xClose = [](sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); },
        .xRead = [](sqlite3_file* f, void* to, int size,
                    sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), to, size, at); },
        .xWrite =
            [](sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
                const int failed = current->count(SQLITE_IOERR_WRITE);
                return failed != SQLITE_OK ? failed : real(f)->pMethods->xWrite(real(f), from, size, at);
            },
        .xTruncate = [](sqlite3_file* f, sqlite3_int64 size) { return real(f)->pMethods->xTruncate(real(f), size); },
        .xSync =
            [](sqlite3_file* f, int flags) {
                const int failed = current->count(SQLITE_IOERR_FSYNC);
                return failed != SQLITE_OK ? failed : real(f)->pMethods->xSync(real(f), flags);
            },
        .xFileSize = [](sqlite3_file* f, sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); },
        .xLock = [](sqlite3_file* f, int lock) { return real(f)->pMethods->xLock(real(f), lock); },
        .xUnlock = [](sqlite3_file* f, int lock) { return real(f)->pMethods->xUnlock(real(f), lock); },
        .xCheckReservedLock = [](sqlite3_file* f,
                                 int* held) { return real(f)->pMethods->xCheckReservedLock(real(f), held); },
        .xFileControl = [](sqlite3_file* f, int what,
                           void* value) { return real(f)->pMethods->xFileControl(real(f), what, value); },
        .xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); },
        .xDeviceCharacteristics = [](sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); },
        .xShmMap =
            [](sqlite3_file* f, int page, int size, int extend, void volatile** at) {
                if (extend != 0 && current->index_fails_in > 0 && --current->index_fails_in == 0) {
                    *at = nullptr;
                    return SQLITE_IOERR_SHMSIZE;
                }
                return real(f)->pMethods->xShmMap(real(f), page, size, extend, at);
            },
        .xShmLock = [](sqlite3_file* f, int offset, int n,
                       int flags) { return real(f)->pMethods->xShmLock(real(f), offset, n, flags); },
        .xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); },
        .xShmUnmap = [](sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); },
        .xFetch = [](sqlite3_file* f, sqlite3_int64 at, int size,
                     void** to) { return real(f)->pMethods->xFetch(real(f), at, size, to); },
        .xUnfetch = [](sqlite3_file* f, sqlite3_int64 at,
                       void* from) { return real(f)->pMethods->xUnfetch(real(f), at, from); },
    };
    return table;
}

int FailingDisk::Layer::open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
    file->pMethods = nullptr;
    const int opened = current->beneath->xOpen(current->beneath, name, real(file), flags, flags_out);
    if (real(file)->pMethods != nullptr) {
        file->pMethods = &methods();
    }
    return opened;
}

FailingDisk::FailingDisk() : layer_(std::make_unique<Layer>()) {
    if (Layer::current != nullptr) {
        throw std::logic_error("one failing disk at a time");
    }
    layer_->beneath = sqlite3_vfs_find(nullptr);
    layer_->vfs = *layer_->beneath; // what is not ours goes straight on: its functions take our vfs as well
    layer_->vfs.zName = "failing";
    layer_->vfs.pNext = nullptr;
    layer_->vfs.szOsFile = static_cast<int>(sizeof(Layer::File)) + layer_->beneath->szOsFile;
    layer_->vfs.xOpen = &Layer::open;
    Layer::current = layer_.get();
    sqlite3_vfs_register(&layer_->vfs, 1);
}

FailingDisk::~FailingDisk() {
    sqlite3_vfs_unregister(&layer_->vfs);
    sqlite3_vfs_register(layer_->beneath, 1);
    Layer::current = nullptr;
}

void FailingDisk::fail_at(int k, Failure failure, bool lasting) {
    layer_->failure = failure;
    layer_->lasting = lasting;
    layer_->fails_at = layer_->writes + k;
}

void FailingDisk::fail_index_at(int k) { layer_->index_fails_in = k; }

void FailingDisk::mend() { layer_->fails_at = 0; }

int FailingDisk::writes() const { return layer_->writes; }

} // namespace tradesh::test
