#pragma once

#include "core/market/bars.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tradesh::store {

/// Bars of a load on their way into the store: a nameless file that is gone with the process. A slow source fills it
/// without holding the store's writer lock, and nothing reaches the store before the whole source was found good.
///
/// It holds as many runs of bars as there are series, named by number, in bounded memory: what is not yet written is at
/// most some thousand bars a run and 256 Ki bars in all. Synchronous; not for the loop's thread.
class BarSpool {
public:
    /// `folder` is where the file takes its space; errors are those of the file system ("spool.*", failed).
    static Result<BarSpool> create(const std::string& folder);
    BarSpool(BarSpool&& other) noexcept;
    BarSpool& operator=(BarSpool&& other) noexcept;
    ~BarSpool();

    /// Adds ascending bars that come after all others of their run. Numbers of runs are small: 0, 1, 2 ...
    Result<void> append(std::size_t run, const Bars& bars);
    /// Adds ascending bars that come before all others of their run, which is only ever prepended to.
    Result<void> prepend(std::size_t run, const Bars& bars);
    /// Hands a run out again in ascending pieces of some thousand bars, as often as asked.
    Result<void> read(std::size_t run, const std::function<Result<void>(const Bars&)>& visitor);

    std::int64_t size(std::size_t run) const;

private:
    /// A stretch of the file: whole chunks, each with its length before it.
    struct Piece {
        std::int64_t offset = 0;
        std::size_t bytes = 0;
    };
    struct Run {
        Bars pending; ///< not written yet
        std::vector<Piece> pieces;
        bool backward = false; ///< each piece comes before the one written earlier
        std::int64_t bars = 0;
    };

    explicit BarSpool(int file) : file_(file) {}
    Run& run_at(std::size_t run);
    Result<void> settle(Run& run, std::size_t added);
    Result<void> write_out(Run& run);
    Result<void> read_piece(const Piece& piece, Bars& into) const;

    int file_;
    std::int64_t end_ = 0;
    std::size_t pending_ = 0; ///< bars of all runs
    std::vector<Run> runs_;
};

} // namespace tradesh::store
