#pragma once

#include "core/market/bars.hpp"
#include "core/market/timeframe.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace tradesh::scan {

/// Where a scan reads from; the engine implements it on top of the store. Called on worker threads, several at once:
/// an implementation must be safe for that. Which of several series of a symbol is meant (source, raw or adjusted) is
/// the implementation's business.
class BarsSource {
public:
    virtual ~BarsSource() = default;

    /// Every symbol that has bars of this timeframe, ascending.
    virtual Result<std::vector<std::string>> symbols(Timeframe timeframe) = 0;

    /// The last `count` bars, oldest first; fewer when there are no more, none for an unknown symbol.
    virtual Result<Bars> last_bars(const std::string& symbol, Timeframe timeframe, std::size_t count) = 0;
};

} // namespace tradesh::scan
