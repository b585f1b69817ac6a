#pragma once

#include "core/expression/running_program.hpp"
#include "core/scan/program_scan.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace tradesh::scan {

enum class ChangeKind : std::uint8_t { entered, left };
std::string_view name_of(ChangeKind kind); // "entered", "left"

/// A symbol began to match, or ceased to.
struct ScanChange {
    std::string symbol;
    ChangeKind kind = ChangeKind::entered;
    ScanRow row;
    bool provisional = false; ///< by a bar that is still in progress
};

/// The bar of the base that is in progress.
struct BarInProgress {
    Instant open_time;
    Instant complete_at;
    std::optional<Instant> follows{}; ///< open time of the bar that ended just before it, where that is known
    std::array<double, indicators::columns.size()> values{}; ///< by indicators::index_of; NaN where unknown
};

/// A program that follows many symbols bar by bar and tells what changes: each symbol is told as entered once, until it
/// has left, and the other way round. What is not known does not match. Pure; one thread at a time.
class LiveScan {
public:
    /// After a change of a symbol, its next one waits until `cooldown` is over.
    explicit LiveScan(expression::Program program, Duration cooldown = Duration(0))
        : program_(std::move(program)),
          cooldown_(cooldown) {}

    /// The bars of all streams of a symbol as they are now, see ProgramScan::read; at least one of the base. Takes
    /// those that are new; where older ones are others than before, or came late, it begins anew. Returns what the
    /// program says of the last bar.
    expression::Truth take(const std::string& symbol, std::span<const StreamSeries> series);

    /// The bars of a symbol cannot be read any more: nothing is known of it until they are taken again.
    void drop(const std::string& symbol);

    /// What has changed for a symbol by its last bar, or by the bar in progress if that one ended now. Nothing for a
    /// symbol that no bars were taken of; a bar in progress that is not after all that were taken is left away. Nothing
    /// either while the bar before the one in progress is missing, see `missing_bar`.
    std::optional<ScanChange> evaluate(const std::string& symbol, const std::optional<BarInProgress>& in_progress,
                                       Instant now);

    /// The bar that has ended and was not taken yet, although one after it is in progress: its past would be that of
    /// another bar.
    std::optional<Instant> missing_bar(const std::string& symbol, const BarInProgress& in_progress) const;

    /// Bars taken one by one, and how often a symbol was begun anew.
    std::uint64_t bars_taken() const { return bars_taken_; }
    std::uint64_t begun() const { return begun_; }

private:
    /// What is remembered of a bar, to see that it is the same.
    struct BarMark {
        Instant open_time;
        std::uint64_t digest = 0;
        bool operator==(const BarMark&) const = default;
    };
    using Marks = std::vector<BarMark>;
    struct Symbol {
        explicit Symbol(const expression::Program& program) : running(program), marks(program.streams().size()) {}
        expression::RunningProgram running;
        std::vector<Marks> marks; ///< by stream
        std::size_t bars = 0;     ///< of the base, taken in all
        Instant complete_until{}; ///< when the last bar of the base was
        bool readable = true;
        bool inside = false; ///< as it was told
        std::optional<Instant> told_at{};
    };

    static Marks marks_of(const StreamSeries& series);
    static std::optional<std::size_t> first_new(const Marks& known, const Marks& now);
    static std::optional<std::vector<std::size_t>> new_rows(const Symbol& symbol, std::span<const StreamSeries> series,
                                                            const std::vector<Marks>& marks);
    void push(Symbol& symbol, std::span<const StreamSeries> series, std::vector<std::size_t> next);

    expression::Program program_;
    Duration cooldown_;
    std::unordered_map<std::string, Symbol> symbols_;
    std::uint64_t bars_taken_ = 0;
    std::uint64_t begun_ = 0;
};

} // namespace tradesh::scan
