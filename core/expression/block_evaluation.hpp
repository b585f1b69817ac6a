#pragma once

#include "core/expression/evaluation.hpp"
#include "core/indicators/lanes.hpp"
#include "core/market/bar_block.hpp"

#include <array>

namespace tradesh::expression {

/// The values of up to eight instruments on their last bars.
struct BlockValues {
    std::array<LastValues, BarBlock::lanes_max> of_lane;
};

/// True when the program reads one stream only, which is what `evaluate_block` can do.
bool reads_one_stream(const Program& program);

/// Runs a program of one stream over eight instruments side by side; a lane that holds no bars is unknown. Gives the
/// bits that `evaluate_last` gives for each lane's own last `Program::bars_wanted` bars. `block.lanes` is eight and
/// the columns that the program reads are there. The machine must have the instruction set.
BlockValues evaluate_block(const Program& program, const BarBlock& block, indicators::InstructionSet set);

} // namespace tradesh::expression
