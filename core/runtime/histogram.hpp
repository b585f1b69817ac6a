#pragma once

#include "core/base/time.hpp"

#include <array>
#include <cstdint>

namespace tradesh::runtime {

/// Counts durations in log-linear buckets: eight per power of two, so a percentile is off by at most 6 %.
class Histogram {
public:
    void record(Duration value);

    std::uint64_t count() const { return count_; }
    Duration max() const { return max_; }
    /// Upper edge of the bucket that holds the given share (0..1) of all values; zero when empty.
    Duration percentile(double share) const;

private:
    static constexpr std::size_t sub_buckets = 8;
    static constexpr std::size_t bucket_count = 64 * sub_buckets;
    std::array<std::uint64_t, bucket_count> buckets_{};
    std::uint64_t count_ = 0;
    Duration max_{0};
};

} // namespace tradesh::runtime
