#pragma once

#include "core/expression/program.hpp"

#include <vector>

namespace tradesh::expression {

/// Collects the steps of a plan, each once, with the history that each needs.
class PlanBuilder {
public:
    /// The step that does this: an earlier equal one, or a new one.
    StepId add(Step step);

    /// The finished plan for `result`; the fields about text, type and shown values are the caller's.
    Plan finish(StepId result, std::vector<ShownValue> shown) &&;

private:
    struct History {
        std::size_t lookback = 0; ///< bars before the first value
        std::size_t reach = 0;    ///< bars before a settled value
    };
    History history_of(const Step& step) const;

    std::vector<Step> steps_;
    std::vector<History> histories_;
};

} // namespace tradesh::expression
