#pragma once

#include "core/market/order.hpp"

#include <map>
#include <optional>

namespace tradesh::orders {

/// What became of executions that the venue took back or changed. Rare: a handful in a year.
class Corrections {
public:
    /// `instead` counts in place of `corrected`; with quantity zero nothing does.
    void note(ExecutionId corrected, Fill instead) { instead_.insert_or_assign(std::move(corrected), instead); }

    /// The fill as it counts now, at the time of the original; nullopt when it was taken back.
    std::optional<Fill> current(Fill fill) const;

private:
    std::map<ExecutionId, Fill> instead_;
};

} // namespace tradesh::orders
