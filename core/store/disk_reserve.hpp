#pragma once

#include "core/base/error.hpp"

#include <cstdint>
#include <string>

namespace tradesh::store {

/// A file that holds disk space. When the disk is full it is given up piece by piece, so that the most necessary can
/// still be written: whoever else fills the disk can take a piece, but not all at once.
class DiskReserve {
public:
    DiskReserve(std::string path, std::int64_t bytes) : path_(std::move(path)), bytes_(bytes) {}

    /// Makes sure that all of it is held; what is held already stays so when there is no room for the rest.
    Result<void> hold();
    /// Gives a piece back to the disk; false when nothing is left to give.
    bool give_up_some();

private:
    std::string path_;
    std::int64_t bytes_;
};

} // namespace tradesh::store
