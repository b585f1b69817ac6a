#pragma once

#include "core/market/bars.hpp"

#include <functional>
#include <string>

namespace tradesh::store {

/// Bars of a load on their way into the store: a nameless file that is gone with the process. A slow source fills it
/// without holding the store's writer lock, and nothing reaches the store before the whole source was found good.
/// Synchronous; not for the loop's thread.
class BarSpool {
public:
    /// `folder` is where the file takes its space; errors are those of the file system ("spool.*", failed).
    static Result<BarSpool> create(const std::string& folder);
    BarSpool(BarSpool&& other) noexcept;
    BarSpool& operator=(BarSpool&& other) noexcept;
    ~BarSpool();

    /// Adds bars in ascending order, each call after the last one's.
    Result<void> append(const Bars& bars);
    /// Hands everything out again, in pieces of some thousand bars.
    Result<void> read(const std::function<Result<void>(const Bars&)>& visitor);

    std::int64_t size() const { return bars_; }

private:
    explicit BarSpool(int file) : file_(file) {}
    Result<void> write_out();

    int file_;
    std::int64_t bars_ = 0;
    Bars pending_; ///< not yet a whole chunk
};

} // namespace tradesh::store
