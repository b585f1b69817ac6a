#pragma once

#include "core/base/error.hpp"

#include <cstdint>
#include <string>

namespace tradesh::store {

/// A file that holds disk space, given up when the disk is full so that the most necessary can still be written.
class DiskReserve {
public:
    DiskReserve(std::string path, std::int64_t bytes) : path_(std::move(path)), bytes_(bytes) {}

    /// Makes sure that the space is held.
    Result<void> hold();
    void release();

private:
    std::string path_;
    std::int64_t bytes_;
};

} // namespace tradesh::store
