#pragma once

#include "core/base/error.hpp"
#include "core/indicators/column.hpp"
#include "core/market/bar_block.hpp"
#include "core/market/timeframe.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tradesh::scan {

/// What a scan reads of every symbol.
struct BarsWanted {
    Timeframe timeframe = Timeframe::d1;
    std::size_t bars = 1;                                   ///< the last so many, where there are so many
    std::array<bool, indicators::columns.size()> columns{}; ///< by indicators::index_of
    std::size_t bars_max = SIZE_MAX; ///< more in all are an error of the symbol: usage, "bars.too_many"
    bool times = false; ///< open_time and complete_at as well; every symbol is then a group of its own, in order
    // The others need `times`.
    std::optional<Instant> complete_by{}; ///< only bars that were complete by then: what came later is not looked at
    std::optional<Instant> from{};        ///< besides `bars` bars before it, every bar that opens from then on
    std::optional<Instant> before{};      ///< only bars that open before then
};

/// One symbol of a group.
struct GroupMember {
    std::size_t position = 0; ///< in the symbols that were asked for
    std::size_t lane = 0;     ///< where its bars stand in the group's block
};

/// Symbols whose bars stand side by side and are read in one go.
struct SymbolGroup {
    std::vector<GroupMember> members; ///< one to eight
    std::size_t place = 0;            ///< the source's own
};

/// The bars of the symbols of one scan. Used by worker threads, several at once: an implementation must be safe for
/// that.
class ScanBars {
public:
    virtual ~ScanBars() = default;

    /// Every symbol once.
    virtual const std::vector<SymbolGroup>& groups() const = 0;

    /// What is done with bars that were read, or with the reason why they could not be. A block holds at least the bars
    /// that were wanted (or all there are) of every member given, in the member's lane; none for an unknown symbol. The
    /// view ends with the call.
    using Visit = std::function<void(std::span<const GroupMember> members, const Result<BarBlock>& bars)>;

    /// Reads one of `groups()`, whole or a member at a time. A member may be visited again, because its bars changed
    /// while they were read: only the last visit counts.
    virtual void read(const SymbolGroup& group, const Visit& visit) = 0;

    /// Reads one symbol as if `BarsWanted::complete_by` had been this moment. Only where times were wanted.
    virtual void read_complete_by(const SymbolGroup& alone, Instant complete_by, const Visit& visit) = 0;

    /// When the first bar of a symbol opens, whatever was wanted; asked to explain that none was found.
    virtual std::optional<Instant> first_open_time(const SymbolGroup&) { return std::nullopt; }
};

/// Where a scan reads from; the engine implements it on top of the store. Called on worker threads, several at once: an
/// implementation must be safe for that. Which of several series of a symbol is meant (source, raw or adjusted) is the
/// implementation's business.
class BarsSource {
public:
    virtual ~BarsSource() = default;

    /// Every symbol that has bars of this timeframe, ascending.
    virtual Result<std::vector<std::string>> symbols(Timeframe timeframe) = 0;

    /// A number for each symbol, in order, that becomes another when its bars do; 0 where there are none. Cheap while
    /// nothing changes.
    virtual Result<std::vector<std::int64_t>> marks(std::span<const std::string> symbols, Timeframe timeframe) = 0;

    /// The bars as they are now, or as they become while they are read. This must outlive what it returns.
    virtual Result<std::unique_ptr<ScanBars>> open(std::span<const std::string> symbols, const BarsWanted& wanted) = 0;
};

} // namespace tradesh::scan
