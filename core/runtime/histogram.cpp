#include "core/runtime/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tradesh::runtime {
namespace {

constexpr int sub_bits = 3;

std::size_t bucket_of(std::uint64_t value) {
    if (value < (1U << sub_bits)) {
        return value;
    }
    const int exponent = static_cast<int>(std::bit_width(value)) - 1 - sub_bits;
    return (static_cast<std::size_t>(exponent + 1) << sub_bits) + ((value >> exponent) & ((1U << sub_bits) - 1));
}

std::uint64_t upper_edge(std::size_t bucket) {
    if (bucket < (1U << sub_bits)) {
        return bucket;
    }
    const auto exponent = static_cast<int>(bucket >> sub_bits) - 1;
    const std::uint64_t mantissa = (bucket & ((1U << sub_bits) - 1)) + (1U << sub_bits);
    return ((mantissa + 1) << exponent) - 1;
}

} // namespace

void Histogram::record(Duration value) {
    const auto nanoseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(0, value.count()));
    ++buckets_[bucket_of(nanoseconds)];
    ++count_;
    max_ = std::max(max_, value);
}

Duration Histogram::percentile(double share) const {
    if (count_ == 0) {
        return Duration(0);
    }
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
        seen += buckets_[bucket];
        if (seen >= wanted && seen > 0) {
            return std::min(max_, Duration(static_cast<std::int64_t>(upper_edge(bucket))));
        }
    }
    return max_;
}

} // namespace tradesh::runtime
