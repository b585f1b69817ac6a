#pragma once

#include "core/history/quality.hpp"

#include <array>
#include <vector>

namespace tradesh::history {

/// Collects findings, a bounded number of each kind: what comes after that is counted, and said in one last finding.
class FindingList {
public:
    static constexpr std::size_t kept_max = 20; ///< of a kind

    /// Findings of a kind come in ascending order of time.
    void add(Finding finding);
    /// All of them by time, as QualityReport has them.
    std::vector<Finding> take();

private:
    static constexpr std::size_t kinds = static_cast<std::size_t>(FindingKind::duplicate) + 1;
    struct Rest {
        std::size_t kept = 0;
        std::size_t findings = 0; ///< not kept
        Finding all;              ///< those as one
    };
    std::vector<Finding> kept_;
    std::array<Rest, kinds> rest_;
};

} // namespace tradesh::history
