#pragma once

#include "core/expression/program.hpp"

#include <vector>

namespace tradesh::expression {

/// Collects the steps of a plan, each once, with the history that each needs.
class PlanBuilder {
public:
    explicit PlanBuilder(Timeframe base) : streams_{Stream{.symbol = {}, .timeframe = base}} {}

    /// The step that does this on the stream: an earlier equal one, or a new one.
    StepId add(Step step, StreamId stream = base_stream);

    /// The finished plan for `result`; text and type are the caller's.
    Plan finish(StepId result, std::vector<Output> outputs) &&;

private:
    struct History {
        std::size_t lookback = 0; ///< bars before the first value
        std::size_t reach = 0;    ///< bars before a settled value
    };
    History history_of(const Step& step) const;

    std::vector<Stream> streams_;
    std::vector<Step> steps_;
    std::vector<StreamId> stream_of_;
    std::vector<History> histories_;
};

} // namespace tradesh::expression
