#pragma once

#include "core/expression/program.hpp"

#include <optional>
#include <vector>

namespace tradesh::expression {

/// Collects the steps of a plan, each once.
class PlanBuilder {
public:
    /// Without a timeframe the base is open: it counts as 1d and is no stream that anybody named.
    explicit PlanBuilder(std::optional<Timeframe> base);

    /// The bars of the instrument itself; nothing when there are too many streams.
    std::optional<StreamId> stream_of(Timeframe timeframe);
    /// The bars of another instrument, of the length of those of `beside`.
    std::optional<StreamId> stream_of(const std::string& symbol, StreamId beside);

    Timeframe timeframe_of(StreamId stream) const { return streams_[stream].stream.timeframe; }

    /// The step that does this on the stream: an earlier equal one, or a new one.
    StepId add(Step step, StreamId stream);
    /// The step that brings another one to the stream, which it may be on already.
    StepId align(StepId step, StreamId stream);
    std::size_t size() const { return steps_.size(); }

    /// The shortest timeframe that was named for what leads to the step; nothing where a column was read on the open
    /// base.
    std::optional<Timeframe> named_timeframe(StepId step) const;

    /// The plan of what leads to `result` and the outputs; text and type are the caller's.
    Plan finish(StepId result, std::vector<Output> outputs) const;

private:
    struct Origin {
        Stream stream;
        bool named = true;
    };
    std::optional<StreamId> find_or_add(Stream stream, bool named);
    std::vector<bool> leading_to(std::span<const StepId> ends) const;

    std::vector<Origin> streams_;
    std::vector<Step> steps_;
    std::vector<StreamId> stream_of_;
    std::vector<std::size_t> fingerprints_; ///< of each step: unequal ones differ in it, but by accident
};

} // namespace tradesh::expression
