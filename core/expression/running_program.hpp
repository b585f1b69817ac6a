#pragma once

#include "core/expression/evaluation.hpp"

#include <array>
#include <memory>

namespace tradesh::expression {

/// A program over one instrument that takes one bar after the other, in a time that does not depend on how many came
/// before. Bars of all its streams come in the order in which they were complete; of those complete at one moment the
/// base's comes last. After every bar of the base the values are those of `evaluate_last` over all bars so far, to
/// 1e-9.
class RunningProgram {
public:
    explicit RunningProgram(Program program);
    RunningProgram(RunningProgram&&) noexcept;
    RunningProgram& operator=(RunningProgram&&) noexcept;
    ~RunningProgram();

    /// One in the same state: what a bar in progress would give is asked of a copy.
    RunningProgram copy() const;

    /// The next bar of a stream; one value per column, of which those that the program does not read may be anything.
    void push(StreamId stream, Instant complete_at, const std::array<double, indicators::columns.size()>& bar);
    /// On the last bar of the base.
    const LastValues& values() const;

private:
    class State;
    explicit RunningProgram(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace tradesh::expression
