#pragma once

#include "core/indicators/catalogue.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

/// Indicators of eight series at a time: the recurrences of one series wait for each other, those of eight do not.
namespace tradesh::indicators {

inline constexpr std::size_t lane_count = 8;

/// What the vector code is made for, least first. All give the same bits.
enum class InstructionSet : std::uint8_t { baseline, avx2, avx512 };

/// "baseline", "AVX2", "AVX-512".
std::string_view name_of(InstructionSet set);
/// The greatest that this machine has.
InstructionSet best_instruction_set();

/// Eight series side by side, `[bar][8]` doubles; each lane ends with the last bar, and a shorter series is unknown
/// (NaN) before its first.
struct LaneRequest {
    std::span<const double* const> inputs; ///< one per input of the indicator, `bars` rows each
    std::size_t bars = 0;
    Parameters parameters;
    std::size_t first = 0;            ///< the first bar whose values are wanted; bars - 1 for the last only
    std::span<double* const> outputs; ///< one per output, `bars - first` rows each
};

/// An indicator of eight series that takes one bar of each after the other.
class RunningLanes {
public:
    RunningLanes() = default;
    RunningLanes(const RunningLanes&) = delete;
    RunningLanes& operator=(const RunningLanes&) = delete;
    virtual ~RunningLanes();

    /// Takes a row of eight per input and gives a row of eight per output. A lane without a new bar must not be given
    /// an unknown value for it, which would begin it anew: its series belongs into a state of its own (Running).
    virtual void update(std::span<const double* const> inputs, std::span<double* const> outputs) = 0;
};

/// Does for each lane what `compute` does for a series, bit for bit. The machine must have the instruction set.
void compute_lanes(const Indicator& indicator, const LaneRequest& request, InstructionSet set);
/// The same, bar by bar.
std::unique_ptr<RunningLanes> start_lanes(const Indicator& indicator, Parameters parameters, InstructionSet set);

} // namespace tradesh::indicators
